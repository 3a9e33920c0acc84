import { repoPaths } from '@sessionkeep/transfer';
import { openLocalTransport } from '@sessionkeep/transport-local';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Machine, MAIN } from './helpers/run-built.js';
import { logLine, SESSION, writeFiles, writeSessions } from './helpers/sessions.js';

const NO_CHANGE = {
  copied: 0,
  appended: 0,
  superseded: 0,
  restamped: 0,
  adopted: 0,
  mended: 0,
  refused: 0,
  failed: 0,
};
const base = ['--source', 'mac', '--to', 'kept', '--json'];

function machine(): Machine {
  const made = new Machine();
  writeSessions(made.projects);
  return made;
}

test('backup, verify, restore: without a configuration, with the summaries of the contract', async () => {
  const here = machine();
  const first = await here.run(['backup', ...base]);
  expect(first.code).toBe(0);
  expect(first.summary).toMatchObject({
    type: 'summary',
    command: 'backup',
    ok: true,
    ...NO_CHANGE,
    files: 3,
    copied: 3,
    unchanged: 0,
    retained: 0,
    damaged: 0,
  });
  expect(first.summary['bytesMoved']).toBeGreaterThan(1000);
  expect(first.summary['durationMs']).toBeTypeOf('number');
  expect(first.stderr).toBe('');
  const kept = join(here.cwd, 'kept', 'source-mac', 'repo-shop', `${SESSION}.jsonl`);
  expect(readFileSync(kept, 'utf8')).toBe(logLine('/home/anna/shop').repeat(20));

  const second = await here.run(['backup', ...base]);
  expect(second.summary).toMatchObject({ ok: true, ...NO_CHANGE, files: 3, unchanged: 3, bytesMoved: 0 });

  appendFileSync(join(here.projects, '-home-anna-shop', `${SESSION}.jsonl`), 'more\n');
  expect((await here.run(['verify', ...base])).summary).toMatchObject({
    ok: true,
    matching: 2,
    grown: 1,
    divergent: 0,
    missing: 0,
    corrupt: 0,
  });
  expect((await here.run(['backup', ...base])).summary).toMatchObject({ appended: 1, bytesMoved: 5 });
  expect((await here.run(['verify', ...base, '--deep'])).summary).toMatchObject({
    ok: true,
    deep: true,
    matching: 3,
    grown: 0,
  });

  const restored = await here.run([
    'restore',
    '--to',
    'kept',
    '--session',
    SESSION,
    '--into',
    'back',
    '--json',
  ]);
  expect(restored.summary).toMatchObject({ command: 'restore', ok: true, restored: 2 });
  const file = join(here.cwd, 'back', '-home-anna-shop', `${SESSION}.jsonl`);
  expect(readFileSync(file, 'utf8').endsWith('more\n')).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('people: tables on stderr, nothing on stdout, no control characters', async () => {
  const here = machine();
  writeFiles(here.projects, { '-home-anna-shop/evil\x1b[2J.jsonl': 'x\n' });
  execFileSync('bash', ['-c', 'mkfifo "$1"', 'bash', join(here.projects, '-home-anna-shop', 'pipe\x1b[31m')]);
  const { code, stdout, stderr } = await here.run(['backup', '--source', 'mac']);
  expect(code).toBe(3);
  expect(stdout).toBe('');
  expect(stderr).toContain('refused: mac/shop: pipe\\x1b[31m: a named pipe, no file');
  expect(stderr).toMatch(/^mac\/shop {2,}4 {2,}0 {2,}3 {2,}0 {2,}1 {2,}/m);
  // eslint-disable-next-line no-control-regex -- it is what must not be there
  expect(stderr).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  // What no backup keeps, no verification can call well.
  const verified = await here.run(['verify', '--source', 'mac']);
  expect(verified.code).toBe(3);
  expect(verified.stderr).toContain('refused: mac/shop: pipe\\x1b[31m: a named pipe, no file; remove it, or');
  const status = await here.run(['status']);
  expect(status.stdout).toMatch(/^mac: nothing unsaved$/m);
  expect(status.stdout).toMatch(/^ {2}shop +3 .* partial$/m);
});

test('a dry run says what would be done, and writes nothing', async () => {
  const here = machine();
  const { code, stderr } = await here.run(['backup', '--source', 'mac', '--dry-run']);
  expect(code).toBe(0);
  expect(stderr).toContain('mac/shop: would copy 2 files');
  expect(readdirSync(here.cwd)).toEqual([]);
  expect(existsSync(join(here.root, 'state'))).toBe(false);
  expect((await here.run(['backup', '--source', 'mac', '--dry-run', '--json'])).summary).toMatchObject({
    dryRun: true,
    copied: 3,
    files: 3,
  });
});

const CONFIG = `sources:
  mac-local:
    type: local
    path: ~/.claude/projects
    repos:
      shop: -home-anna-shop
      notes: { project: -home-anna-notes, aliases: [diary] }
targets:
  nas: { type: local, path: ../nas }
`;

test('with a configuration: names, aliases, types, and places that are relative to it', async () => {
  const here = machine();
  writeFileSync(join(here.cwd, 'sessionkeep.yaml'), CONFIG);
  expect((await here.run(['backup', '--repo', 'diary', '--source', 'mac', '--json'])).summary).toMatchObject({
    ok: true,
    files: 1,
    copied: 1,
  });
  expect((await here.run(['backup', '--to', 'nas', '--source', 'local', '--json'])).summary).toMatchObject({
    ok: true,
    files: 3,
    copied: 2,
  });
  expect(readdirSync(join(here.root, 'nas', 'source-mac-local')).sort()).toEqual(['repo-notes', 'repo-shop']);
  expect((await here.run(['verify', '--json'])).summary).toMatchObject({ ok: true, matching: 3 });
  const unknown = await here.run(['backup', '--repo', 'shpo']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toBe(
    'error: there is no repo "shpo"; did you mean shop? there are shop, notes, diary\n',
  );
});

test.each([
  [
    'an unknown key',
    CONFIG.replace('    type: local\n', '    type: local\n    pth: x\n'),
    /^error: sessionkeep\.yaml:4: sources\.mac-local\.pth: unknown key; did you mean "path"\?$/m,
  ],
  [
    'a missing source',
    CONFIG.replace('~/.claude', '~/.nothing'),
    /^error: sessionkeep\.yaml:4: sources\.mac-local\.path: .*\.nothing\/projects does not exist; /m,
  ],
  [
    'a missing project folder',
    CONFIG.replace('-home-anna-shop', '-home-anna-shpo'),
    /^error: sessionkeep\.yaml:6: sources\.mac-local\.repos\.shop: there is no project folder -home-anna-shpo in /m,
  ],
  [
    'two repos with one folder',
    CONFIG.replace('-home-anna-notes', '-home-anna-shop'),
    /^error: sessionkeep\.yaml:7: sources\.mac-local\.repos\.notes\.project: .* is the repo "shop" already; /m,
  ],
  [
    'two repos with one name',
    CONFIG.replace('notes:', 'shop:'),
    /^error: sessionkeep\.yaml:7: sources\.mac-local\.repos\.shop: is there twice; first on line 6; /m,
  ],
])('%s is an error with file, line and key, and nothing is written', async (_, config, message) => {
  const here = machine();
  writeFileSync(join(here.cwd, 'sessionkeep.yaml'), config);
  const { code, stderr, stdout } = await here.run(['backup']);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
  expect(existsSync(join(here.root, 'nas'))).toBe(false);
  expect((await here.run(['backup', '--json'])).summary).toMatchObject({
    type: 'summary',
    ok: false,
    exitCode: 2,
  });
});

test('a project folder that was kept and is deleted at the source is no mistake of the configuration', async () => {
  const here = machine();
  writeFileSync(join(here.cwd, 'sessionkeep.yaml'), CONFIG);
  expect((await here.run(['backup'])).code).toBe(0);
  rmSync(join(here.projects, '-home-anna-shop'), { recursive: true });
  const { code, summary } = await here.run(['backup', '--json']);
  expect(code).toBe(3);
  expect(summary).toMatchObject({ files: 1, retained: 2, damaged: 0, errors: [] });
});

test('exit codes: damage 4, locked 5, not mounted 6', async () => {
  const here = machine();
  expect((await here.run(['backup', ...base])).code).toBe(0);
  const kept = join(here.cwd, 'kept');
  rmSync(join(kept, 'source-mac', 'repo-shop', `${SESSION}.jsonl`));
  const verified = await here.run(['verify', ...base]);
  expect([verified.code, verified.summary['missing']]).toEqual([4, 1]);
  const mended = await here.run(['backup', ...base]);
  expect([mended.code, mended.summary['mended']]).toEqual([4, 1]);
  expect((await here.run(['verify', ...base, '--deep'])).code).toBe(0);

  const target = (await openLocalTransport({ root: kept }))._unsafeUnwrap();
  const holder = {
    run: 'r1',
    host: 'other-host',
    user: 'bob',
    pid: process.pid,
    since: new Date().toISOString(),
  };
  const lock = repoPaths({ source: 'mac', repo: 'shop' }).lock;
  const lease = (await target.lease(lock, holder))._unsafeUnwrap();
  const locked = await here.run(['backup', ...base, '--repo', 'shop']);
  expect(locked.code).toBe(5);
  expect(locked.stderr).toContain('other-host');
  expect((await here.run(['backup', ...base])).code).toBe(3);
  const unlocked = await here.run(['unlock', '--to', 'kept', '--source', 'mac', '--repo', 'shop', '--force']);
  expect([unlocked.code, unlocked.stderr]).toEqual([0, expect.stringContaining('bob on other-host')]);
  (await lease.release()).unwrapOr(undefined);
  await target.close();

  rmSync(kept, { recursive: true });
  mkdirSync(kept);
  const gone = await here.run(['backup', ...base]);
  expect(gone.code).toBe(6);
  expect(gone.stderr).toContain('mounted?');
  expect(readdirSync(kept)).toEqual([]);
});

test('an archive inside its own source is refused', async () => {
  const here = machine();
  const { code, stderr } = await here.run(['backup', '--to', join(here.projects, 'kept')]);
  expect(code).toBe(2);
  expect(stderr).toContain('lies inside the source');
  expect(existsSync(join(here.projects, 'kept'))).toBe(false);
});

test('repair sets a damaged ledger aside', async () => {
  const here = machine();
  await here.run(['backup', ...base]);
  const ledger = join(here.cwd, 'kept', '.sessionkeep', 'source-mac', 'repo-shop', 'ledger', '000001.log');
  const text = readFileSync(ledger, 'utf8');
  writeFileSync(ledger, text.replace(`${SESSION}.jsonl`, 'other.jsonl'));
  expect((await here.run(['status', '--to', 'kept'])).stdout).toContain('damaged');
  expect((await here.run(['verify', ...base])).code).toBe(4);
  const repaired = await here.run(['repair', '--to', 'kept', '--source', 'mac', '--repo', 'shop']);
  expect([repaired.code, repaired.stderr]).toEqual([0, expect.stringContaining('goes on in a new segment')]);
});

test('an archive alone can be verified and restored where there are no sessions', async () => {
  const here = machine();
  await here.run(['backup', ...base]);
  rmSync(here.projects, { recursive: true });
  const verified = await here.run(['verify', '--to', 'kept', '--deep', '--json']);
  expect(verified.summary).toMatchObject({ ok: true, sourceRead: false, matching: 3 });
  const back = await here.run(['restore', '--to', 'kept', '--into', '~/.claude/projects']);
  expect(back.code).toBe(0);
  expect(back.stderr).toContain(`cd /home/anna/shop && claude --resume ${SESSION}`);
  expect((await here.run(['restore', '--to', 'kept', '--into', 'x', '--at', 'noon'])).stderr).toContain(
    '--at: "noon" is no time',
  );
  const early = await here.run(['restore', '--to', 'kept', '--into', 'x', '--at', '2d']);
  expect([early.code, early.stderr]).toEqual([2, expect.stringContaining('nothing was kept as of')]);
  const nothing = await here.run(['status', '--to', 'elsewhere']);
  expect([nothing.code, nothing.stderr]).toEqual([6, expect.stringContaining('is no archive')]);
});

test('SIGINT: what is done is recorded, exit 130, and the next run goes on', async () => {
  const here = machine();
  const big = join(here.projects, '-home-anna-shop', 'big.jsonl');
  writeFileSync(big, '');
  truncateSync(big, 600_000_000);
  const stopped = await here.run(['backup', ...base], {
    onStdout: (text, kill) => {
      if (text.includes('"type":"progress"')) kill('SIGINT');
    },
  });
  expect(stopped.code).toBe(130);
  expect(stopped.summary).toMatchObject({ type: 'summary', ok: false, exitCode: 130 });
  truncateSync(big, 1000);
  expect((await here.run(['backup', ...base])).summary).toMatchObject({ ok: true, files: 4 });
  expect((await here.run(['verify', ...base, '--deep'])).code).toBe(0);
});

test('help, version, usage, and a reader that goes away', async () => {
  const here = new Machine();
  expect((await here.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/);
  expect((await here.run(['help', 'restore'])).stdout).toContain('--keep-mtime');
  expect((await here.run(['restore', '--help'])).code).toBe(0);
  const wrong = await here.run(['backup', '--dryrun']);
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    'error: backup has no option --dryrun; did you mean --dry-run?\n',
  ]);
  const piped = execFileSync(
    'bash',
    ['-c', `"$1" "$2" help | true; echo "\${PIPESTATUS[0]}"`, 'bash', process.execPath, MAIN],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  expect(piped.trim()).toBe('0');
});
