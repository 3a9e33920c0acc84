import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mountSmall, noMounts, remount } from './helpers/mounts.js';
import { need } from './helpers/needs.js';
import { Machine, type Ran } from './helpers/run-built.js';
import { logLine, SESSION, writeFiles, writeSessions } from './helpers/sessions.js';
import { contentsOf, digestOf, stateOf } from './helpers/tree.js';

const base = ['--source', 'mac', '--to', 'kept', '--json'];
const NOTE = '6b1d5c64-2f0e-4c0e-8d35-9e8f7a6b5c4d';
const LOG = `-home-anna-shop/${SESSION}.jsonl`;
const SUBAGENT = `-home-anna-shop/${SESSION}/subagents/agent-1.jsonl`;
const OLD = new Date('2024-02-03T04:05:06Z');

class Kept extends Machine {
  /** Keeps what there is; answers with a moment behind it. */
  async keep(): Promise<string> {
    const { code, stderr } = await this.run(['backup', ...base]);
    expect([code, stderr]).toEqual([0, '']);
    await new Promise((done) => setTimeout(done, 20));
    const moment = new Date().toISOString();
    await new Promise((done) => setTimeout(done, 20));
    return moment;
  }

  restore(into: string, ...args: string[]): Promise<Ran> {
    return this.run(['restore', '--to', 'kept', '--into', into, ...args, '--json']);
  }

  files(into: string): string[] {
    return Object.keys(contentsOf(join(this.cwd, into)));
  }
}

async function kept(): Promise<Kept> {
  const here = new Kept();
  writeSessions(here.projects);
  for (const file of here.files('../home/.claude/projects')) utimesSync(join(here.projects, file), OLD, OLD);
  await here.keep();
  return here;
}

test('everything: 0600 in 0700, with the time of now, and nothing else is left there', async () => {
  const here = await kept();
  const before = Date.now();
  const { code, summary } = await here.restore('back');
  expect([code, summary]).toMatchObject([0, { files: 3, restored: 3, identical: 0, refused: 0, failed: 0 }]);
  const { '-home-anna-notes/session.lock': _, ...source } = contentsOf(here.projects);
  expect(contentsOf(join(here.cwd, 'back'))).toEqual(source);
  for (const name of readdirSync(join(here.cwd, 'back'), { recursive: true, encoding: 'utf8' })) {
    const stat = statSync(join(here.cwd, 'back', name));
    expect([name, stat.mode & 0o777]).toEqual([name, stat.isFile() ? 0o600 : 0o700]);
    if (stat.isFile()) expect(Math.abs(stat.mtimeMs - before)).toBeLessThan(60_000);
  }
});

test('--keep-mtime brings the old times back, and both ways people are told why it matters', async () => {
  const here = await kept();
  expect((await here.restore('back', '--keep-mtime')).code).toBe(0);
  for (const file of here.files('back'))
    expect(statSync(join(here.cwd, 'back', file)).mtimeMs).toBe(OLD.getTime());
  const args = ['restore', '--to', 'kept', '--into'];
  expect((await here.run([...args, 'one'])).stderr).toContain('cleanupPeriodDays');
  expect((await here.run([...args, 'two', '--keep-mtime'])).stderr).toContain('restore without --keep-mtime');
});

test('--session brings one session with its subagents; the beginning of its id will do', async () => {
  const here = await kept();
  for (const [into, id] of [
    ['whole', SESSION],
    ['prefix', SESSION.slice(0, 6)],
  ] as const) {
    expect((await here.restore(into, '--session', id)).summary).toMatchObject({ ok: true, restored: 2 });
    expect(here.files(into)).toEqual([SUBAGENT, LOG].sort());
  }
  const none = await here.restore('none', '--session', 'ffffffff');
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no session ffffffff')]);
});

test('--source, --repo and --from-archive choose', async () => {
  const here = await kept();
  expect((await here.restore('notes', '--repo', 'notes')).summary).toMatchObject({ ok: true, restored: 1 });
  expect(here.files('notes')).toEqual([`-home-anna-notes/${NOTE}.jsonl`]);
  expect((await here.restore('pc', '--source', 'pc')).code).toBe(2);
  expect((await here.restore('repo', '--repo', 'nots')).stderr).toContain('did you mean notes?');
  const from = await here.run([
    'restore',
    '--from-archive',
    join(here.cwd, 'kept'),
    '--into',
    'from',
    '--json',
  ]);
  expect(from.summary).toMatchObject({ ok: true, restored: 3 });
});

