import { extraRepo, EXTRAS, ROOT, type Extra, type Transport } from '@sessionkeep/core';
import { createMemoryDisk, withRecorder, type MemoryDisk } from '@sessionkeep/testkit';
import { ok } from 'neverthrow';
import { expect, test } from 'vitest';
import { repoPaths } from '../src/archive/archive-paths.js';
import { discoverRepos } from '../src/discover/discover-repos.js';
import { hasExtra } from '../src/extras/has-extra.js';
import { openExtra } from '../src/extras/open-extra.js';
import { restoreFiles, type RestoreOptions } from '../src/restore/restore-files.js';
import { repoStatus } from '../src/status/repo-status.js';
import { archiveOn, backup, fileEvents, type Ran } from './scenario.js';

const UUID = '3f0c1a52-7d1e-4a53-9c5e-0a1b2c3d4e5f';

/** Claude Code's configuration folder on one disk and, for what is opened there, its folders on others. */
class Claude {
  readonly root = createMemoryDisk();
  readonly folders = new Map<string, MemoryDisk>();

  folder(name: string): MemoryDisk {
    this.root.makeFolder(name);
    const disk = this.folders.get(name) ?? createMemoryDisk();
    this.folders.set(name, disk);
    return disk;
  }

  async open(extra: Extra, wrap: (inner: Transport) => Transport = (inner) => inner): Promise<Transport> {
    const opened = await openExtra(extra, async (folder) =>
      ok(wrap((folder === ROOT ? this.root : (this.folders.get(folder) ?? createMemoryDisk())).transport())),
    );
    return opened._unsafeUnwrap();
  }

  async backup(extra: Extra, target: MemoryDisk): Promise<Ran> {
    return backup(await this.open(extra), target, { place: placeOf(extra), repo: extraRepo(extra) });
  }
}

const placeOf = (extra: Extra) => ({ source: 'mac', repo: extraRepo(extra).name });

async function restored(target: MemoryDisk, more: Partial<RestoreOptions>): Promise<Record<string, string>> {
  const into = createMemoryDisk();
  const report = await restoreFiles({
    archive: await archiveOn(target.transport()),
    places: [],
    into: into.transport(),
    run: 'restore',
    ...more,
  });
  expect(report).toMatchObject({ failure: null, alarms: [] });
  return Object.fromEntries([...into.files()].map(([path]) => [path, into.text(path) ?? '']));
}

test('a file grows by its growth, and its deletion is noted once', async () => {
  const [claude, target] = [new Claude(), createMemoryDisk()];
  claude.root.write('.credentials.json', 'SECRET');
  claude.root.write('history.jsonl', 'one\n');
  expect(await claude.backup(EXTRAS.history, target)).toMatchObject({ outcome: 'done', bytesMoved: 4 });
  claude.root.append('history.jsonl', 'two\n');
  expect(await claude.backup(EXTRAS.history, target)).toMatchObject({
    bytesMoved: 4,
    counts: { appended: 1 },
  });
  expect(target.text('source-mac/repo-_history/history.jsonl')).toBe('one\ntwo\n');
  claude.root.remove('history.jsonl');
  const lines = [await claude.backup(EXTRAS.history, target), await claude.backup(EXTRAS.history, target)];
  expect(lines.map(({ outcome, linesWritten }) => [outcome, linesWritten])).toEqual([
    ['done', 1],
    ['done', 0],
  ]);
  expect([...target.files().values()].some(({ bytes }) => Buffer.from(bytes).includes('SECRET'))).toBe(false);
});

test('its status knows of no session, whatever the file is called', async () => {
  const [claude, target] = [new Claude(), createMemoryDisk()];
  claude.root.write('history.jsonl', 'one\n');
  await claude.backup(EXTRAS.history, target);
  const status = await repoStatus(await archiveOn(target.transport()), placeOf(EXTRAS.history));
  expect(status._unsafeUnwrap()).toMatchObject({ files: 1, bytes: 4, newestSession: null });
});

test('a whole backup of a file looks at it and at its folder, and lists nothing there', async () => {
  const [claude, target] = [new Claude(), createMemoryDisk()];
  claude.root.write('history.jsonl', 'one\n');
  claude.folder('projects').write('-home/a.jsonl', 'a');
  const source = withRecorder(claude.root.transport());
  const view = await claude.open(EXTRAS.history, () => source);
  await backup(view, target, { place: placeOf(EXTRAS.history), repo: extraRepo(EXTRAS.history) });
  expect(source.recording.count('list', 'scan')).toBe(0);
  expect(new Set(source.recording.calls.flatMap(({ paths }) => paths))).toEqual(
    new Set(['', 'history.jsonl']),
  );
});

test('a folder that vanishes says nothing, and nothing of it counts as deleted', async () => {
  const [claude, target] = [new Claude(), createMemoryDisk()];
  const plans = claude.folder('plans');
  plans.write('a.md', 'a');
  plans.write('b.md', 'b');
  expect(await claude.backup(EXTRAS.plans, target)).toMatchObject({ counts: { copied: 2 } });
  plans.remove('a.md');
  expect(await claude.backup(EXTRAS.plans, target)).toMatchObject({ linesWritten: 1 });
  claude.root.remove('plans');
  const vanished = await claude.backup(EXTRAS.plans, target);
  expect(vanished).toMatchObject({ outcome: 'done', linesWritten: 0, counts: { retained: 2 } });
  expect(vanished.events.filter((event) => event.type === 'notice' && event.level !== 'detail')).toEqual([]);
});

