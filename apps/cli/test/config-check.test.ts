import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Machine, MAIN, type Ran } from './helpers/run-built.js';
import { logLine, writeFiles, writeSessions } from './helpers/sessions.js';
import { stateOf } from './helpers/tree.js';

/** A machine with sessions and a configuration. */
class Configured extends Machine {
  constructor(text: string) {
    super();
    writeSessions(this.projects);
    writeFiles(this.projects, { '-home-anna-shop--worktrees-x/a.jsonl': logLine('/home/anna/shop') });
    writeFileSync(join(this.cwd, 'sessionkeep.yaml'), text);
  }

  check(...args: string[]): Promise<Ran> {
    return this.run(['config', 'check', ...args]);
  }
}

const GOOD = `sources:
  mac:
    type: local
    path: ~/.claude/projects
    repos:
      shop: { projects: [-home-anna-shop, -home-anna-shop--worktrees-*], aliases: [store] }
      notes: -home-anna-notes
  all-of-it: { type: local, path: ~/.claude/projects/../projects, repos: auto }
targets:
  nas: { type: local, path: kept }
`;

test('what it means, and that it is fine; nothing is written', async () => {
  const here = new Configured(GOOD);
  const before = stateOf(here.root);
  const { code, stdout, stderr } = await here.check();
  expect([code, stdout.split('\n')]).toEqual([
    0,
    [
      `source mac: ${here.projects}`,
      '  shop, store  2 folders: -home-anna-shop, -home-anna-shop--worktrees-*',
      '  notes        -home-anna-notes',
      '',
      `source all-of-it: ${here.projects}`,
      '  anna-shop  -home-anna-shop--worktrees-x',
      '  notes      -home-anna-notes',
      '  shop       -home-anna-shop',
      '',
      `target nas: ${join(here.cwd, 'kept')}`,
      '  no archive yet: the first backup makes it',
      '',
      'sessionkeep.yaml is fine: 2 sources, 5 repos, 1 target, 1 warning',
      '',
    ],
  ]);
  expect(stderr).toBe('warning: sessionkeep.yaml:8: sources.all-of-it.path: is the folder of mac too\n');
  expect(stateOf(here.root)).toEqual(before);
});

test('--json: one summary with all of it', async () => {
  const here = new Configured(GOOD);
  const { code, summary } = await here.check('--json');
  expect([code, summary]).toMatchObject([
    0,
    {
      command: 'config',
      ok: true,
      file: join(here.cwd, 'sessionkeep.yaml'),
      sources: [
        {
          name: 'mac',
          path: here.projects,
          repos: [
            {
              name: 'shop',
              aliases: ['store'],
              layout: 'folders',
              folders: ['-home-anna-shop', '-home-anna-shop--worktrees-x'],
            },
            { name: 'notes', layout: 'flat' },
          ],
        },
        { name: 'all-of-it' },
      ],
      targets: [{ name: 'nas', id: null }],
      warnings: [expect.stringContaining('sources.all-of-it.path')],
      errors: [],
    },
  ]);
});

test('every mistake in the text at once, with line and key', async () => {
  const here = new Configured(
    GOOD.replace('aliases', 'alias')
      .replace('repos: auto', 'repos: 7')
      .replace('type: local, path: kept', 'path: kept'),
  );
  const { code, stdout, stderr } = await here.check();
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr.split('\n')).toEqual([
    'error: sessionkeep.yaml:6: sources.mac.repos.shop.alias: unknown key; did you mean "aliases"?',
    'error: sessionkeep.yaml:8: sources.all-of-it.repos: must be "auto", or name repos and their project folders',
    'error: sessionkeep.yaml:10: targets.nas.type: names no type that there is; the type is "local" or "smb"',
    '',
  ]);
  const { summary } = await here.check('--json');
  expect([summary['ok'], summary['exitCode'], summary['errors']]).toMatchObject([false, 2, [{}, {}, {}]]);
});

test('every mistake that only the machine knows, at once, with line and key', async () => {
  const here = new Configured(`sources:
  gone: { type: local, path: ~/nowhere, repos: auto }
  mac:
    type: local
    path: ~/.claude/projects
    repos:
      shop: -home-anna-shop
      slip: -home-anna-shoop
targets:
  inside: { type: local, path: ~/.claude/projects/kept }
  pinned: { type: local, path: other, id: 00000000-0000-4000-8000-000000000000 }
`);
  writeFiles(join(here.cwd, 'other', '.sessionkeep'), {
    'target.json': JSON.stringify({ format: 1, id: '11111111-1111-4111-8111-111111111111' }),
  });
  const { code, stderr } = await here.check();
  expect(code).toBe(2);
  expect(stderr.split('\n').map((line) => line.split('; ')[0])).toEqual([
    `error: sessionkeep.yaml:10: targets.inside.path: the archive ${here.projects}/kept lies inside the source ${here.projects}`,
    `error: sessionkeep.yaml:11: targets.pinned.id: ${here.cwd}/other is another archive than the one the configuration pins`,
    `error: sessionkeep.yaml:2: sources.gone.path: ${here.home}/nowhere does not exist`,
    `error: sessionkeep.yaml:8: sources.mac.repos.slip: there is no project folder -home-anna-shoop in ${here.projects}`,
    '',
  ]);
});

