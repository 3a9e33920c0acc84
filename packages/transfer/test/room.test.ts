import { wrapTransport } from '@sessionkeep/core';
import { FaultInjector, MemoryDisk, type FaultPlan } from '@sessionkeep/testkit';
import { describe, expect, it } from 'vitest';
import { eventful } from './eventful.js';
import {
  archiveOf,
  ARCHIVE_ID,
  backup,
  createMemoryDisk,
  foldedLedger,
  ledgerState,
  LIVE,
  liveOf,
  SMALL,
  SMALL_WRITES,
  snapshot,
  sourceOf,
  sourceTexts,
  verify,
  versionsOf,
} from './scenario.js';

/** The same disk with other room on it. */
function withRoom(disk: MemoryDisk, capacity: number): MemoryDisk {
  const copy = new MemoryDisk({ capacity });
  for (const [path, { bytes, mtime }] of disk.files()) copy.write(path, bytes, mtime);
  copy.clock = disk.clock;
  return copy;
}

const used = (disk: MemoryDisk) =>
  [...disk.files().values()].reduce((sum, { bytes }) => sum + bytes.length, 0);

describe('a target that runs full', () => {
  it('is left whole at every size, the run is partial, and the next one with room completes it', async () => {
    const { source, target, harmed } = await eventful();
    const contents = async (disk: MemoryDisk) => {
      return { live: liveOf(disk), versions: versionsOf(disk), ledger: await foldedLedger(disk) };
    };
    const whole = target.clone();
    await backup(source, whole.transport(SMALL_WRITES), SMALL);
    const [least, most] = [used(target), used(whole)];
    const partly = new Set<number>();
    for (let capacity = least; capacity < most; capacity += 97) {
      const small = withRoom(target, capacity);
      const ran = await backup(source, small.transport(SMALL_WRITES), SMALL);
      expect(ran.interrupted).toBe(false);
      expect(ran.failure, `${capacity}`).toBeNull();
      expect(ran.outcome).not.toBe('done');
      partly.add(Object.keys(liveOf(small)).length);
      await ledgerState(small);
      const roomy = withRoom(small, Number.POSITIVE_INFINITY);
      const next = await backup(source, roomy, SMALL);
      expect(next, `${capacity}`).toMatchObject({ failure: null, counts: { failed: 0 } });
      expect(next.alarms.filter((alarm) => !harmed.some((path) => alarm.startsWith(path)))).toEqual([]);
      expect(await contents(roomy), `${capacity}`).toEqual(await contents(whole));
    }
    expect(partly.size, 'some files fit, and others did not').toBeGreaterThan(3);
  });

  it('from the very first byte keeps nothing and says so', async () => {
    const target = createMemoryDisk({ capacity: 60 });
    const ran = await backup(sourceOf({ 'a.jsonl': 'a' }), target);
    expect(ran).toMatchObject({ outcome: 'partial', failure: null, linesWritten: 0, stopped: 1 });
    expect(ran.targetFailure).toMatchObject({ kind: 'full' });
  });

  it.each(['full', 'read-only'] as const)(
    'or that becomes %s ends the run at once, with one word about it',
    async (kind) => {
      const texts = Array.from({ length: 300 }, (_, i) => [`${i}.jsonl`, 'x'.repeat(100)] as const);
      const source = sourceOf(Object.fromEntries(texts));
      const target = createMemoryDisk(kind === 'full' ? { capacity: 9000 } : {});
      let [calls, told] = [0, 0];
      const counting = wrapTransport(target.transport(), async (call, run) => {
        if (call.operation === 'publish' && ++calls === 50 && kind === 'read-only') target.readOnly = true;
        return run();
      });
      const ran = await backup(source, counting, { onEvent: () => told++ });
      expect(ran.targetFailure).toMatchObject({ kind, hint: expect.any(String) as string });
      expect(ran.failure?.kind ?? 'full').toBe(kind);
      expect(calls).toBeLessThan(100);
      const { files, copied, failed } = ran.counts;
      expect({ files, failed, done: copied + ran.stopped }).toEqual({ files: 300, failed: 0, done: 300 });
      // Those that were kept, the plan, progress, and one sentence.
      expect(told).toBeLessThan(copied + 10);
      target.readOnly = false;
      const next = await backup(source, withRoom(target, Number.POSITIVE_INFINITY));
      expect(next).toMatchObject({ outcome: 'done', alarms: [], targetFailure: null });
    },
  );
});