test('--at gives the past: before a rewrite, before a deletion, and with --present without what was deleted', async () => {
  const here = await kept();
  const log = join(here.projects, LOG);
  const first = contentsOf(here.projects);
  const before = new Date().toISOString();
  await new Promise((done) => setTimeout(done, 20));
  writeFileSync(log, logLine('/home/anna/shop', 'grown').repeat(20) + 'more\n');
  const rewritten = await here.keep();
  const second = contentsOf(here.projects);
  rmSync(log);
  const deleted = await here.keep();
  writeFileSync(log, logLine('/home/anna/shop', 'again'));
  await here.keep();

  const past = async (into: string, ...args: string[]): Promise<string | undefined> => {
    expect((await here.restore(into, ...args)).code).toBe(0);
    return contentsOf(join(here.cwd, into))[LOG];
  };
  expect(await past('a', '--at', before)).toBe(first[LOG]);
  expect(await past('b', '--at', rewritten)).toBe(second[LOG]);
  expect(await past('c', '--at', deleted)).toBe(second[LOG]);
  expect(await past('d', '--at', deleted, '--present')).toBeUndefined();
  expect(await past('e')).toBe(contentsOf(here.projects)[LOG]);
  expect(await past('f', '--at', '0s')).toBe(contentsOf(here.projects)[LOG]);
  expect((await here.restore('g', '--at', '1d')).code).toBe(2);
});

test('what is there: identical is left as it is, other bytes are refused, --overwrite replaces them', async () => {
  const here = await kept();
  expect((await here.restore('back', '--keep-mtime')).code).toBe(0);
  const target = join(here.cwd, 'back', LOG);
  writeFileSync(target, 'mine');
  const before = stateOf(join(here.cwd, 'back'));
  const refused = await here.restore('back');
  expect([refused.code, refused.summary]).toMatchObject([
    3,
    { restored: 0, identical: 2, refused: 1, bytesMoved: 0 },
  ]);
  const files = (state: Record<string, string>): [string, string][] =>
    Object.entries(state).filter(([, stat]) => stat.startsWith('100'));
  expect(files(stateOf(join(here.cwd, 'back')))).toEqual(files(before));
  const replaced = await here.restore('back', '--overwrite');
  expect([replaced.code, replaced.summary]).toMatchObject([0, { restored: 1, identical: 2, refused: 0 }]);
  expect(digestOf(target)).toBe(digestOf(join(here.projects, LOG)));
  expect(here.files('back')).toHaveLength(3);
});

test('--as renames the one project folder, and refuses two, and anything but a plain name', async () => {
  const here = await kept();
  expect((await here.restore('back', '--repo', 'shop', '--as', '-home-bob-shop')).summary).toMatchObject({
    restored: 2,
  });
  expect(here.files('back').every((file) => file.startsWith('-home-bob-shop/'))).toBe(true);
  expect((await here.restore('two', '--as', 'x')).stderr).toContain('these files lie in 2');
  for (const name of ['../x', 'a/b', '..', ''])
    expect([name, (await here.restore('bad', '--repo', 'shop', '--as', name)).code]).toEqual([name, 2]);
  expect(readdirSync(here.cwd).sort()).toEqual(['back', 'kept']);
});

test('--dry-run says what would be restored, and writes nothing', async () => {
  const here = await kept();
  const dry = await here.restore('back', '--dry-run');
  expect([dry.code, dry.summary]).toMatchObject([0, { dryRun: true, restored: 3 }]);
  expect(dry.events.filter(({ type }) => type === 'file')).toHaveLength(3);
  expect(readdirSync(here.cwd)).toEqual(['kept']);
  const people = await here.run(['restore', '--to', 'kept', '--into', 'back', '--dry-run']);
  expect(people.stderr).toContain('Nothing was written');
});

test('a session that lies in two folders is restored where it last lived, and that is said', async () => {
  const here = await kept();
  const moved = `-home-anna-notes/${SESSION}.jsonl`;
  renameSync(join(here.projects, LOG), join(here.projects, moved));
  await here.keep();
  const { code, summary, events } = await here.restore('back');
  expect([code, summary]).toMatchObject([0, { elsewhere: 2, restored: 2 }]);
  expect(here.files('back')).toContain(moved);
  expect(here.files('back')).not.toContain(LOG);
  expect(events).toContainEqual(expect.objectContaining({ path: LOG, outcome: 'elsewhere' }));
  const people = await here.run(['restore', '--to', 'kept', '--into', 'people']);
  expect(people.stderr).toMatch(/elsewhere|last lived|another folder/);
});

test('into a place that cannot be written: exit 3 or 6, said, and the archive is untouched', async (context) => {
  const here = await kept();
  const into = join(here.cwd, 'locked');
  if (process.getuid?.() === 0) {
    need(context, noMounts());
    mountSmall(into, '1m');
    remount(into, 'ro');
  } else mkdirSync(into, { mode: 0o500 });
  const before = stateOf(join(here.cwd, 'kept'));
  const { code, summary, stdout, stderr } = await here.restore('locked');
  expect([3, 6]).toContain(code);
  expect(summary).toMatchObject({ ok: false, restored: 0 });
  expect(stdout + stderr).toMatch(/read-only|denied/i);
  expect(readdirSync(into)).toEqual([]);
  expect(stateOf(join(here.cwd, 'kept'))).toEqual(before);
  if (process.getuid?.() !== 0) chmodSync(into, 0o700);
});

