import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Machine } from './helpers/run-built.js';
import { logLine, SESSION, writeFiles, writeSessions } from './helpers/sessions.js';
import { contentsOf } from './helpers/tree.js';

/** In every secret, and in nothing that is kept. */
const MARKER = 'sk-ant-MARKER';
const EXTRAS = ['history', 'file-history', 'plans', 'tasks', 'teams', 'paste-cache'];
const PROMPT = `${JSON.stringify({ display: 'hello', sessionId: SESSION })}\n`;

const SECRETS = {
  '.credentials.json': MARKER,
  '.claude.json': MARKER,
  'settings.json': MARKER,
  'session-env/1/env': MARKER,
  'shell-snapshots/snapshot.sh': MARKER,
  'debug/latest.txt': MARKER,
  'history.jsonl.bak': MARKER,
  'plans/.credentials.json': MARKER,
  'tasks/session-env/env': MARKER,
};

const KEPT = {
  'history.jsonl': PROMPT,
  [`file-history/${SESSION}/0a1b2c3d4e5f6071@v1`]: 'before\n',
  [`file-history/${SESSION}/0a1b2c3d4e5f6071@v2`]: 'after\n',
  'plans/quiet-river.md': '# A plan\n',
  [`tasks/${SESSION}/1.json`]: '{"id":"1"}\n',
  'teams/crew/config.json': '{"name":"crew"}\n',
  'paste-cache/0123456789abcdef.txt': 'pasted\n',
};

/** A machine whose `~/.claude` has everything, and a configuration that keeps these extras. */
function machine(extras: readonly string[] = EXTRAS, path = '~/.claude/projects'): Machine {
  const here = new Machine();
  writeSessions(here.projects);
  writeFiles(claude(here), { ...SECRETS, ...KEPT, [`tasks/${SESSION}/.lock`]: '' });
  configure(here, extras, path);
  return here;
}

function configure(here: Machine, extras: readonly string[], path = '~/.claude/projects'): void {
  const text = `sources:
  mac:
    type: local
    path: ${path}
    repos: { shop: -home-anna-shop }
    extras: [${extras.join(', ')}]
targets: { nas: { type: local, path: ./kept } }
`;
  writeFileSync(join(here.cwd, 'sessionkeep.yaml'), text);
}

const claude = (here: Machine): string => dirname(here.projects);
const archive = (here: Machine, ...path: string[]): string => join(here.cwd, 'kept', 'source-mac', ...path);

/** Every file below a folder whose text has the marker, hidden ones too. */
function marked(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => readFileSync(path).includes(MARKER));
}

/** The fields of a run by repo. */
function byRepo(events: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const repos = events.filter(({ type }) => type === 'repo');
  return Object.fromEntries(repos.map((repo) => [String(repo['repo']), repo]));
}

test('all of them are kept, each as a repo, and no secret is', async () => {
  const here = machine();
  // One that has nothing yet is in order too.
  rmSync(join(claude(here), 'teams', 'crew'), { recursive: true });
  const empty = await here.run(['backup', '--json', '--repo', '_teams']);
  expect(empty).toMatchObject({ code: 0, summary: { files: 0 } });
  expect((await here.run(['verify'])).code).toBe(0);
  writeFiles(claude(here), KEPT);

  const first = await here.run(['backup', '--json']);
  expect(first).toMatchObject({ code: 0, summary: { files: 9, copied: 9 } });
  expect(readdirSync(archive(here)).sort()).toEqual(
    [...EXTRAS.map((name) => `repo-_${name}`), 'repo-shop'].sort(),
  );
  for (const [path, text] of Object.entries(KEPT)) {
    const inside = path === 'history.jsonl' ? 'history/history.jsonl' : path;
    expect(readFileSync(archive(here, `repo-_${inside}`), 'utf8')).toBe(text);
  }
  expect(marked(here.cwd)).toEqual([]);

  expect(await here.run(['verify', '--deep', '--json'])).toMatchObject({
    code: 0,
    summary: { matching: 9, new: 0, refused: 0, sourceRead: true },
  });
  const status = await here.run(['status']);
  expect(status.stdout).toMatch(/_file-history +2 /);
  expect(status.stdout).toMatch(/_history +1 /);
  const again = await here.run(['backup', '--json']);
  expect(again.summary).toMatchObject({ ok: true, files: 9, unchanged: 9, bytesMoved: 0 });
});

