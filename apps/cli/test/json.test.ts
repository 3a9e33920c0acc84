import { spawnSync } from 'node:child_process';
import { appendFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { need, noProgram } from './helpers/needs.js';
import { Machine, MAIN, type Ran } from './helpers/run-built.js';
import { SESSION, writeFiles, writeSessions } from './helpers/sessions.js';

const base = ['--source', 'mac', '--to', 'kept'];
const SHOP = '-home-anna-shop';

/** A source with something of every kind for the next backup. */
async function eventful(): Promise<Machine> {
  const here = new Machine();
  writeSessions(here.projects);
  const files = ['grows', 'rewritten', 'deleted', 'mended'];
  for (const name of files) writeFiles(here.projects, { [`${SHOP}/${name}.jsonl`]: `${name}\n`.repeat(50) });
  expect((await here.run(['backup', ...base])).code).toBe(0);
  appendFileSync(join(here.projects, SHOP, 'grows.jsonl'), 'more\n');
  writeFiles(here.projects, { [`${SHOP}/rewritten.jsonl`]: 'anew\n', [`${SHOP}/new.jsonl`]: 'new\n' });
  rmSync(join(here.projects, SHOP, 'deleted.jsonl'));
  rmSync(join(here.cwd, 'kept', 'source-mac', 'repo-shop', 'mended.jsonl'));
  writeFiles(join(here.cwd, 'kept', 'source-mac', 'repo-shop'), { 'adopted.jsonl': 'adopted\n' });
  writeFiles(here.projects, { [`${SHOP}/adopted.jsonl`]: 'adopted\n' });
  return here;
}

/** Every line is one event with a type, the summary is the last and the only one, and no bigint or NaN got lost in it. */
function expectEvents({ stdout, events, summary, code }: Ran): void {
  expect(stdout.endsWith('\n')).toBe(true);
  expect(stdout.trimEnd().split('\n')).toHaveLength(events.length);
  for (const { type } of events)
    expect(['planned', 'file', 'progress', 'notice', 'repo', 'summary']).toContain(type);
  expect(events.filter(({ type }) => type === 'summary')).toEqual([summary]);
  expect(summary).toMatchObject({ type: 'summary', ok: code === 0, exitCode: code });
  expect(Array.isArray(summary['errors'])).toBe(true);
  expect(Array.isArray(summary['alarms'])).toBe(true);
}

function sum(summary: Ran['summary'], names: readonly string[]): number {
  return names.reduce((total, name) => {
    expect([name, typeof summary[name]]).toEqual([name, 'number']);
    return total + Number(summary[name]);
  }, 0);
}

const SCANNED = [
  'unchanged',
  'copied',
  'appended',
  'superseded',
  'restamped',
  'adopted',
  'mended',
  'refused',
  'failed',
];
const VERDICTS = [
  'matching',
  'grown',
  'changed',
  'new',
  'retained',
  'divergent',
  'missing',
  'corrupt',
  'refused',
  'failed',
];
const RESTORED = ['restored', 'identical', 'refused', 'failed', 'corrupt', 'lost', 'elsewhere'];

test('backup: files is the sum of what became of them, a dry run foretells it, and repos add up', async () => {
  const here = await eventful();
  const dry = await here.run(['backup', ...base, '--json', '--dry-run']);
  const backup = await here.run(['backup', ...base, '--json']);
  for (const ran of [dry, backup]) {
    expectEvents(ran);
    const { summary } = ran;
    expect(summary['files']).toBe(sum(summary, SCANNED));
    expect(summary).toMatchObject({
      unchanged: 3,
      copied: 1,
      appended: 1,
      superseded: 1,
      adopted: 1,
      mended: 1,
      retained: 1,
      damaged: 0,
    });
    expect(typeof summary['durationMs']).toBe('number');
    const repos = summary['repos'] as Ran['summary'][];
    for (const name of ['files', 'bytesMoved', ...SCANNED])
      expect([name, repos.reduce((total, repo) => total + Number(repo[name]), 0)]).toEqual([
        name,
        summary[name],
      ]);
  }
  expect(dry.summary['bytesMoved']).toBe(backup.summary['bytesMoved']);
  expect(backup.summary['bytesMoved']).toBe(
    'more\n'.length + 'anew\n'.length + 'new\n'.length + 'mended\n'.length * 50,
  );
  const told = (ran: Ran): unknown[] =>
    ran.events
      .filter(({ type }) => type === 'file')
      .map(({ path, outcome, reason }) => `${String(path)} ${String(outcome)} ${String(reason)}`)
      .sort();
  expect(told(dry)).toEqual(told(backup));
});

test('verify: files is the sum of the verdicts, and only the last three exit 4', async () => {
  const here = await eventful();
  const missing = await here.run(['verify', ...base, '--json']);
  expectEvents(missing);
  expect([missing.code, missing.summary]).toMatchObject([
    4,
    { missing: 1, grown: 1, changed: 1, new: 2, retained: 1, divergent: 0 },
  ]);
  expect(missing.summary['files']).toBe(sum(missing.summary, VERDICTS));
  expect((await here.run(['backup', ...base])).code).toBe(4);
  const fine = await here.run(['verify', ...base, '--json', '--deep']);
  expectEvents(fine);
  expect([fine.code, fine.summary]).toMatchObject([0, { deep: true, sourceRead: true, missing: 0 }]);
  expect(fine.summary['files']).toBe(sum(fine.summary, VERDICTS));
});

test('a source with other bytes under the same size and time is divergent: exit 4', async () => {
  const here = await eventful();
  await here.run(['backup', ...base]);
  const file = join(here.projects, SHOP, `${SESSION}.jsonl`);
  const old = new Date('2024-01-01T00:00:00Z');
  utimesSync(file, old, old);
  expect((await here.run(['backup', ...base, '--json'])).summary).toMatchObject({ ok: true, restamped: 1 });
  const { size } = statSync(file);
  writeFileSync(file, 'z'.repeat(size));
  utimesSync(file, old, old);
  const found = await here.run(['verify', ...base, '--json']);
  expect([found.code, found.summary['divergent']]).toEqual([4, 1]);
  // Size and time say nothing has changed; --checksum looks.
  expect((await here.run(['backup', ...base, '--json'])).summary).toMatchObject({ superseded: 0 });
  expect((await here.run(['backup', ...base, '--json', '--checksum'])).summary).toMatchObject({
    superseded: 1,
  });
  expect((await here.run(['verify', ...base, '--json'])).code).toBe(0);
});

test('restore, status, repair, unlock: a summary each, with its sums', async () => {
  const here = await eventful();
  await here.run(['backup', ...base]);
  const restored = await here.run(['restore', '--to', 'kept', '--into', 'back', '--json']);
  expectEvents(restored);
  expect(restored.summary['files']).toBe(sum(restored.summary, RESTORED));
  const status = await here.run(['status', '--to', 'kept', '--json']);
  expectEvents(status);
  const repos = status.events.filter(({ type }) => type === 'repo');
  expect(status.summary).toMatchObject({ command: 'status', repos: 2, files: 9, gone: 1, versions: 1 });
  for (const name of ['files', 'gone', 'bytes', 'versions', 'versionBytes'])
    expect(repos.reduce((total, repo) => total + Number(repo[name]), 0)).toBe(status.summary[name]);
  for (const command of ['repair', 'unlock']) {
    const ran = await here.run([command, '--to', 'kept', '--source', 'mac', '--repo', 'shop', '--json']);
    expectEvents(ran);
    expect(ran.code).toBe(0);
  }
});

test.each([
  ['a wrong option', ['backup', '--json', '--nonsense'], 2],
  ['a missing source', ['backup', '--json', '--from', 'nowhere'], 2],
  ['a missing archive', ['restore', '--json', '--to', 'nowhere', '--into', 'x'], 6],
  ['a configuration that is none', ['backup', '--json', '--config', 'nowhere.yaml'], 2],
])('%s: the summary is there too', async (_, args, code) => {
  const here = new Machine();
  const ran = await here.run(args);
  expect([ran.code, ran.summary]).toMatchObject([code, { type: 'summary', ok: false, exitCode: code }]);
  expect(ran.summary['errors']).toHaveLength(1);
  expect(ran.stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(ran.stderr).toMatch(/^error: .+\n$/);
});

test('to a pipe or a file nobody gets colours or a moving bar, whatever the environment says', async () => {
  const here = await eventful();
  for (const env of [
    {},
    { NO_COLOR: '1' },
    { TERM: 'xterm-256color', COLORTERM: 'truecolor' },
    { NO_COLOR: '', CI: 'true' },
  ]) {
    for (const args of [
      ['backup', ...base],
      ['verify', ...base],
      ['status', '--to', 'kept'],
      ['help'],
      ['backup', '--nonsense'],
    ]) {
      const { stdout, stderr } = await here.run(args, { env });
      // eslint-disable-next-line no-control-regex -- it is what must not be there
      expect(stdout + stderr).not.toMatch(/[\x1b\r\x08]/);
    }
  }
});

test('on a terminal there are colours, unless NO_COLOR is set', async (context) => {
  need(context, platform() === 'linux' ? noProgram('script') : 'a terminal is made by the script of Linux');
  const here = new Machine();
  const onTerminal = (env: Readonly<Record<string, string>>): string =>
    spawnSync('script', ['-qec', `'${process.execPath}' '${MAIN}' backup --nonsense || true`, '/dev/null'], {
      cwd: here.cwd,
      env: { PATH: process.env['PATH'], HOME: here.home, TERM: 'xterm-256color', ...env },
      encoding: 'utf8',
      timeout: 60_000,
    }).stdout;
  // eslint-disable-next-line no-control-regex -- the colours of a terminal
  const colour = /\x1b\[[\d;]*m/;
  expect(onTerminal({})).toMatch(colour);
  const plain = onTerminal({ NO_COLOR: '1' });
  expect(plain).toContain('error: backup has no option --nonsense');
  expect(plain).not.toMatch(colour);
});