test('what may only be so now is a warning', async () => {
  const here = new Configured(`sources:
  mac:
    type: local
    path: ~/.claude/projects
    repos:
      shop:
        projects:
          - -home-anna-shop
          - -home-anna-shop-old-*
targets:
  kept: { type: local, path: kept }
  same: { type: local, path: ./x/../kept }
  file: { type: local, path: sessionkeep.yaml/x }
`);
  const { code, stdout, stderr } = await here.check();
  expect(code).toBe(0);
  expect(stdout).toContain('sessionkeep.yaml is fine: 1 source, 1 repo, 3 targets, 3 warnings\n');
  expect(stderr.split('\n')).toEqual([
    'warning: sessionkeep.yaml:12: targets.same.path: is the folder of kept too',
    expect.stringMatching(/^warning: sessionkeep.yaml:13: targets.file.path: .*is no folder/),
    `warning: sessionkeep.yaml:9: sources.mac.repos.shop.projects[1]: -home-anna-shop-old-* matches no project folder in ${here.projects}`,
    '',
  ]);
});

test('a project folder that is gone, and a share that is', async () => {
  const here = new Configured(GOOD.replace(/ {2}all-of-it.*\n/, ''));
  expect((await here.run(['backup'])).code).toBe(0);
  expect((await here.check()).stdout).toMatch(/ {2}the archive [0-9a-f-]{36}\n/);
  rmSync(join(here.projects, '-home-anna-notes'), { recursive: true });
  const gone = await here.check();
  expect([gone.code, gone.stderr]).toEqual([
    0,
    `warning: sessionkeep.yaml:7: sources.mac.repos.notes: there is no project folder -home-anna-notes in ${here.projects}; the archive knows it, and keeps what it has\n`,
  ]);
  expect(gone.stdout).toContain('  notes        -home-anna-notes (not there now)\n');

  rmSync(join(here.cwd, 'kept'), { recursive: true });
  mkdirSync(join(here.projects, '-home-anna-notes'));
  const unmounted = await here.check();
  expect([unmounted.code, unmounted.stderr]).toEqual([0, expect.stringContaining('mounted?')]);
  expect(unmounted.stderr).toContain('warning: sessionkeep.yaml:9: targets.nas.path: ');
});

test('no configuration, and one that names neither source nor target', async () => {
  const here = new Machine();
  const none = await here.run(['config', 'check']);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('`sessionkeep init`')]);
  expect((await here.run(['config', 'check', '--config', 'x.yaml'])).code).toBe(2);
  writeSessions(here.projects);
  writeFileSync(join(here.cwd, 'x.yaml'), 'exclude: ["*.tmp"]\n');
  const bare = await here.run(['config', 'check', '--config', 'x.yaml']);
  expect([bare.code, bare.stderr]).toEqual([0, 'warning: no target is named: every backup needs --to DIR\n']);
  expect(bare.stdout).toContain('x.yaml is fine: 1 source, 2 repos, 0 targets, 1 warning\n');
});

test('a named pipe is refused, as nobody may write to it; one that a shell has opened is read', async () => {
  const here = new Configured(GOOD);
  execFileSync('mkfifo', [join(here.cwd, 'pipe.yaml')]);
  const refused = await here.run(['config', 'check', '--config', 'pipe.yaml'], { longestMs: 20_000 });
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('pipe.yaml: is a pipe')]);
  const shell = (line: string): unknown =>
    spawnSync('bash', ['-c', line, process.execPath, MAIN], { cwd: here.cwd, env: here.env, timeout: 20_000 })
      .status;
  expect(shell('"$0" "$1" config check --config <(echo "targets: { nas: { type: local, path: . } }")')).toBe(
    0,
  );
  expect(shell('echo "unknown: 1" | "$0" "$1" config check --config /dev/stdin')).toBe(2);
});

test('config schema prints the schema that is published', async () => {
  const here = new Machine();
  const { code, stdout } = await here.run(['config', 'schema']);
  const beside = new URL('../dist/sessionkeep.schema.json', import.meta.url);
  expect([code, JSON.parse(stdout)]).toEqual([0, JSON.parse(readFileSync(beside, 'utf8'))]);
});
