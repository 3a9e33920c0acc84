import { withRecorder, type MemoryDisk, type Recording } from '@sessionkeep/testkit';
import { describe, expect, it } from 'vitest';
import { eventful } from './eventful.js';
import {
  archiveOf,
  archiveOn,
  backup,
  createMemoryDisk,
  fileEvents,
  META,
  LIVE,
  sourceOf,
  snapshot,
  SMALL,
  type Ran,
} from './scenario.js';
import type { BackupOptions } from '../src/backup/backup-repo.js';

interface Recorded {
  readonly ran: Ran;
  readonly source: Recording;
  readonly target: Recording;
}

async function recorded(
  source: MemoryDisk,
  target: MemoryDisk,
  more: Partial<BackupOptions> = {},
): Promise<Recorded> {
  const [from, to] = [withRecorder(source.transport()), withRecorder(target.transport())];
  const archive = await archiveOn(to);
  to.recording.clear();
  const ran = await backup(from, to, { ...more, archive });
  return { ran, source: from.recording, target: to.recording };
}

function many(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`${i % 7}/${i}.jsonl`, `line of ${i}\n`]),
  );
}

describe('a run costs', () => {
  it.each([10, 1000])(
    'of %i unchanged files one scan a side, one read of the newest segment and the bookkeeping',
    async (count) => {
      const source = sourceOf(many(count));
      const target = createMemoryDisk();
      await backup(source, target, { segmentBytes: 500 });
      const cost = await recorded(source, target);
      expect(cost.ran).toMatchObject({
        outcome: 'done',
        linesWritten: 0,
        bytesMoved: 0,
        counts: { unchanged: count },
      });
      expect(cost.source.counts()).toEqual({ scan: 1 });
      expect(cost.target.counts()).toEqual({
        lease: 1,
        stat: 2,
        read: 2,
        list: 2,
        scan: 1,
        probe: 1,
        'lease.check': 1,
        append: 1,
        'lease.release': 1,
      });
      const read = cost.target.of('read').map(({ paths }) => paths);
      expect(read.flat().filter((path) => path.includes('/ledger/'))).toHaveLength(1);
      expect(cost.target.of('append').map(({ paths }) => paths)).toEqual([[`${META}/runs.log`]]);
    },
  );

  it('of a log that grew its new bytes and one digest, at the source as in the archive', async () => {
    const source = sourceOf({ ...many(20), 'log.jsonl': 'x'.repeat(100_000) });
    const target = createMemoryDisk();
    await backup(source, target);
    source.append('-home/log.jsonl', 'y'.repeat(3000));
    const cost = await recorded(source, target);
    expect(cost.ran).toMatchObject({
      bytesMoved: 3000,
      linesWritten: 1,
      counts: { appended: 1, unchanged: 20 },
    });
    expect(cost.source.bytes('read')).toBe(3000);
    expect(cost.source.counts()).toEqual({ scan: 1, digest: 1, read: 1 });
    expect(cost.target.of('append').filter(({ paths }) => paths[0] === `${LIVE}/log.jsonl`)).toMatchObject([
      { bytes: 3000 },
    ]);
    expect(cost.target.count('digest', 'create', 'rename', 'publish', 'remove')).toBe(0);
  });

  it('of a log that grew where digests are made elsewhere no more of the source', async () => {
    const source = sourceOf({ 'log.jsonl': 'x'.repeat(1000) });
    const target = createMemoryDisk();
    await backup(source, target);
    source.append('-home/log.jsonl', 'y'.repeat(30));
    const from = withRecorder(source.transport({ hashState: false }));
    expect(await backup(from, target)).toMatchObject({ bytesMoved: 30, counts: { appended: 1 } });
    expect(from.recording.bytes('read')).toBe(30);
    expect(from.recording.count('digest')).toBe(2);
  });

  it('of many new files one reading call for each lane and batch, and one group of lines', async () => {
    const source = sourceOf(many(60));
    const cost = await recorded(source, createMemoryDisk());
    expect(cost.source.counts()).toEqual({ scan: 1, read: 2 });
    expect(cost.target.of('append').filter(({ paths }) => paths[0]!.includes('/ledger/'))).toHaveLength(1);
    // And the run list, which begins whole.
    expect(cost.target.count('publish')).toBe(61);
  });

  it('of many new files as many reading calls as the source says are best', async () => {
    const source = sourceOf(many(60));
    const readsOf = async (files: number, bytes: number): Promise<number[]> => {
      const from = withRecorder(source.transport({ traits: { readsAtOnce: { files, bytes } } }));
      await backup(from, createMemoryDisk());
      return from.recording.of('read').map(({ paths }) => paths.length);
    };
    expect(await readsOf(60, 1e6)).toEqual([60]);
    expect(await readsOf(25, 1e6)).toEqual([25, 25, 10]);
    // Ten of them are shorter by a byte.
    expect(await readsOf(60, 220)).toHaveLength(3);
  });

  it('of an archive that rsync made no byte', async () => {
    const source = sourceOf(many(30));
    const target = createMemoryDisk();
    for (const [path, { bytes, mtime }] of source.files())
      target.write(path.replace('-home', LIVE), bytes, mtime);
    const cost = await recorded(source, target);
    expect(cost.ran).toMatchObject({ outcome: 'done', bytesMoved: 0, counts: { adopted: 30, files: 30 } });
    expect(cost.source.bytes('read')).toBe(0);
    // The ledger and the run list begin.
    expect(cost.target.count('publish', 'rename', 'setModifiedTime')).toBe(2);
  });
});

