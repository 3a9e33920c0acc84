import { keepFilter, type Repo } from '@sessionkeep/core';
import type { MemoryDisk } from '@sessionkeep/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { listRepos } from '../src/archive/list-repos.js';
import {
  archiveOn,
  backup,
  createMemoryDisk,
  fileEvents,
  ledgerLines,
  ledgerState,
  liveOf,
  PLACE,
  REPO,
  sourceOf,
  snapshot,
} from './scenario.js';

const FOLDERS: Repo = {
  name: 'home',
  aliases: [],
  layout: 'folders',
  projects: ['-code', '-code--worktrees-*'],
};

function sourceWith(files: Readonly<Record<string, string>>): MemoryDisk {
  const disk = createMemoryDisk();
  for (const [path, text] of Object.entries(files)) disk.write(path, text);
  return disk;
}

describe('layouts', () => {
  it('a flat repo lies directly in its folder, and takes nothing of its neighbours', async () => {
    const source = sourceWith({ '-home/a.jsonl': 'a', '-home-too/b.jsonl': 'b', 'c.jsonl': 'c' });
    const target = createMemoryDisk();
    expect(await backup(source, target)).toMatchObject({ outcome: 'done', counts: { files: 1, copied: 1 } });
    expect(liveOf(target)).toEqual({ 'a.jsonl': 'a' });
  });

  it('a repo of folders keeps each as a subfolder, however many match today', async () => {
    const source = sourceWith({ '-code/a.jsonl': 'a', '-other/x.jsonl': 'x' });
    const target = createMemoryDisk();
    await backup(source, target, { repo: FOLDERS });
    expect(liveOf(target)).toEqual({ '-code/a.jsonl': 'a' });
    source.write('-code--worktrees-1/sub/b.jsonl', 'b');
    const ran = await backup(source, target, { repo: FOLDERS });
    expect(ran).toMatchObject({ outcome: 'done', alarms: [], counts: { copied: 1, unchanged: 1 } });
    expect(liveOf(target)).toEqual({ '-code/a.jsonl': 'a', '-code--worktrees-1/sub/b.jsonl': 'b' });
  });

  it('a worktree that is removed is noted as gone, and kept', async () => {
    const source = sourceWith({ '-code/a.jsonl': 'a', '-code--worktrees-1/b.jsonl': 'b' });
    const target = createMemoryDisk();
    await backup(source, target, { repo: FOLDERS });
    source.remove('-code--worktrees-1');
    const ran = await backup(source, target, { repo: FOLDERS });
    expect(ran).toMatchObject({ outcome: 'done', linesWritten: 1, counts: { retained: 1, unchanged: 1 } });
    expect((await ledgerState(target)).records.get('-code--worktrees-1/b.jsonl')).toMatchObject({
      gone: true,
    });
    expect(liveOf(target)).toHaveProperty('-code--worktrees-1/b.jsonl', 'b');
  });

  it('a folder that became a link is told of, and not called deleted', async () => {
    const source = sourceWith({ '-code/a.jsonl': 'a', '-code--worktrees-x/b.jsonl': 'b' });
    const target = createMemoryDisk();
    await backup(source, target, { repo: FOLDERS });
    source.remove('-code--worktrees-x/b.jsonl');
    source.remove('-code--worktrees-x');
    source.link('-code--worktrees-x', '/elsewhere');
    const report = await backup(source, target, { repo: FOLDERS });
    expect(report).toMatchObject({ outcome: 'partial', linesWritten: 0, counts: { failed: 1, retained: 1 } });
    const told = fileEvents(report).find(({ outcome }) => outcome === 'failed');
    expect(told?.error).toMatchObject({ kind: 'unsafe', hint: expect.stringContaining('link') as string });
  });

  it('what is excluded now is left as it was kept, and not called deleted', async () => {
    const source = sourceOf({ 'a.jsonl': 'a', 'tool-results/b.txt': 'b' });
    const target = createMemoryDisk();
    await backup(source, target);
    const filter = keepFilter({ exclude: ['tool-results'] });
    source.append('-home/tool-results/b.txt', 'more');
    expect(await backup(source, target, { filter })).toMatchObject({
      outcome: 'done',
      linesWritten: 0,
      counts: { files: 1, retained: 1 },
    });
    expect(liveOf(target)).toEqual({ 'a.jsonl': 'a', 'tool-results/b.txt': 'b' });
    expect(await backup(source, target)).toMatchObject({ counts: { appended: 1 } });
  });

  it('secrets and noise never get there', async () => {
    const source = sourceOf({
      '.credentials.json': 's',
      'session-env/x': 's',
      'a.lock': 'l',
      'a.jsonl': 'a',
    });
    const target = createMemoryDisk();
    expect(await backup(source, target)).toMatchObject({ counts: { files: 1, copied: 1 } });
    expect(liveOf(target)).toEqual({ 'a.jsonl': 'a' });
  });

  it('what no target may hold is refused by name, and the rest goes on', async () => {
    const source = sourceOf({ 'a.jsonl': 'a', 'A.jsonl': 'A', 'folder/b.jsonl': 'b' });
    source.link('-home/out.jsonl', '/etc/passwd');
    source.special('-home/pipe', 'pipe');
    source.special('-home/bad', 'name-not-utf8');
    const target = createMemoryDisk({ rules: { foldsCase: true } });
    const ran = await backup(source, target);
    expect(ran).toMatchObject({ outcome: 'partial', counts: { copied: 2, refused: 4, files: 6 } });
    const refused = fileEvents(ran).filter(({ outcome }) => outcome === 'refused');
    expect(refused.map(({ path, reason }) => `${path} ${reason}`).sort()).toEqual(
      ['a.jsonl name-collision', 'bad name-not-utf8', 'out.jsonl link-out', 'pipe pipe'].sort(),
    );
    expect(liveOf(target)).toEqual({ 'A.jsonl': 'A', 'folder/b.jsonl': 'b' });
    expect(await backup(source, target)).toMatchObject({
      linesWritten: 0,
      counts: { refused: 4, unchanged: 2 },
    });
  });

  it.each(['-rf', 'a b"c\'d', 'new\nline', 'ünï', 'u\u0308', 'x'.repeat(240), '\u0001'])(
    'keeps a file named %j',
    async (name) => {
      const source = sourceOf({ [`${name}/${name}`]: 'odd', zero: '' });
      const target = createMemoryDisk();
      expect(await backup(source, target)).toMatchObject({ outcome: 'done', counts: { copied: 2 } });
      expect(liveOf(target)).toEqual({ [`${name}/${name}`]: 'odd', zero: '' });
      expect(await backup(source, target)).toMatchObject({ outcome: 'done', linesWritten: 0 });
    },
  );

  it('a name that the target spells otherwise stays one file', async () => {
    const source = sourceOf({ 'ü.jsonl': 'one' });
    const target = createMemoryDisk({ rules: { normalizes: true } });
    target.write('source-mac/repo-home/u\u0308.jsonl', 'on');
    expect(await backup(source, target)).toMatchObject({ outcome: 'done', counts: { adopted: 1, files: 1 } });
    source.append('-home/ü.jsonl', ' two');
    expect(await backup(source, target)).toMatchObject({ outcome: 'done', counts: { appended: 1 } });
    expect(liveOf(target)).toEqual({ 'u\u0308.jsonl': 'one two' });
    expect(await backup(source, target)).toMatchObject({ outcome: 'done', linesWritten: 0 });
  });
});

