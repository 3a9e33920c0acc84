import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mountSmall, noMounts, remount, unmount } from './helpers/mounts.js';
import { need } from './helpers/needs.js';
import { Machine, type Ran } from './helpers/run-built.js';
import { logLine, SESSION, writeFiles, writeSessions } from './helpers/sessions.js';
import { contentsOf, stateOf } from './helpers/tree.js';

const base = ['--source', 'mac', '--to', 'kept', '--json'];
const HEAD = `${SESSION}.jsonl`;

class Kept extends Machine {
  readonly kept = join(this.cwd, 'kept');
  readonly shop = join(this.kept, 'source-mac', 'repo-shop');

  constructor() {
    super();
    writeSessions(this.projects);
  }

  backup(): Promise<Ran> {
    return this.run(['backup', ...base]);
  }

  /** Everything is kept, and a backup has nothing to do. */
  async expectWhole(): Promise<void> {
    const verified = await this.run(['verify', ...base, '--deep']);
    expect([verified.code, verified.summary]).toMatchObject([0, { matching: 3, grown: 0, new: 0 }]);
    const next = await this.backup();
    expect([next.code, next.summary]).toMatchObject([0, { unchanged: 3, bytesMoved: 0 }]);
    const at = contentsOf(join(this.projects, '-home-anna-shop'));
    expect(contentsOf(this.shop)).toEqual(at);
  }
}

test('a full target: exit 3, what is kept is whole, and with room again the rest is kept', async (context) => {
  need(context, noMounts());
  const here = new Kept();
  mountSmall(here.kept, '2m');
  expect((await here.backup()).code).toBe(0);
  const large = logLine('/home/anna/shop').repeat(10_000);
  for (let file = 0; file < 4; file++)
    writeFiles(here.projects, { [`-home-anna-shop/large-${file}.jsonl`]: large });
  const full = await here.backup();
  expect(full.code).toBe(3);
  expect(JSON.stringify(full.events)).toContain('"kind":"full"');
  expect(full.summary).toMatchObject({ ok: false, unchanged: 3, damaged: 0, alarms: [] });
  const verified = await here.run(['verify', ...base, '--deep']);
  expect(verified.summary).toMatchObject({ divergent: 0, missing: 0, corrupt: 0, alarms: [] });
  expect(verified.code).toBe(0);

  remount(here.kept, 'size=32m');
  const next = await here.backup();
  expect([next.code, next.summary['alarms']]).toEqual([0, []]);
  expect(contentsOf(here.shop)).toEqual(contentsOf(join(here.projects, '-home-anna-shop')));
  expect((await here.run(['verify', ...base, '--deep'])).summary).toMatchObject({ ok: true, matching: 7 });
});

test('a read-only target: exit 6, it says so, and nothing is changed', async (context) => {
  const here = new Kept();
  if (process.getuid?.() === 0) {
    need(context, noMounts());
    mountSmall(here.kept, '2m');
  }
  expect((await here.backup()).code).toBe(0);
  writeFiles(here.projects, { '-home-anna-shop/new.jsonl': logLine('/home/anna/shop') });
  const before = stateOf(here.kept);
  const folders = Object.keys(before).filter((name) => before[name]?.startsWith('4'));
  if (process.getuid?.() === 0) remount(here.kept, 'ro');
  else for (const name of ['', ...folders]) chmodSync(join(here.kept, name), 0o500);
  const refused = await here.backup();
  expect(refused.code).toBe(6);
  expect(refused.stderr).toMatch(/read-only|denied|permission/i);
  if (process.getuid?.() === 0) expect(stateOf(here.kept)).toEqual(before);
  expect((await here.run(['verify', ...base, '--deep'])).summary).toMatchObject({
    ok: true,
    matching: 3,
    new: 1,
  });
  if (process.getuid?.() === 0) remount(here.kept, 'rw');
  else for (const name of ['', ...folders]) chmodSync(join(here.kept, name), 0o700);
  expect((await here.backup()).summary).toMatchObject({ ok: true, copied: 1, unchanged: 3 });
});

test.for(['full', 'read-only'])(
  'a %s target is told of once, whatever there is to keep',
  async (kind, context) => {
    need(context, noMounts());
    const here = new Kept();
    mountSmall(here.kept, '1m');
    expect((await here.backup()).code).toBe(0);
    const line = logLine('/home/anna/shop').repeat(20);
    for (const repo of ['shop', 'a', 'b', 'c', 'd', 'e'])
      for (let file = 0; file < 100; file++)
        writeFiles(here.projects, { [`-home-anna-${repo}/more-${file}.jsonl`]: line });
    if (kind === 'read-only') remount(here.kept, 'ro');
    const ran = await here.run(['backup', ...base.slice(0, -1)]);
    const [code, word] = kind === 'full' ? [3, 'no space left'] : [6, 'read-only'];
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(word)]);
    expect(ran.stderr.match(new RegExp(word, 'g'))?.length, ran.stderr).toBeLessThanOrEqual(2);
    expect(ran.stderr).toMatch(/more repos not begun, for the same reason/);
    expect(ran.stderr.split('\n').length, ran.stderr).toBeLessThan(30);
  },
);