const READING = ['lease.check', 'list', 'stat', 'read', 'digest', 'scan', 'probe'] as const;

describe('a dry run', () => {
  it('changes nothing, and tells what the run then does', async () => {
    const { source, target } = await eventful();
    const before = snapshot(target);
    const dry = await recorded(source, target, { ...SMALL, dryRun: true });
    expect(dry.target.calls.length).toBe(dry.target.count(...READING));
    expect(snapshot(target)).toEqual(before);
    const real = await backup(source, target, SMALL);
    expect(Object.keys(dry.ran).sort()).toEqual(Object.keys(real).sort());
    expect(dry.ran.counts).toEqual(real.counts);
    expect(dry.ran.bytesMoved).toBe(real.bytesMoved);
    expect([...dry.ran.alarms].sort()).toEqual([...real.alarms].sort());
    const told = (ran: Ran) =>
      fileEvents(ran).map(({ path, outcome, reason, bytes }) => `${path} ${outcome} ${reason} ${bytes}`);
    expect(told(dry.ran).sort()).toEqual(told(real).sort());
  });

  it('on a target that is no archive yet makes none', async () => {
    const target = createMemoryDisk();
    const archive = archiveOf(target.transport(), null);
    const ran = await backup(sourceOf({ 'a.jsonl': 'a' }), target, { archive, dryRun: true });
    expect(ran).toMatchObject({ outcome: 'done', counts: { copied: 1 }, bytesMoved: 1 });
    expect(target.files().size).toBe(0);
  });
});

describe('--checksum', () => {
  it('finds what size and time hide, on both sides', async () => {
    const source = sourceOf({ 'source.jsonl': 'one', 'target.jsonl': 'one', 'same.jsonl': 'one' });
    const target = createMemoryDisk();
    await backup(source, target);
    const mtime = (path: string) => source.files().get(path)!.mtime;
    source.write('-home/source.jsonl', 'two', mtime('-home/source.jsonl'));
    target.write(`${LIVE}/target.jsonl`, 'two', mtime('-home/target.jsonl'));
    expect(await backup(source, target)).toMatchObject({ counts: { unchanged: 3 } });
    const ran = await backup(source, target, { checksum: true });
    expect(ran).toMatchObject({ outcome: 'damage', counts: { superseded: 2, unchanged: 1 } });
    expect(ran.alarms).toEqual(['target.jsonl: changed-in-archive']);
    expect(await backup(source, target, { checksum: true })).toMatchObject({
      outcome: 'done',
      linesWritten: 0,
    });
  });
});