describe('a project folder that is missing', () => {
  it('is a mistake in the configuration when it was never kept', async () => {
    const source = createMemoryDisk();
    source.makeFolder('-hom');
    const ran = await backup(source, createMemoryDisk());
    expect(ran.failure).toMatchObject({ kind: 'usage', message: expect.stringContaining('-home') as string });
  });

  it.each<[string, Repo]>([
    ['flat', REPO],
    ['folders', { ...FOLDERS, projects: ['-home'] }],
  ])('counts nothing as deleted when it was kept before: %s', async (_, repo) => {
    const source = sourceOf({ 'a.jsonl': 'a' });
    const target = createMemoryDisk();
    await backup(source, target, { repo });
    source.remove('-home');
    const ran = await backup(source, target, { repo });
    expect(ran).toMatchObject({
      outcome: 'partial',
      failure: null,
      linesWritten: 0,
      counts: { retained: 1 },
    });
  });
});

describe('what a ledger is bound to', () => {
  let source: MemoryDisk;
  let target: MemoryDisk;

  beforeEach(async () => {
    source = sourceWith({ '-code/a.jsonl': 'a', '-code--worktrees-1/b.jsonl': 'b' });
    target = createMemoryDisk();
    await backup(source, target, { repo: FOLDERS });
  });

  const FLAT = { ...FOLDERS, layout: 'flat', projects: ['-code'] } as const;

  it.each([
    ['another origin', { origin: 'other:/home', repo: FOLDERS }],
    ['another layout', { repo: FLAT }],
  ])('%s is refused and nothing is written, unless it is bound anew', async (_, other) => {
    const before = snapshot(target);
    expect((await backup(source, target, other)).failure).toMatchObject({ kind: 'foreign' });
    expect(snapshot(target)).toEqual(before);
    expect((await backup(source, target, { ...other, dryRun: true })).failure).toMatchObject({
      kind: 'foreign',
    });
    const ran = await backup(source, target, { ...other, rebind: true });
    expect(ran.failure).toBeNull();
    const { lines } = await ledgerLines(target);
    expect(lines.filter(({ kind }) => kind === 'rebound')).toHaveLength(1);
    expect(await backup(source, target, other)).toMatchObject({ outcome: 'done', linesWritten: 0 });
  });

  it('another repo of the source from another origin is refused, until the source has moved', async () => {
    const work = { place: { source: 'mac', repo: 'work' }, repo: { ...FLAT, name: 'work' } };
    const elsewhere = { ...work, origin: 'other:/home' };
    const before = snapshot(target);
    expect((await backup(source, target, elsewhere)).failure).toMatchObject({ kind: 'foreign' });
    expect(snapshot(target)).toEqual(before);
    const archive = await archiveOn(target.transport());
    expect((await listRepos(archive))._unsafeUnwrap()).toEqual([PLACE]);
    // The move of one repo is the source's: what its ledger's header says of old does not count any more.
    const moved = await backup(source, target, { repo: FOLDERS, origin: 'other:/home', rebind: true });
    expect(moved.failure).toBeNull();
    expect((await backup(source, target, elsewhere)).failure).toBeNull();
    expect(
      (await backup(source, target, { ...work, place: { source: 'mac', repo: 'third' } })).failure,
    ).toMatchObject({
      kind: 'foreign',
    });
  });

  it('more project folders are noted in a line, once', async () => {
    source.write('-more/c.jsonl', 'c');
    const repo = { ...FOLDERS, projects: [...FOLDERS.projects, '-more'] };
    expect(await backup(source, target, { repo })).toMatchObject({
      outcome: 'done',
      linesWritten: 2,
      counts: { copied: 1 },
    });
    expect((await ledgerState(target)).binding?.projects).toEqual(repo.projects);
    expect(await backup(source, target, { repo })).toMatchObject({ outcome: 'done', linesWritten: 0 });
  });

  it('is remembered by the next segment', async () => {
    const origin = 'other:/home';
    await backup(source, target, { origin, repo: FOLDERS, rebind: true });
    source.append('-code/a.jsonl', 'more');
    await backup(source, target, { origin, repo: FOLDERS, segmentBytes: 0 });
    const { header } = await ledgerState(target);
    expect(header).toMatchObject({ segment: 2, origin });
  });
});