test('a link in its place is told, and nothing of what was kept counts as deleted', async () => {
  const [claude, target] = [new Claude(), createMemoryDisk()];
  claude.root.write('history.jsonl', 'one\n');
  claude.folder('plans').write('a.md', 'a');
  for (const extra of [EXTRAS.history, EXTRAS.plans]) await claude.backup(extra, target);
  claude.root.write('.credentials.json', 'SECRET');
  for (const [name, to] of [
    ['history.jsonl', '.credentials.json'],
    ['plans', 'projects'],
  ] as const) {
    claude.root.remove(name);
    claude.root.link(name, to);
  }
  const history = await claude.backup(EXTRAS.history, target);
  expect(history).toMatchObject({ outcome: 'partial', linesWritten: 0, counts: { refused: 1 } });
  expect(fileEvents(history)).toMatchObject([{ path: 'history.jsonl', reason: 'link-out' }]);
  const plans = await claude.backup(EXTRAS.plans, target);
  expect(plans).toMatchObject({ outcome: 'partial', linesWritten: 0, counts: { failed: 1 } });
  expect(fileEvents(plans)).toMatchObject([{ error: { kind: 'unsafe' } }]);
});

test('there is something to do where something is, or was kept', async () => {
  const [claude, target] = [new Claude(), createMemoryDisk()];
  const archive = await archiveOn(target.transport());
  const asked = async (extra: Extra) =>
    (await hasExtra(extra, await claude.open(extra), archive, placeOf(extra)))._unsafeUnwrap();
  for (const [extra, path] of [
    [EXTRAS.history, 'history.jsonl'],
    [EXTRAS.plans, 'plans'],
  ] as const) {
    expect(await asked(extra)).toBe(false);
    if (extra.file === null) claude.folder(path).write('x', 'x');
    else claude.root.write(path, 'x');
    expect(await asked(extra)).toBe(true);
    await claude.backup(extra, target);
    claude.root.remove(path);
    expect(await asked(extra)).toBe(true);
    claude.root.link(path, 'elsewhere');
    expect(await asked(extra)).toBe(true);
  }
});

test('each is restored to where it lies, the session of a snapshot included', async () => {
  const [claude, target] = [new Claude(), createMemoryDisk()];
  claude.root.write('history.jsonl', 'one\n');
  claude.folder('file-history').write(`${UUID}/0a1b@v1`, 'v1');
  claude.folder('file-history').write(`6b${UUID.slice(2)}/0a1b@v1`, 'other');
  const extras = [EXTRAS.history, EXTRAS['file-history']];
  for (const extra of extras) await claude.backup(extra, target);
  const session = createMemoryDisk();
  session.write(`-home/${UUID}.jsonl`, 'line');
  await backup(session, target);
  const places = [...extras.map(placeOf), { source: 'mac', repo: 'home' }];
  expect(await restored(target, { places })).toEqual({
    'history.jsonl': 'one\n',
    [`file-history/${UUID}/0a1b@v1`]: 'v1',
    [`file-history/6b${UUID.slice(2)}/0a1b@v1`]: 'other',
    [`-home/${UUID}.jsonl`]: 'line',
  });
  expect(await restored(target, { places, session: UUID })).toEqual({
    [`file-history/${UUID}/0a1b@v1`]: 'v1',
    [`-home/${UUID}.jsonl`]: 'line',
  });
});

test('an archive cannot bring anything but its one file to where that lies', async () => {
  const target = createMemoryDisk();
  // An archive in whose `_history` somebody has put more.
  const forged = createMemoryDisk();
  forged.write('hooks/history.jsonl', 'one\n');
  forged.write('hooks/settings.json', 'run this');
  const repo = { ...extraRepo(EXTRAS.history), projects: ['hooks'] };
  await backup(forged, target, { place: placeOf(EXTRAS.history), repo });
  expect(await restored(target, { places: [placeOf(EXTRAS.history)] })).toEqual({
    'history.jsonl': 'one\n',
    'history/settings.json': 'run this',
  });
});

test("a project's folder is never named like an extra, whatever the archive has", async () => {
  const [claude, target] = [new Claude(), createMemoryDisk()];
  claude.folder('plans').write('a.md', 'a');
  await claude.backup(EXTRAS.plans, target);
  const source = createMemoryDisk();
  // One that is called as the extra's folder is, and one that would be named after it.
  source.write('plans/a.jsonl', `${JSON.stringify({ cwd: '/home/anna/_history' })}\n`);
  source.write('-home-anna--plans/b.jsonl', `${JSON.stringify({ cwd: '/home/anna/_plans' })}\n`);
  const found = await discoverRepos({
    source: source.transport(),
    archive: await archiveOn(target.transport()),
    sourceName: 'mac',
  });
  expect(found._unsafeUnwrap().map(({ name, projects }) => [name, ...projects])).toEqual([
    ['anna-_history', 'plans'],
    ['anna-_plans', '-home-anna--plans'],
  ]);
  expect(target.text(`${repoPaths(placeOf(EXTRAS.plans)).live}/a.md`)).toBe('a');
});
