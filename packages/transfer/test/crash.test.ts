import { keepError, type ErrorKind } from '@sessionkeep/core';
import {
  FaultInjector,
  nodeSha256,
  type CrashOptions,
  type Fault,
  type FaultPlan,
  type MemoryDisk,
} from '@sessionkeep/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { withRetry } from '../src/wrappers/retry-transport.js';
import { eventful, type Eventful } from './eventful.js';
import {
  archiveOf,
  ARCHIVE_ID,
  backup,
  fileEvents,
  foldedLedger,
  holder,
  ledgerLines,
  liveOf,
  segmentsOf,
  SMALL,
  snapshot,
  SMALL_CHUNKS,
  SMALL_WRITES,
  sourceTexts,
  verify,
  versionsOf,
  type Ran,
} from './scenario.js';

/** One name for the faulty runs, so that what they leave can be compared. */
const RUN = { ...holder(), run: 'faulty' };

const KEPT = new Set<string>(['copied', 'appended', 'superseded', 'restamped', 'adopted', 'mended']);

/** What must be the same however the run before was cut off. */
async function contentsOf(target: MemoryDisk): Promise<object> {
  return { live: liveOf(target), versions: versionsOf(target), ledger: await foldedLedger(target) };
}

describe('a run in which about everything happens', () => {
  let before: Eventful;
  let after: object;
  let points: number;

  /** The eventful run on copies of the disks, with a fault. */
  async function run(
    plan: FaultPlan,
    retry = false,
  ): Promise<{ ran: Ran; target: MemoryDisk; faults: FaultInjector }> {
    const target = before.target.clone();
    const faults = new FaultInjector(plan);
    const patient = { attempts: 3, wait: () => Promise.resolve(), sha256: nodeSha256 };
    const [from, to] = [before.source.transport(SMALL_CHUNKS), target.transport(SMALL_WRITES)].map(
      (inner) => {
        const faulty = faults.wrap(inner);
        return retry ? withRetry(faulty, patient) : faulty;
      },
    );
    const archive = archiveOf(to!, ARCHIVE_ID);
    return { ran: await backup(from!, to!, { ...SMALL, archive, holder: RUN }), target, faults };
  }

  const clean = (target: MemoryDisk): Promise<Ran> =>
    backup(before.source.transport(SMALL_CHUNKS), target.transport(SMALL_WRITES), SMALL);

  /** Alarms that nobody's harm to the archive explains. */
  const untrue = ({ alarms }: Ran): string[] =>
    alarms.filter((alarm) => !before.harmed.some((path) => alarm.startsWith(`${path}: `)));

  /** What was told as kept is in the archive and in its ledger. */
  async function expectKept(target: MemoryDisk, { ran }: { ran: Ran }): Promise<void> {
    const told = fileEvents(ran).filter(({ outcome }) => KEPT.has(outcome));
    if (told.length === 0) return;
    const { records } = (await ledgerLines(target)).asOf.now;
    const [live, source] = [liveOf(target), sourceTexts(before.source)];
    for (const { path } of told) {
      expect(live[path], path).toBe(source[path]);
      expect(records.get(path)?.sha256, path).toBe(nodeSha256.of(source[path]!));
    }
  }

  /** The next run ends with the archive that there would have been, and the one after it has nothing to do. */
  async function expectRecovery(target: MemoryDisk): Promise<void> {
    target.endLeases();
    const next = await clean(target);
    expect(next.failure).toBeNull();
    expect(next.counts).toMatchObject({ failed: 0, refused: 0, damaged: 0 });
    expect(untrue(next)).toEqual([]);
    expect(await contentsOf(target)).toEqual(after);
    // What the next run told as kept is so even when the power goes right after it.
    const later = target.crash({ lose: 'unflushed' });
    expect(await contentsOf(later)).toEqual(after);
    expect(await clean(later)).toMatchObject({ outcome: 'done', linesWritten: 0, bytesMoved: 0, alarms: [] });
  }

  beforeAll(async () => {
    before = await eventful();
    const { ran, target, faults } = await run({});
    expect(ran.failure).toBeNull();
    points = faults.points.length;
    after = await contentsOf(target);
  });

  it('does about everything', async () => {
    const { ran, target } = await run({});
    expect(ran.counts).toMatchObject({ failed: 0, damaged: 0, refused: 0 });
    for (const outcome of ['unchanged', 'retained', ...KEPT] as const) {
      expect(ran.counts[outcome as keyof typeof ran.counts], outcome).toBeGreaterThan(0);
    }
    const reasons = new Set(fileEvents(ran).map(({ reason }) => reason));
    expect([...reasons].sort()).toEqual(
      [
        'already-there',
        'crash-left-bytes',
        'crash-left-rewrite',
        'deleted-at-source',
        'grew',
        'missing-in-archive',
        'new',
        'other-file-there',
        'partly-there',
        'rewritten',
        'short-in-archive',
        'touched',
      ].sort(),
    );
    expect((await segmentsOf(target)).length - (await segmentsOf(before.target)).length).toBeGreaterThan(1);
    expect(liveOf(target)).toMatchObject(sourceTexts(before.source));
    expect(await verify(target, before.source)).toMatchObject({ alarms: [], failure: null });
    const again = await clean(target);
    expect(again).toMatchObject({ outcome: 'done', linesWritten: 0, bytesMoved: 0 });
  });

  /** Disks that were shown to recover: most points of a run leave one that another left as well. */
  const shown = new Set<string>();

  it.each<Fault>([{ kind: 'stop' }, { kind: 'lost-reply-stop' }, { kind: 'torn-write' }])(
    'is taken up again wherever the process or the power ends: $kind',
    async (fault) => {
      for (let at = 1; at <= points; at++) {
        const { ran, target, faults } = await run({ at, fault });
        const some = [at, at + points].map((seed): CrashOptions => ({ lose: 'some', seed }));
        // A killed process loses no name, but what it did not flush the power may still take after the next run.
        const killed = {
          found: target.clone(),
          key: snapshot(target.crash({ lose: 'unflushed' })),
          loss: 'killed',
        };
        const cut = [{ lose: 'unflushed' } as const, ...some].map((loss) => ({
          found: target.crash(loss),
          key: '',
          loss,
        }));
        for (const { found, key, loss } of [killed, ...cut]) {
          const where = `at ${at} ${JSON.stringify(faults.fired)}, ${JSON.stringify(loss)}`;
          await expectKept(found, { ran }).catch(withPlace(where));
          const state = JSON.stringify([snapshot(found), key]);
          if (!shown.has(state)) await expectRecovery(found).catch(withPlace(where));
          shown.add(state);
        }
      }
    },
  );

  const failing = (kind: ErrorKind, retry: boolean): Fault => {
    return { kind: 'fail', error: keepError(kind, 'test', `planned: ${kind}`, { retry }) };
  };
  const READS = ['read', 'digest'] as const;

  it.each<[string, Fault, Partial<FaultPlan>]>([
    ['an error', failing('io', false), {}],
    ['a full disk', failing('full', false), {}],
    ['a lost reply', { kind: 'lost-reply' }, {}],
    ['a short read', { kind: 'short-read' }, {}],
    // A scan that ends early without an error cannot be told from a smaller folder.
    ['a silent short read', { kind: 'short-read', silent: true }, { only: READS }],
  ])('ends with the same archive after %s at any point', async (_, fault, only) => {
    for (let at = 1; ; at++) {
      const { ran, target, faults } = await run({ at, fault, ...only });
      if (faults.fired === undefined) break;
      const where = `at ${at} ${JSON.stringify(faults.fired)}`;
      expect(untrue(ran), where).toEqual([]);
      await expectKept(target, { ran }).catch(withPlace(where));
      const state = JSON.stringify(snapshot(target));
      if (!shown.has(state)) await expectRecovery(target.clone()).catch(withPlace(where));
      shown.add(state);
    }
  });

  /** What is made once: a lease taken unheard looks like somebody else's, and a scan would tell paths twice. */
  const ONCE: readonly string[] = ['lease', 'scan'];
  /** A stream's bytes cannot be had again; but where the way to the target was lost, the run looks again itself. */
  const STREAMS: readonly string[] = [...ONCE, 'append', 'create'];

  it.each<[string, Fault, readonly string[]]>([
    ['an error that may pass', failing('io', true), STREAMS],
    ['a way to the target that is lost', failing('unreachable', true), ONCE],
    ['a lost reply', { kind: 'lost-reply' }, ONCE],
  ])('with retries %s is not even noticed', async (_, fault, noticed) => {
    for (let at = 1; ; at++) {
      const { ran, target, faults } = await run({ at, fault }, true);
      if (faults.fired === undefined) break;
      const where = `at ${at} ${JSON.stringify(faults.fired)}`;
      if (!noticed.includes(faults.fired.operation)) {
        expect(ran, where).toMatchObject({ failure: null, counts: { failed: 0, damaged: 0 } });
        expect(await contentsOf(target), where).toEqual(after);
      }
      expect(untrue(ran), where).toEqual([]);
      await expectKept(target, { ran }).catch(withPlace(where));
      const state = JSON.stringify(snapshot(target));
      if (!shown.has(state)) await expectRecovery(target.clone()).catch(withPlace(where));
      shown.add(state);
    }
  });
});

function withPlace(where: string): (error: unknown) => never {
  return (error) => {
    throw new Error(where, { cause: error });
  };
}
