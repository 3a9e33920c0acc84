import { startSamba } from '@sessionkeep/testkit/samba';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LivingSource } from './helpers/history.js';
import { need, noProgram } from './helpers/needs.js';
import { MAIN, type Ran } from './helpers/run-built.js';
import { logLine, SESSION, writeFiles } from './helpers/sessions.js';
import { ShareMachine, useSamba } from './helpers/shares.js';
import { contentsOf, stateOf } from './helpers/tree.js';

const samba = useSamba({
  shares: { share: {}, safe: { encrypt: 'required' }, exact: { caseSensitive: 'yes' } },
});
const PAGE = new URL('../../../docs/archive-format.md', import.meta.url);

function outcomes({ events }: Ran): string[] {
  return events
    .filter(({ type }) => type === 'file')
    .map(({ repo, path, outcome }) => `${String(repo)}/${String(path)}: ${String(outcome)}`)
    .sort();
}

describe('an archive on a share', () => {
  test('a life: kept, looked at, verified, and every past state restored', async () => {
    const here = new ShareMachine(samba());
    const source = new LivingSource(here.projects, 5);
    const rounds: { at: string; files: Record<string, string> }[] = [];
    for (let round = 0; round < 3; round++) {
      if (round > 0) source.work();
      const ran = await here.backup();
      expect([ran.code, ran.stderr, ran.summary['failed']]).toEqual([0, '', 0]);
      const files = contentsOf(here.projects);
      delete files['-home-anna-notes/session.lock'];
      rounds.push({ at: new Date().toISOString(), files });
      await new Promise((done) => setTimeout(done, 5));
    }
    const again = await here.backup();
    expect([again.code, again.summary]).toMatchObject([0, { bytesMoved: 0, copied: 0, appended: 0 }]);

    const versions = join(here.kept, '.sessionkeep', 'source-mac', 'repo-shop', 'versions');
    expect(readdirSync(versions).length).toBeGreaterThan(0);
    for (const name of readdirSync(versions)) expect(contentsOf(versions)[name]).toBe(name);

    for (const args of [[], ['--deep'], ['--sample', '50']]) {
      const verified = await here.json('verify', '--source', 'mac', ...args);
      expect([args, verified.code, verified.summary['ok']]).toEqual([args, 0, true]);
    }
    for (const { at, files } of rounds) {
      const into = join(here.root, `as-of-${at}`);
      const restored = await here.json('restore', '--at', at, '--present', '--into', into);
      expect([restored.code, contentsOf(into)]).toEqual([0, files]);
    }

    const { at: first } = rounds[0]!;
    const runs = (await here.json('log')).events.filter(({ type }) => type === 'run');
    expect(runs.length).toBe(8);
    const differences = (await here.json('diff', first)).events.map(({ kind }) => kind);
    for (const kind of ['new', 'grown', 'rewritten', 'gone']) expect(differences).toContain(kind);
    const listed = (await here.json('ls', '--present')).events.filter(({ type }) => type === 'file');
    expect(listed.length).toBe(Object.keys(rounds.at(-1)!.files).length);
    const path = `mac/shop/${SESSION}.jsonl`;
    expect((await here.people('log', path)).stdout).toContain('kept');
    const shown = spawnSync(process.execPath, [MAIN, 'cat', path, '--to', here.url], { env: here.env });
    expect(shown.stdout.toString()).toBe(
      readFileSync(join(here.projects, '-home-anna-shop', `${SESSION}.jsonl`), 'utf8'),
    );
  });

  test('is shown by its URL to people, within 80 columns; status knows what is unsaved', async () => {
    const here = new ShareMachine(samba());
    const dry = await here.people('backup', '--source', 'mac', '--dry-run');
    expect([dry.code, here.isThere()]).toEqual([0, false]);
    expect((await here.backup()).code).toBe(0);
    appendFileSync(join(here.projects, `-home-anna-shop/${SESSION}.jsonl`), logLine('/home/anna/shop'));
    const status = await here.people('status', '--source', 'mac');
    expect(status.stdout.split('\n')[0]).toBe(here.url);
    expect(status.stdout).toMatch(/^mac: \d+ B unsaved in 1 file/m);
    expect((await here.people('status', '--source', 'mac', '--max-age', '1d')).code).toBe(0);
    const verbose = await here.people('backup', '--source', 'mac', '-v');
    expect(verbose.stdout + verbose.stderr).toContain(`archive ${here.url}, id `);
    for (const { stdout } of [dry, status, await here.people('log')])
      for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test('a saved plan is carried out as it was read, and refused where its log changed meanwhile', async () => {
    const here = new ShareMachine(samba());
    expect((await here.backup()).code).toBe(0);
    const log = join(here.projects, `-home-anna-shop/${SESSION}.jsonl`);
    const note = '-home-anna-notes/new.jsonl';
    appendFileSync(log, logLine('/home/anna/shop'));
    writeFiles(here.projects, { [note]: logLine('/home/anna/notes') });
    const before = stateOf(here.kept);
    expect((await here.json('plan', '--source', 'mac', '--out', 'p.plan')).code).toBe(0);
    expect(stateOf(here.kept)).toEqual(before);
    appendFileSync(log, logLine('/home/anna/shop', 'later'));
    truncateSync(join(here.projects, note), 10);
    const ran = await here.json('backup', '--plan', 'p.plan', '--source', 'mac');
    expect(ran.code).toBe(3);
    expect(outcomes(ran)).toEqual([`notes/new.jsonl: refused`, `shop/${SESSION}.jsonl: appended`]);
    const rest = await here.backup();
    expect([rest.code, outcomes(rest)]).toEqual([
      0,
      ['notes/new.jsonl: copied', `shop/${SESSION}.jsonl: appended`],
    ]);
    const old = await here.json('backup', '--plan', 'p.plan', '--source', 'mac');
    expect([old.code, old.stderr]).toEqual([2, expect.stringContaining('since')]);
  });

  test('damage is found, mended from the source, and a broken ledger is repaired', async () => {
    const here = new ShareMachine(samba());
    expect((await here.backup()).code).toBe(0);
    const kept = join(here.kept, 'source-mac', 'repo-shop', `${SESSION}.jsonl`);
    writeFileSync(
      kept,
      readFileSync(kept).map((byte) => byte ^ 1),
    );
    expect((await here.json('verify', '--source', 'mac', '--deep')).code).toBe(4);
    expect((await here.backup({}, '--checksum')).code).toBe(4);
    const ledger = join(here.kept, '.sessionkeep', 'source-mac', 'repo-shop', 'ledger', '000001.log');
    const lines = readFileSync(ledger, 'utf8').split('\n');
    writeFileSync(ledger, [...lines.slice(0, 2), ...lines.slice(3)].join('\n'));
    expect((await here.json('verify', '--source', 'mac')).code).toBe(4);
    const repaired = await here.json('repair', '--source', 'mac', '--repo', 'shop');
    expect(repaired.code).toBe(0);
    expect((await here.backup()).code).toBeLessThanOrEqual(4);
    expect((await here.json('verify', '--source', 'mac', '--deep')).summary).toMatchObject({
      corrupt: 0,
      missing: 0,
    });
    expect((await here.backup()).code).toBe(0);
  });

  test('is one archive: another one in its place, or none, is refused', async () => {
    const here = new ShareMachine(samba());
    expect((await here.backup()).code).toBe(0);
    rmSync(join(here.kept, '.sessionkeep', 'target.json'));
    const gone = await here.backup();
    expect([gone.code, gone.stderr]).toEqual([
      6,
      expect.stringContaining('was an archive before and is none now'),
    ]);
  });

  test('nothing is restored into a share, and a share is not backed up into itself', async () => {
    const here = new ShareMachine(samba());
    expect((await here.backup()).code).toBe(0);
    const into = await here.json('restore', '--into', here.url);
    expect([into.code, into.stderr]).toEqual([2, expect.stringContaining('not a share')]);
    const inside = await here.run(['backup', '--from', here.url, '--to', `${here.url}/SOURCE-mac`]);
    expect([inside.code, inside.stderr]).toEqual([2, expect.stringMatching(/inside|itself/)]);
  });

  test('where the share demands encryption, and where it tells "a" from "A"', async () => {
    for (const share of ['safe', 'exact'] as const) {
      const here = new ShareMachine(samba(), { share });
      writeFiles(here.projects, {
        '-home-anna-shop/Log.jsonl': logLine('/home/anna/shop', 'upper'),
        '-home-anna-shop/log.jsonl': logLine('/home/anna/shop', 'lower'),
      });
      const ran = await here.backup();
      expect([share, ran.code]).toEqual([share, share === 'exact' ? 0 : 3]);
      const verified = await here.json('verify', '--source', 'mac', '--deep');
      expect([share, verified.summary['corrupt']]).toEqual([share, 0]);
    }
  });
});

describe('names that a share cannot hold', () => {
  const NAMES = ['a:b?.jsonl', 'dot.', 'e\u0301te\u0301.jsonl', 'CON.jsonl', 'x /y.jsonl', 'plain.jsonl'];

  test('are mapped, restored exactly, and a dozen lines of Python follow them', async (context) => {
    const here = new ShareMachine(samba());
    const shop = join(here.projects, '-home-anna-shop');
    writeFiles(shop, Object.fromEntries(NAMES.map((name) => [name, logLine('/home/anna/shop', name)])));
    expect((await here.backup()).code).toBe(0);
    const kept = readdirSync(join(here.kept, 'source-mac', 'repo-shop'), { recursive: true });
    for (const name of [
      'a\uf03ab\uf03f.jsonl',
      'dot\uf02e',
      '\u00e9t\u00e9.jsonl',
      '\uf043ON.jsonl',
      'plain.jsonl',
    ])
      expect(kept).toContain(name);
    for (const name of NAMES) appendFileSync(join(shop, name), 'more\n');
    const grown = await here.backup();
    expect([grown.code, grown.summary['appended']]).toEqual([0, NAMES.length]);
    expect((await here.json('verify', '--source', 'mac', '--deep')).summary['ok']).toBe(true);
    const listed = (await here.json('ls')).events.map(({ path }) => path);
    for (const name of NAMES) expect(listed).toContain(name);
    expect((await here.json('restore', '--into', 'back')).code).toBe(0);
    expect(contentsOf(join(here.cwd, 'back', '-home-anna-shop'))).toEqual(contentsOf(shop));

    need(context, noProgram('python3'));
    const [reader = '', original = ''] = blocksOfPython().reverse();
    const names = `${original}\nprint([original(name) for name in ${JSON.stringify(['a\uf03ab\uf03f.jsonl', 'dot\uf02e', '\uf043ON.jsonl'])}])`;
    const told = spawnSync('python3', ['-c', names], { encoding: 'utf8' });
    expect([told.stderr, told.stdout]).toEqual(['', "['a:b?.jsonl', 'dot.', 'CON.jsonl']\n"]);
    writeFileSync(join(here.root, 'reader.py'), reader);
    const read = (): ReturnType<typeof spawnSync> =>
      spawnSync('python3', [join(here.root, 'reader.py'), here.kept]);
    expect([String(read().stderr), read().status]).toEqual(['', 0]);
    rmSync(join(here.kept, 'source-mac', 'repo-shop', '\uf043ON.jsonl'));
    expect(read().status).toBe(1);
  });

  test('that come to one name on the share are refused, one by one; the first stays what it was', async () => {
    const here = new ShareMachine(samba());
    const shop = join(here.projects, '-home-anna-shop');
    writeFiles(shop, { 'A.jsonl': logLine('/home/anna/shop', 'upper') });
    expect((await here.backup()).code).toBe(0);
    writeFiles(shop, { 'a.jsonl': logLine('/home/anna/shop', 'lower') });
    const ran = await here.backup();
    expect([ran.code, outcomes(ran)]).toEqual([3, ['shop/a.jsonl: refused']]);
    expect((await here.backup()).code).toBe(3);
    const kept = join(here.kept, 'source-mac', 'repo-shop', 'A.jsonl');
    expect(readFileSync(kept, 'utf8')).toBe(logLine('/home/anna/shop', 'upper'));
  });
});

function blocksOfPython(): string[] {
  return [...readFileSync(PAGE, 'utf8').matchAll(/```python\n(.*?)```/gs)].map(([, text = '']) => text);
}

describe('a share as the source', () => {
  test('is kept on a disk, names mapped by nobody, and only what grew is copied again', async () => {
    const here = new ShareMachine(samba());
    const projects = join(here.kept, '.claude', 'projects');
    mkdirSync(projects, { recursive: true });
    const log = `-home-anna-shop/${SESSION}.jsonl`;
    writeFiles(projects, {
      [log]: logLine('/home/anna/shop').repeat(30),
      '-home-anna-shop/big.txt': 'x'.repeat(3_000_000),
    });
    writeFiles(join(here.kept, '.claude'), { 'history.jsonl': '{}\n', '.credentials.json': 'never' });
    writeFileSync(
      join(here.cwd, 'sessionkeep.yaml'),
      `sources:
  nas: { type: smb, url: '${here.url}/.claude/projects', repos: auto, extras: [history] }
targets:
  disk: { type: local, path: kept }
`,
    );
    const first = await here.run(['backup', '--json']);
    expect([first.code, first.stderr, first.summary['copied']]).toEqual([0, '', 3]);
    const kept = join(here.cwd, 'kept', 'source-nas');
    expect(contentsOf(join(kept, 'repo-shop'))).toEqual(contentsOf(join(projects, '-home-anna-shop')));
    expect(existsSync(join(kept, 'repo-_history', 'history.jsonl'))).toBe(true);
    appendFileSync(join(projects, log), logLine('/home/anna/shop', 'more'));
    const second = await here.run(['backup', '--json']);
    expect([second.code, second.summary['bytesMoved']]).toEqual([
      0,
      logLine('/home/anna/shop', 'more').length,
    ]);
    expect((await here.run(['verify', '--deep', '--json'])).code).toBe(0);
    const missing = await here.run(['backup', '--from', `${here.url}/nowhere/projects`, '--to', 'kept']);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('does not exist')]);
  });

  test('may be another share of another server than the target', async () => {
    await using other = await startSamba({
      password: 'another-Secret-2',
      ...(process.getuid?.() === 0 && { user: 'nobody' }),
    });
    const here = new ShareMachine(samba());
    writeFiles(join(other.folders.share, 'projects'), {
      '-home-anna-shop/a.jsonl': logLine('/home/anna/shop'),
    });
    writeFileSync(join(here.home, 'pw'), 'another-Secret-2\n', { mode: 0o600 });
    writeFileSync(
      join(here.cwd, 'sessionkeep.yaml'),
      `sources:
  there:
    type: smb
    url: smb://${other.user}@${other.host}:${other.port.toString()}/share/projects
    password: { file: ~/pw }
    repos: auto
targets:
  here: { type: smb, url: '${here.url}' }
`,
    );
    const ran = await here.run(['backup', '--json']);
    expect([ran.code, ran.stderr, ran.summary['copied']]).toEqual([0, '', 1]);
    expect(here.isThere('source-there/repo-shop/a.jsonl')).toBe(true);
  });
});