test('a restore into a full disk says so once, and what it did not come to', async (context) => {
  need(context, noMounts());
  const here = new Kept();
  const line = logLine('/home/anna/shop').repeat(20);
  for (let file = 0; file < 300; file++)
    writeFiles(here.projects, { [`-home-anna-shop/more-${file}.jsonl`]: line });
  expect((await here.backup()).code).toBe(0);
  const into = join(here.cwd, 'back');
  mountSmall(into, '300k');
  const ran = await here.run(['restore', '--to', 'kept', '--into', 'back']);
  expect(ran.code).toBe(3);
  expect(ran.stderr.match(/no space left/g), ran.stderr).toHaveLength(1);
  expect(ran.stderr).toMatch(/files were not restored; make room there/);
  expect(ran.stderr).toContain('not done');
  remount(into, 'size=32m');
  const again = await here.run(['restore', '--to', 'kept', '--into', 'back', '--json']);
  expect([again.code, again.summary]).toMatchObject([0, { files: 303, stopped: 0 }]);
});

test('a disk that is not mounted any more: exit 6, and nothing is written into the mount point', async (context) => {
  need(context, noMounts());
  const here = new Kept();
  mountSmall(here.kept, '2m');
  expect((await here.backup()).code).toBe(0);
  unmount(here.kept);
  for (const args of [['backup'], ['backup', '--dry-run'], ['verify'], ['verify', '--deep']]) {
    const gone = await here.run([...args, ...base]);
    expect([args, gone.code, gone.stderr]).toEqual([
      args,
      6,
      expect.stringMatching(/mounted\?.*`sessionkeep backup --rebind`/s),
    ]);
  }
  expect(readdirSync(here.kept)).toEqual([]);
});

test('a disk that goes away half-way: the run ends with an error, and nothing is written into the mount point', async (context) => {
  need(context, noMounts());
  const here = new Kept();
  mountSmall(here.kept, '400m');
  expect((await here.backup()).code).toBe(0);
  for (let file = 0; file < 80; file++)
    writeFiles(here.projects, {
      [`-home-anna-shop/large-${file}.jsonl`]: logLine('/home/anna/shop').repeat(20_000),
    });
  const run = here.start(['backup', ...base]);
  const timer = setInterval(() => {
    if (readdirSync(here.shop).length < 6) return;
    clearInterval(timer);
    unmount(here.kept);
  }, 1);
  const gone = await run.ended.finally(() => clearInterval(timer));
  expect([3, 5, 6]).toContain(gone.code);
  expect(gone.summary).toMatchObject({ ok: false, damaged: 0 });
  expect(readdirSync(here.kept)).toEqual([]);
});

test.each<[string, (file: string) => void]>([
  ['cut short', (file) => truncateSync(file, 100)],
  ['replaced by other bytes', (file) => writeFileSync(file, 'something else\n')],
  [
    'replaced by as many other bytes',
    (file) => writeFileSync(file, 'x'.repeat(logLine('/home/anna/shop').length * 20)),
  ],
  ['deleted', (file) => rmSync(file)],
])(
  'a kept file that was %s by hand: found by verify, mended by backup with exit 4, then all is well',
  async (_, edit) => {
    const here = new Kept();
    expect((await here.backup()).code).toBe(0);
    edit(join(here.shop, HEAD));
    const found = await here.run(['verify', ...base, '--deep']);
    expect([found.code, found.summary['matching']]).toEqual([4, 2]);
    const mended = await here.backup();
    expect([mended.code, mended.summary['damaged'], mended.summary['failed']]).toEqual([4, 0, 0]);
    expect(mended.summary['alarms']).toHaveLength(1);
    await here.expectWhole();
  },
);

test('garbage behind what is recorded is no crash of ours: set aside with exit 4, then all is well', async () => {
  const here = new Kept();
  expect((await here.backup()).code).toBe(0);
  appendFileSync(join(here.shop, HEAD), 'garbage\n');
  // The recorded bytes are there, and more may lie behind them: verify has nothing false to tell.
  expect((await here.run(['verify', ...base, '--deep'])).summary).toMatchObject({ corrupt: 0, missing: 0 });
  const found = await here.backup();
  expect([found.code, found.summary['damaged'], found.summary['failed']]).toEqual([4, 0, 0]);
  expect(found.summary['alarms']).toHaveLength(1);
  await here.expectWhole();
});