describe('a source that goes half-way', () => {
  it.each([1, 40, 400])(
    'ends the run with one word about it, and the next one completes it (%i)',
    async (at) => {
      const texts = Array.from({ length: 300 }, (_, i) => [`${i}.jsonl`, `file ${i}`] as const);
      const source = sourceOf(Object.fromEntries(texts));
      const target = createMemoryDisk();
      const gone = new FaultInjector({ at, only: ['read'], fault: { kind: 'stop' } }).wrap(
        source.transport(),
      );
      let told = 0;
      const ran = await backup(gone, target, { onEvent: () => told++ });
      expect(ran).toMatchObject({ outcome: 'failed', targetFailure: null, failure: { kind: 'unreachable' } });
      const { files, copied, failed } = ran.counts;
      expect(ran.failure?.message).toContain(`${ran.stopped} files were not done`);
      expect({ files, failed, done: copied + ran.stopped }).toEqual({ files: 300, failed: 0, done: 300 });
      expect(told).toBeLessThan(copied + 10);
      const next = await backup(source, target);
      expect(next).toMatchObject({ outcome: 'done', alarms: [], counts: { files: 300 } });
      expect(liveOf(target)).toEqual(sourceTexts(source));
    },
  );
});

describe('a target that cannot be written to', () => {
  it('is left alone when it is read-only', async () => {
    const source = sourceOf({ 'a.jsonl': 'a' });
    const target = createMemoryDisk();
    await backup(source, target);
    const before = snapshot(target);
    target.readOnly = true;
    source.append('-home/a.jsonl', 'more');
    expect((await backup(source, target)).failure).toMatchObject({ kind: 'read-only' });
    expect(snapshot(target)).toEqual(before);
  });

  it('is left alone when a part of it cannot be read: what lies there is not lost', async () => {
    const source = sourceOf({ 'folder/a.jsonl': 'a', 'b.jsonl': 'b' });
    const target = createMemoryDisk();
    await backup(source, target);
    const before = snapshot(target);
    source.append('-home/b.jsonl', 'more');
    target.makeUnreadable(`${LIVE}/folder`);
    expect(await backup(source, target)).toMatchObject({
      failure: { kind: 'denied' },
      linesWritten: 0,
      alarms: [],
    });
    target.makeUnreadable(`${LIVE}/folder`, false);
    expect(snapshot(target)).toEqual(before);
  });

  it.each([5, 12, 20, 30])(
    'ends the run when it is gone half-way (%i), and what was kept stays',
    async (k) => {
      const source = sourceOf(
        Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}.jsonl`, `file ${i}`])),
      );
      const target = createMemoryDisk();
      await backup(sourceOf({}), target);
      const plan: FaultPlan = { at: k, fault: { kind: 'stop' } };
      const gone = new FaultInjector(plan).wrap(target.transport());
      const ran = await backup(source, gone, { archive: archiveOf(gone, ARCHIVE_ID), groupLines: 2 });
      expect(ran.failure).toMatchObject({ kind: 'unreachable' });
      target.endLeases();
      const next = await backup(source, target);
      expect(next).toMatchObject({ outcome: 'done', alarms: [] });
      expect(liveOf(target)).toEqual(sourceTexts(source));
      expect(await verify(target, source)).toMatchObject({ alarms: [], failure: null });
    },
  );
});
