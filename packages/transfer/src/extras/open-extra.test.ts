import {
  EXTRAS,
  ROOT,
  type Extra,
  type RelativePath,
  type ScanEntry,
  type Transport,
} from '@sessionkeep/core';
import { at, collect, createMemoryDisk, streamOf, withRecorder, type MemoryDisk } from '@sessionkeep/testkit';
import { err, ok, type Result } from 'neverthrow';
import { expect, test } from 'vitest';
import { openExtra } from './open-extra.js';

const SECRETS = ['.credentials.json', 'session-env/1', 'shell-snapshots/1.sh', 'settings.json'];

/** Claude Code's configuration folder, and the folders in it, each as a disk of its own. */
function claude(): Map<string, MemoryDisk> {
  const [root, plans] = [createMemoryDisk(), createMemoryDisk()];
  for (const path of SECRETS) root.write(path, 'SECRET');
  root.write('history.jsonl', 'one\ntwo\n');
  root.makeFolder('plans');
  plans.write('a.md', 'a plan');
  plans.write('old/b.md', 'an older one');
  return new Map([
    ['', root],
    ['plans', plans],
  ]);
}

async function opened(extra: Extra, disks = claude()) {
  const inner = new Map([...disks].map(([folder, disk]) => [folder, withRecorder(disk.transport())]));
  const view = await openExtra(extra, async (folder) => ok(inner.get(folder)!));
  const recording = (folder: string) => inner.get(folder)!.recording;
  return { disk: (folder: string) => disks.get(folder)!, view: view._unsafeUnwrap(), recording };
}

async function scanned(view: Transport, folder: string, skip?: (path: string, folder: boolean) => boolean) {
  const entries: (ScanEntry | { kind: string })[] = [];
  for await (const batch of view.scan(at(folder), skip && { skip })) {
    if (batch.isErr()) return batch.error.kind;
    entries.push(...batch.value);
  }
  return entries.map((entry) => ('path' in entry ? `${entry.kind} ${entry.path}` : entry.kind)).sort();
}

async function textOf(view: Transport, path: string, identity = ''): Promise<string> {
  const stat = await view.stat(at(path));
  const length = stat.isOk() ? stat.value.size : 1;
  const [first] = await texts(view, [path], length, identity);
  return first ?? '';
}

/** The text of each range, or the kind of its error. */
async function texts(view: Transport, paths: readonly string[], length: number, identity = '') {
  const found: string[] = [];
  const ranges = paths.map((path) => ({ path: at(path), offset: 0, length, identity }));
  for await (const { range, chunks } of view.read(ranges)) {
    expect(range.path).toBe(paths[found.length]);
    const bytes = await collect(chunks);
    found.push(bytes.isOk() ? new TextDecoder().decode(bytes.value) : bytes.error.kind);
  }
  return found;
}

async function digests(view: Transport, paths: readonly string[], length: number): Promise<string[]> {
  const found: string[] = [];
  for await (const digest of view.digest(paths.map((path) => ({ path: at(path), offset: 0, length })))) {
    found.push(digest.isOk() ? digest.value.range.path : digest.error.kind);
  }
  return found;
}

test('a file is the only one of a source with one folder, and nothing beside it is looked at', async () => {
  const { view, recording } = await opened(EXTRAS.history);
  expect((await view.list(ROOT))._unsafeUnwrap()).toEqual([{ name: 'history', kind: 'folder' }]);
  expect((await view.list(at('history')))._unsafeUnwrap()).toEqual([{ name: 'history.jsonl', kind: 'file' }]);
  expect(await scanned(view, 'history')).toEqual(['file history.jsonl']);
  expect(await scanned(view, '')).toEqual(['file history/history.jsonl']);
  expect(await textOf(view, 'history/history.jsonl')).toBe('one\ntwo\n');
  expect(await digests(view, ['history/history.jsonl'], 3)).toEqual(['history/history.jsonl']);
  const operations = new Set(recording('').calls.map(({ operation }) => operation));
  expect([...operations].sort()).toEqual(['digest', 'read', 'stat']);
  expect(new Set(recording('').calls.flatMap(({ paths }) => paths))).toEqual(new Set(['', 'history.jsonl']));
});

test('a folder is the only one of its source, and what lies beside it is not there', async () => {
  const { view, recording } = await opened(EXTRAS.plans);
  expect((await view.list(ROOT))._unsafeUnwrap()).toEqual([{ name: 'plans', kind: 'folder' }]);
  expect(await scanned(view, 'plans')).toEqual(['file a.md', 'file old/b.md']);
  expect(await scanned(view, '')).toEqual(['file plans/a.md', 'file plans/old/b.md']);
  expect(await scanned(view, 'plans/old')).toEqual(['file b.md']);
  expect(await textOf(view, 'plans/a.md')).toBe('a plan');
  expect(new Set(recording('').calls.map(({ operation, paths }) => `${operation} ${paths.join()}`))).toEqual(
    new Set(['stat plans']),
  );
});

test.each([EXTRAS.history, EXTRAS.plans])('nothing else is there: $name', async (extra) => {
  const { view } = await opened(extra);
  for (const path of [
    ...SECRETS,
    'history.jsonl',
    `history/${SECRETS[0]!}`,
    'plan',
    'history/x/y',
    'plansx',
  ]) {
    expect((await view.stat(at(path)))._unsafeUnwrapErr().kind).toBe('not-found');
    expect((await view.list(at(path)))._unsafeUnwrapErr().kind).toBe('not-found');
    expect(await scanned(view, path)).toBe('not-found');
  }
  const good = extra.file === null ? 'plans/a.md' : 'history/history.jsonl';
  const asked = ['.credentials.json', good, 'history/settings.json', good];
  expect(await texts(view, asked, 3)).toEqual([
    'not-found',
    expect.any(String),
    'not-found',
    expect.any(String),
  ]);
  expect(await digests(view, asked, 3)).toEqual(['not-found', good, 'not-found', good]);
});