test('onto a full disk: what has its name is whole, and the rest is not there', async (context) => {
  need(context, noMounts());
  const here = await kept();
  writeFiles(here.projects, { '-home-anna-shop/large.jsonl': logLine('/home/anna/shop').repeat(20_000) });
  await here.keep();
  mountSmall(join(here.cwd, 'small'), '1m');
  const { code, summary } = await here.restore('small');
  expect([code, summary]).toMatchObject([3, { restored: 3, failed: 0, stopped: 1 }]);
  const source = contentsOf(here.projects);
  for (const [file, digest] of Object.entries(contentsOf(join(here.cwd, 'small'))))
    expect([file, source[file]]).toEqual([file, digest]);
});

test('bytes of the archive that are not those recorded never take a name: exit 4', async () => {
  const here = await kept();
  const live = join(here.cwd, 'kept', 'source-mac', 'repo-shop', `${SESSION}.jsonl`);
  const bytes = readFileSync(live);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(live, bytes);
  const { code, summary, events } = await here.restore('back');
  expect([code, summary]).toMatchObject([4, { ok: false, corrupt: 1, restored: 2 }]);
  expect(events).toContainEqual(expect.objectContaining({ path: LOG, outcome: 'corrupt', alarm: true }));
  expect(here.files('back')).not.toContain(LOG);
  rmSync(live);
  const missing = await here.restore('missing');
  expect([missing.code, missing.summary['restored']]).toEqual([4, 2]);
  expect(here.files('missing')).not.toContain(LOG);
});

test('an archive is never restored into itself by mistake: its own files stay as they are', async () => {
  const here = await kept();
  const before = stateOf(join(here.cwd, 'kept', '.sessionkeep'));
  await here.restore('kept/source-mac');
  expect(stateOf(join(here.cwd, 'kept', '.sessionkeep'))).toEqual(before);
  expect((await here.run(['verify', ...base, '--deep'])).code).toBe(0);
});

test('a place that cannot be written to fails, and says nothing of the archive', async () => {
  if (process.platform !== 'linux') return;
  const here = await kept();
  const { code, summary, events } = await here.restore('/proc/nowhere');
  expect([code, summary]).toMatchObject([3, { restored: 0, failed: 3, corrupt: 0, alarms: [] }]);
  expect(JSON.stringify(events)).toContain('/proc/nowhere');
});

test.each<[string, (path: string) => void]>([
  ['a link that leads out', (path) => symlinkSync('/etc/hostname', path)],
  ['a link to nothing', (path) => symlinkSync('nowhere', path)],
  ['a folder', (path) => mkdirSync(path)],
])('%s in the place of a kept file is damage to verify and to restore', async (_, put) => {
  const here = await kept();
  const path = join(here.cwd, 'kept/source-mac/repo-shop', `${SESSION}.jsonl`);
  rmSync(path);
  put(path);
  const verified = await here.run(['verify', ...base]);
  expect([verified.code, verified.summary['missing']]).toEqual([4, 1]);
  const { code, summary } = await here.restore('back');
  expect([code, summary]).toMatchObject([4, { failed: 0, corrupt: 1 }]);
  const printed = await here.run(['cat', `mac/shop/${SESSION}.jsonl`, '--to', 'kept']);
  expect([printed.code, printed.stdout]).toEqual([4, '']);
});

test('nothing is restored into the archive itself', async () => {
  const here = await kept();
  const before = stateOf(join(here.cwd, 'kept'));
  for (const into of ['kept', 'kept/source-mac', 'kept/source-mac/repo-shop/new']) {
    const { code, stderr } = await here.restore(into, '--overwrite', '--repo', 'shop', '--as', 'repo-shop');
    expect([into, code]).toEqual([into, 2]);
    expect(stderr).toContain('lies inside the archive');
  }
  expect(stateOf(join(here.cwd, 'kept'))).toEqual(before);
});

test('a ledger that is lost is damage, and not an archive in which nothing was kept', async () => {
  const here = await kept();
  for (const repo of ['shop', 'notes'])
    rmSync(join(here.cwd, 'kept/.sessionkeep/source-mac', `repo-${repo}`, 'ledger'), { recursive: true });
  const restored = await here.restore('back');
  expect([restored.code, restored.stderr]).toEqual([4, expect.stringContaining('the ledger does not reach')]);
  const printed = await here.run(['cat', SESSION, '--to', 'kept']);
  expect([printed.code, printed.stdout]).toEqual([4, '']);
  expect(printed.stderr).toContain('the ledger does not reach');
});