test('what grew moves its growth, what was rewritten becomes a version, what was deleted stays', async () => {
  const here = machine();
  await here.run(['backup']);
  const before = new Date().toISOString();
  appendFileSync(join(claude(here), 'history.jsonl'), PROMPT);
  writeFileSync(join(claude(here), 'plans', 'quiet-river.md'), '# Another plan\n');
  rmSync(join(claude(here), 'file-history', SESSION, '0a1b2c3d4e5f6071@v1'));
  rmSync(join(claude(here), 'teams'), { recursive: true });
  const second = await here.run(['backup', '--json']);
  expect(second).toMatchObject({
    code: 0,
    summary: { appended: 1, superseded: 1, bytesMoved: PROMPT.length + '# Another plan\n'.length },
  });
  expect(byRepo(second.events)).toMatchObject({
    _history: { appended: 1, bytesMoved: PROMPT.length },
    _plans: { superseded: 1 },
    '_file-history': { unchanged: 1, retained: 1 },
    _teams: { retained: 1, alarms: 0 },
  });
  expect(readFileSync(archive(here, 'repo-_history', 'history.jsonl'), 'utf8')).toBe(PROMPT + PROMPT);
  expect(second.stderr).toBe('');
  // A folder that vanished is no news the next time either.
  expect(await here.run(['backup', '--json'])).toMatchObject({
    code: 0,
    stderr: '',
    summary: { bytesMoved: 0 },
  });
  expect((await here.run(['verify', '--deep'])).code).toBe(0);

  const old = await here.run(['restore', '--repo', '_plans', '--at', before, '--into', 'then']);
  expect(old.code).toBe(0);
  expect(readFileSync(join(here.cwd, 'then', 'plans', 'quiet-river.md'), 'utf8')).toBe('# A plan\n');
});

test('a restore brings extras back when they are named, to where they lie', async () => {
  const here = machine();
  await here.run(['backup']);
  const all = await here.run(['restore', '--into', 'projects']);
  expect(all.code).toBe(0);
  expect(readdirSync(join(here.cwd, 'projects'))).toEqual(['-home-anna-shop']);
  expect(all.stderr).toContain('left out: _file-history, _history, _paste-cache, _plans, _tasks, _teams\n');
  for (const name of EXTRAS) {
    expect((await here.run(['restore', '--repo', `_${name}`, '--into', 'claude'])).code).toBe(0);
  }
  const wanted = Object.keys(KEPT).sort();
  expect(Object.keys(contentsOf(join(here.cwd, 'claude'))).sort()).toEqual(wanted);
  const one = ['restore', '--repo', '_file-history', '--session', SESSION.slice(0, 8), '--into', 'one'];
  expect((await here.run(one)).code).toBe(0);
  expect(Object.keys(contentsOf(join(here.cwd, 'one')))).toHaveLength(2);
  // What is there with other bytes stays, unless that is asked for.
  writeFileSync(join(here.cwd, 'claude', 'history.jsonl'), 'mine\n');
  expect((await here.run(['restore', '--repo', '_history', '--into', 'claude'])).code).toBe(3);
  expect(readFileSync(join(here.cwd, 'claude', 'history.jsonl'), 'utf8')).toBe('mine\n');
});