test('what is not to be kept is asked for by its path in the view', async () => {
  for (const [extra, folder, expected] of [
    [EXTRAS.history, 'history', ['history.jsonl']],
    [EXTRAS.history, '', ['history', 'history/history.jsonl']],
    [EXTRAS.plans, 'plans', ['a.md', 'old', 'old/b.md']],
    [EXTRAS.plans, '', ['plans/a.md', 'plans/old', 'plans/old/b.md']],
  ] as const) {
    const { view } = await opened(extra);
    const asked: string[] = [];
    await scanned(view, folder, (path) => asked.push(path) < 0);
    expect(asked.sort()).toEqual(expected);
    expect(await scanned(view, folder, () => true)).toEqual([]);
  }
});

test('what is missing is not listed, and is no error to the list', async () => {
  const plans = await opened(EXTRAS.plans);
  plans.disk('').remove('plans');
  expect((await plans.view.list(ROOT))._unsafeUnwrap()).toEqual([]);
  expect(await scanned(plans.view, 'plans')).toBe('not-found');
  expect(await texts(plans.view, ['plans/a.md'], 1)).toEqual(['not-found']);
  const history = await opened(EXTRAS.history);
  history.disk('').remove('history.jsonl');
  expect((await history.view.list(at('history')))._unsafeUnwrap()).toEqual([]);
  expect(await scanned(history.view, 'history')).toEqual([]);
  expect(await texts(history.view, ['history/history.jsonl'], 1)).toEqual(['not-found']);
});

test('a link is never followed, not even to a file beside it', async () => {
  const history = await opened(EXTRAS.history);
  const before = (await history.view.stat(at('history/history.jsonl')))._unsafeUnwrap();
  history.disk('').remove('history.jsonl');
  history.disk('').link('history.jsonl', '.credentials.json');
  expect(await scanned(history.view, 'history')).toEqual(['refused history.jsonl']);
  expect(await texts(history.view, ['history/history.jsonl'], 1)).toEqual(['changed']);
  expect(await texts(history.view, ['history/history.jsonl'], 1, before.identity)).toEqual(['changed']);

  const plans = await opened(EXTRAS.plans);
  plans.disk('').remove('plans');
  plans.disk('').link('plans', 'session-env');
  expect((await plans.view.list(ROOT))._unsafeUnwrap()).toEqual([{ name: 'plans', kind: 'link' }]);
  expect(await scanned(plans.view, 'plans')).toBe('unsafe');
  expect((await plans.view.list(at('plans')))._unsafeUnwrapErr().kind).toBe('unsafe');
  expect(await texts(plans.view, ['plans/a.md'], 1)).toEqual(['unsafe']);
  expect(await digests(plans.view, ['plans/a.md'], 1)).toEqual(['unsafe']);
});

test('a link that is put in the place of the file between a look and the reading is another file', async () => {
  const disks = claude();
  const disk = disks.get('')!;
  const inner = disk.transport();
  const swapping: Transport = Object.assign(Object.create(inner) as Transport, {
    stat: async (path: RelativePath) => {
      const stat = await inner.stat(path);
      if (path === 'history.jsonl') {
        disk.remove('history.jsonl');
        disk.link('history.jsonl', '.credentials.json');
      }
      return stat;
    },
  });
  const view = (await openExtra(EXTRAS.history, async () => ok(swapping)))._unsafeUnwrap();
  expect(await texts(view, ['history/history.jsonl'], 6)).toEqual(['changed']);
});

test('it is only read', async () => {
  for (const extra of [EXTRAS.history, EXTRAS.plans]) {
    const { view, disk } = await opened(extra);
    const path = at(extra.file === null ? 'plans/c.md' : 'history/history.jsonl');
    const answers: readonly Result<unknown, { kind: string }>[] = [
      await view.create(path, streamOf('x'), 1),
      await view.append(path, 0, streamOf('x'), 1),
      await view.publish({ path, temporary: path, bytes: new Uint8Array() }),
      await view.rename(path, path),
      await view.remove(path),
      await view.setModifiedTime(path, 1n),
      await view.flush([path]),
      await view.probe(ROOT, 'write'),
      await view.lease(path, { run: '', host: '', user: '', pid: 0, since: '' }),
      await view.breakLease(path),
    ];
    for (const answer of answers) expect(answer._unsafeUnwrapErr().kind).toBe('read-only');
    expect((await view.probe(ROOT, 'look')).isOk()).toBe(true);
    expect(disk('').text('history.jsonl')).toBe('one\ntwo\n');
  }
});

test('what was opened is closed when the rest cannot be, and with the view', async () => {
  const closed: string[] = [];
  const inner = (folder: string): Transport =>
    Object.assign(Object.create(createMemoryDisk().transport()) as Transport, {
      close: async () => void closed.push(folder),
    });
  const failure = { kind: 'denied' } as never;
  const half = await openExtra(EXTRAS.plans, async (folder) =>
    folder === '' ? ok(inner('')) : err(failure),
  );
  expect(half.isErr()).toBe(true);
  expect(closed.splice(0)).toEqual(['']);
  const whole = await openExtra(EXTRAS.plans, async (folder) => ok(inner(folder)));
  await whole._unsafeUnwrap().close();
  expect(closed.splice(0).sort()).toEqual(['', 'plans']);
  await (await openExtra(EXTRAS.history, async (folder) => ok(inner(folder))))._unsafeUnwrap().close();
  expect(closed).toEqual(['']);
});
