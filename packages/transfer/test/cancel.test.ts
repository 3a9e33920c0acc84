import type { Transport } from '@sessionkeep/core';
import { FaultInjector, type MemoryDisk } from '@sessionkeep/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventful } from './eventful.js';
import {
  archiveOf,
  ARCHIVE_ID,
  backup,
  fileEvents,
  foldedLedger,
  liveOf,
  runRecords,
  SMALL,
  SMALL_CHUNKS,
  SMALL_WRITES,
  sourceTexts,
  versionsOf,
  type Ran,
} from './scenario.js';

/** Aborts when the k-th point is reached: faults are only counted. */
class Aborting extends FaultInjector {
  readonly controller = new AbortController();

  constructor(private readonly after: number) {
    super({});
  }

  override reach(...point: Parameters<FaultInjector['reach']>): ReturnType<FaultInjector['reach']> {
    const fault = super.reach(...point);
    if (this.points.length === this.after) this.controller.abort();
    return fault;
  }
}

describe('a run that is interrupted', () => {
  let before: { source: MemoryDisk; target: MemoryDisk };
  let after: object;
  let whole: Ran;

  const contents = async (target: MemoryDisk) => {
    return { live: liveOf(target), versions: versionsOf(target), ledger: await foldedLedger(target) };
  };

  async function run(k: number): Promise<{ ran: Ran; target: MemoryDisk; reached: boolean }> {
    const target = before.target.clone();
    const abort = new Aborting(k);
    const wrap = (transport: Transport) => abort.wrap(transport);
    const to = wrap(target.transport(SMALL_WRITES));
    const { signal } = abort.controller;
    const archive = archiveOf(to, ARCHIVE_ID);
    const ran = await backup(wrap(before.source.transport(SMALL_CHUNKS)), to, { ...SMALL, archive, signal });
    return { ran, target, reached: signal.aborted };
  }

  beforeAll(async () => {
    before = await eventful();
    const done = await run(0);
    whole = done.ran;
    after = await contents(done.target);
  });

  it('says so, has recorded what it did, and is completed by the next, wherever it is stopped', async () => {
    for (let k = 1; ; k++) {
      const { ran, target, reached } = await run(k);
      if (!reached) break;
      // Whoever stops it when everything is done stops nothing.
      if (!ran.interrupted) expect(ran, `point ${k}`).toMatchObject({ failure: null, counts: whole.counts });
      else expect(ran, `point ${k}`).toMatchObject({ failure: null, outcome: 'interrupted' });
      const planned = ran.events.some(({ type }) => type === 'planned');
      if (planned) {
        expect(fileEvents(ran).length, `point ${k}: every step is told once`).toBe(fileEvents(whole).length);
        expect(ran.counts.files, `point ${k}`).toBe(whole.counts.files);
        expect(ran.counts.failed, `point ${k}: what was stopped has not failed`).toBe(0);
        const failures = fileEvents(ran).filter(({ outcome }) => outcome === 'failed');
        expect(ran.stopped, `point ${k}`).toBe(failures.length);
        expect(runRecords(target).at(-1), `point ${k}`).toMatchObject({ counts: ran.counts });
      }
      const [live, source] = [liveOf(target), sourceTexts(before.source)];
      for (const { path, outcome } of fileEvents(ran)) {
        if (outcome !== 'failed' && outcome !== 'retained')
          expect(live[path], `point ${k}`).toBe(source[path]);
      }
      const next = await backup(before.source, target, SMALL);
      expect(next.failure).toBeNull();
      expect(await contents(target), `point ${k}`).toEqual(after);
    }
  });

  it('stops before anything is done when it was aborted already', async () => {
    const target = before.target.clone();
    const ran = await backup(before.source, target, { signal: AbortSignal.abort() });
    expect(ran).toMatchObject({ interrupted: true, linesWritten: 0, bytesMoved: 0 });
    expect(liveOf(target)).toEqual(liveOf(before.target));
  });
});