test('one extra is chosen by the name of its repo, and automatic repos do without them', async () => {
  const here = machine(['plans', 'tasks']);
  const one = await here.run(['backup', '--repo', '_plans', '--json']);
  expect(Object.keys(byRepo(one.events))).toEqual(['_plans']);
  const verified = await here.run(['verify', '--repo', '_plans', '--json']);
  expect(verified).toMatchObject({ code: 0, summary: { matching: 1, sourceRead: true } });
  // Without a configuration the archive's extras are verified by themselves, and no project is named like them.
  const auto = ['--source', 'mac', '--to', 'kept', '--json'];
  rmSync(join(here.cwd, 'sessionkeep.yaml'));
  writeFiles(here.projects, { '-srv--plans/a.jsonl': logLine('/srv/_plans') });
  const found = await here.run(['backup', ...auto]);
  expect(found.code).toBe(0);
  expect(Object.keys(byRepo(found.events)).sort()).toEqual(['notes', 'shop', 'srv-_plans']);
  const all = await here.run(['verify', '--deep', ...auto]);
  expect(all.code).toBe(0);
  expect(Object.keys(byRepo(all.events)).sort()).toEqual(['_plans', 'notes', 'shop', 'srv-_plans']);
});

test('links that lead out are refused, and nothing they lead to is kept', async () => {
  const here = machine(['history', 'plans', 'tasks']);
  await here.run(['backup']);
  const at = claude(here);
  rmSync(join(at, 'history.jsonl'));
  symlinkSync('.credentials.json', join(at, 'history.jsonl'));
  symlinkSync('../.credentials.json', join(at, 'plans', 'linked.md'));
  renameSync(join(at, 'tasks'), join(at, 'old-tasks'));
  symlinkSync('session-env', join(at, 'tasks'));
  const linked = await here.run(['backup', '--json']);
  expect(linked).toMatchObject({ code: 3, summary: { copied: 0, refused: 2, failed: 1 } });
  expect(marked(here.cwd)).toEqual([]);
  const told = (await here.run(['backup'])).stderr;
  expect(told).toContain('refused: mac/_history: history.jsonl: a link that leads out of the source');
  expect(told).toContain(`failed: mac/_tasks: could not scan "tasks" in ${at}: it is a link; put the folder`);
  expect(readFileSync(archive(here, 'repo-_history', 'history.jsonl'), 'utf8')).toBe(PROMPT);
  const verified = await here.run(['verify', '--json']);
  expect(verified).toMatchObject({ code: 3, summary: { retained: 1, refused: 2, failed: 1 } });
});

test('they are looked for beside the projects folder as it is written, be it a link', async () => {
  const here = machine(['history', 'plans']);
  const moved = join(here.root, 'disk', 'sessions');
  mkdirSync(dirname(moved));
  renameSync(here.projects, moved);
  symlinkSync(moved, here.projects);
  const kept = await here.run(['backup', '--json']);
  expect(kept).toMatchObject({ code: 0, summary: { files: 4, copied: 4 } });
  expect(existsSync(archive(here, 'repo-_plans', 'quiet-river.md'))).toBe(true);

  // A link elsewhere has nothing beside it: that is said.
  symlinkSync(moved, join(here.cwd, 'projects'));
  configure(here, ['history', 'plans'], './projects');
  const other = await here.run(['backup', '--to', './other']);
  expect(other.code).toBe(0);
  expect(other.stderr).toContain(
    `mac: nothing of its extras is there (history.jsonl, plans/ in ${here.cwd})`,
  );
});

test('a configuration that cannot be kept is refused with line and key', async () => {
  const here = machine(['history'], '~/sessions');
  const refused = await here.run(['backup']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(
    "sessionkeep.yaml:6: sources.mac.extras: lie beside Claude Code's projects folder, and ~/sessions is none",
  );
  configure(here, ['history', 'session-env']);
  const secret = await here.run(['backup']);
  expect(secret.code).toBe(2);
  expect(secret.stderr).toContain('sessionkeep.yaml:6: sources.mac.extras[1]: must be "history" or');
});