test('what was put into the archive by hand is not lost when the file is mended', async () => {
  const here = new Kept();
  expect((await here.backup()).code).toBe(0);
  writeFileSync(join(here.shop, HEAD), 'somebody wrote this\n');
  const edited = contentsOf(here.shop)[HEAD];
  expect((await here.backup()).code).toBe(4);
  const versions = join(here.kept, '.sessionkeep', 'source-mac', 'repo-shop', 'versions');
  expect(readdirSync(versions)).toEqual([edited]);
});

test('an archive rolled back to yesterday: an alarm, exit 4, and everything is kept again', async () => {
  const here = new Kept();
  expect((await here.backup()).code).toBe(0);
  const yesterday = join(here.root, 'yesterday');
  const copy = { recursive: true, preserveTimestamps: true };
  cpSync(here.kept, yesterday, copy);
  appendFileSync(join(here.projects, '-home-anna-shop', HEAD), 'more\n');
  writeFiles(here.projects, { '-home-anna-notes/new.jsonl': logLine('/home/anna/notes') });
  expect((await here.backup()).code).toBe(0);
  rmSync(here.kept, { recursive: true });
  cpSync(yesterday, here.kept, copy);

  const verified = await here.run(['verify', ...base]);
  expect(verified.code).toBe(4);
  const rolled = await here.backup();
  expect([rolled.code, rolled.summary['copied'], rolled.summary['appended']]).toEqual([4, 1, 1]);
  expect(rolled.summary['alarms']).toHaveLength(2);
  const next = await here.backup();
  expect([next.code, next.summary]).toMatchObject([0, { files: 4, unchanged: 4, alarms: [] }]);
  expect((await here.run(['verify', ...base, '--deep'])).summary).toMatchObject({ ok: true, matching: 4 });
});

test('a source that is partly unreadable: exit 3, the rest is kept, and nothing is called deleted', async () => {
  const here = new Kept();
  writeFiles(here.projects, {
    '-home-anna-shop/secret/log.jsonl': 'x\n',
    '-home-anna-shop/mine.jsonl': 'x\n',
  });
  expect((await here.backup()).summary).toMatchObject({ ok: true, copied: 5 });
  writeFiles(here.projects, { '-home-anna-shop/new.jsonl': 'y\n' });
  here.withoutRoot();
  chmodSync(join(here.projects, '-home-anna-shop', 'secret'), 0);
  chmodSync(join(here.projects, '-home-anna-shop', 'mine.jsonl'), 0);
  appendFileSync(join(here.projects, '-home-anna-shop', 'mine.jsonl'), 'more\n');
  const partly = await here.backup();
  expect([partly.code, partly.summary]).toMatchObject([3, { copied: 1, unchanged: 3, damaged: 0 }]);
  expect(partly.stderr + JSON.stringify(partly.events)).toContain('denied');
  expect((await here.run(['status', '--to', 'kept', '--json'])).summary).toMatchObject({ files: 6, gone: 0 });
  chmodSync(join(here.projects, '-home-anna-shop', 'secret'), 0o700);
  chmodSync(join(here.projects, '-home-anna-shop', 'mine.jsonl'), 0o600);
  expect((await here.backup()).summary).toMatchObject({ ok: true, appended: 1, unchanged: 5 });
});

test('a source of which no folder can be read: nothing is deleted, nothing is said to be done', async () => {
  const here = new Kept();
  expect((await here.backup()).code).toBe(0);
  here.withoutRoot();
  chmodSync(join(here.projects, '-home-anna-shop'), 0);
  const shop = await here.backup();
  expect([shop.code, shop.summary['damaged']]).toEqual([3, 0]);
  chmodSync(join(here.projects, '-home-anna-shop'), 0o700);
  chmodSync(here.projects, 0);
  const all = await here.backup();
  expect([3, 6]).toContain(all.code);
  expect(all.summary['ok']).toBe(false);
  chmodSync(here.projects, 0o700);
  expect((await here.run(['status', '--to', 'kept', '--json'])).summary).toMatchObject({ files: 3, gone: 0 });
  await here.expectWhole();
});

test('a source that is not there: exit 2, and no archive is begun', async () => {
  const here = new Machine();
  const missing = await here.run(['backup', ...base]);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('does not exist')]);
  expect(existsSync(join(here.cwd, 'kept'))).toBe(false);
  mkdirSync(join(here.root, 'file'), { recursive: true });
  writeFileSync(join(here.root, 'file', 'plain'), '');
  const plain = await here.run(['backup', '--from', join(here.root, 'file', 'plain'), ...base]);
  expect([plain.code, plain.stderr]).toEqual([2, expect.stringContaining('is no folder')]);
});
