import { keepFilter, PlanReader, plannedStep, PlanWriter, type PlannedStep } from '@sessionkeep/core';
import {
  FaultInjector,
  nodeSha256,
  withRecorder,
  type Fault,
  type MemoryDisk,
  type MemoryTransportOptions,
} from '@sessionkeep/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { planRepo, type SavedPlan } from '../src/backup/plan-repo.js';
import { eventful, type Eventful } from './eventful.js';
import {
  ARCHIVE_ID,
  archiveOf,
  archiveOn,
  backup,
  createMemoryDisk,
  fileEvents,
  foldedLedger,
  ledgerState,
  liveOf,
  PLACE,
  REPO,
  SMALL,
  SMALL_CHUNKS,
  SMALL_WRITES,
  snapshot,
  sourceOf,
  sourceTexts,
  verify,
  versionsOf,
  type Ran,
} from './scenario.js';

/** Plans, and puts the plan through the lines that a file would have. */
async function planOf(source: MemoryDisk, target: MemoryDisk): Promise<SavedPlan> {
  const archive = archiveOf(target.transport(SMALL_WRITES), ARCHIVE_ID);
  const { plan, failure } = await planRepo({
    source: source.transport(SMALL_CHUNKS),
    archive,
    place: PLACE,
    repo: REPO,
    filter: keepFilter(),
    origin: 'test:/home',
  });
  expect(failure).toBeNull();
  const writer = new PlanWriter(nodeSha256);
  const lines = [
    writer.header('0.0.0', '2026-01-01T00:00:00.000Z'),
    writer.section({ kind: 'repo', target: 't', ...plan!.basis, idle: plan!.idle }),
    ...[...plan!.steps].map((step) => writer.step(plannedStep(step))),
    writer.end(),
  ];
  const reader = new PlanReader(nodeSha256);
  const read = [...reader.push(Buffer.concat(lines)), ...reader.end()];
  expect(reader.problem).toBeNull();
  const steps = read.filter((line) => line.kind === 'step');
  const basis = read.find((line) => line.kind === 'repo')!;
  return { basis, steps: new Map(steps.map((step): [string, PlannedStep] => [step.path, step])) };
}

const told = (ran: Ran): string[] =>
  fileEvents(ran)
    .map(({ path, outcome, reason, bytes }) => `${path} ${outcome} ${reason} ${bytes}`)
    .sort();

async function contentsOf(target: MemoryDisk): Promise<object> {
  return { live: liveOf(target), versions: versionsOf(target), ledger: await foldedLedger(target) };
}

describe('a plan in which about everything happens', () => {
  let before: Eventful;
  let saved: SavedPlan;
  let ordinary: Ran;
  let after: object;

  const run = (target: MemoryDisk, more: object = {}): Promise<Ran> =>
    backup(before.source.transport(SMALL_CHUNKS), target.transport(SMALL_WRITES), { ...SMALL, ...more });

  beforeAll(async () => {
    before = await eventful();
    const untouched = snapshot(before.target);
    saved = await planOf(before.source, before.target);
    expect(snapshot(before.target)).toEqual(untouched);
    const target = before.target.clone();
    ordinary = await run(target);
    after = await contentsOf(target);
  });

  it('is done by it as by a backup', async () => {
    const target = before.target.clone();
    const ran = await run(target, { saved });
    expect(told(ran)).toEqual(told(ordinary));
    expect(ran).toMatchObject({ outcome: ordinary.outcome, counts: ordinary.counts });
    expect(ran.bytesMoved).toBe(ordinary.bytesMoved);
    expect(await contentsOf(target)).toEqual(after);
    expect((await run(target, { saved })).failure).toMatchObject({ kind: 'outdated' });
  });

  it.each<Fault>([{ kind: 'stop' }, { kind: 'lost-reply-stop' }, { kind: 'torn-write' }])(
    'that is cut off anywhere ($kind) is completed by the next backup, and does no harm when it is begun again',
    async (fault) => {
      const shown = new Set<string>();
      for (let at = 1; ; at++) {
        const target = before.target.clone();
        const faults = new FaultInjector({ at, fault });
        const [from, to] = [before.source.transport(SMALL_CHUNKS), target.transport(SMALL_WRITES)];
        const archive = archiveOf(faults.wrap(to), ARCHIVE_ID);
        await backup(faults.wrap(from), archive.target, { ...SMALL, archive, saved });
        if (faults.fired === undefined) break;
        const where = `at ${at.toString()} ${JSON.stringify(faults.fired)}`;
        for (const found of [target.clone(), target.crash({ lose: 'unflushed' })]) {
          const state = JSON.stringify(snapshot(found));
          if (shown.has(state)) continue;
          shown.add(state);
          found.endLeases();
          for (const again of [false, true]) {
            const disk = found.clone();
            if (again) {
              const second = await run(disk, { saved });
              expect(second.failure?.kind ?? 'outdated', where).toBe('outdated');
            }
            const next = await run(disk);
            expect(next, where).toMatchObject({
              failure: null,
              counts: { failed: 0, damaged: 0, refused: 0 },
            });
            expect(await contentsOf(disk), where).toEqual(after);
          }
        }
      }
      expect(shown.size).toBeGreaterThan(20);
    },
  );
});

/** Does something to the disk when the k-th point is reached. */
class Meddler extends FaultInjector {
  met = false;

  constructor(
    private readonly k: number,
    private readonly meddle: () => void,
  ) {
    super({});
  }

  override reach(...point: Parameters<FaultInjector['reach']>): ReturnType<FaultInjector['reach']> {
    const fault = super.reach(...point);
    if (this.points.length === this.k) {
      this.met = true;
      this.meddle();
    }
    return fault;
  }
}

const LONG = 'one two three four five six seven eight nine ten ';
const FILES = { 'a.jsonl': LONG, 'grown.jsonl': LONG, 'rewritten.jsonl': LONG, 'small.jsonl': 'small' };

async function prepared(): Promise<{ source: MemoryDisk; target: MemoryDisk; saved: SavedPlan }> {
  const source = sourceOf(FILES);
  const target = createMemoryDisk();
  await backup(source, target);
  source.append('-home/grown.jsonl', LONG);
  source.replace('-home/rewritten.jsonl', `another ${LONG}`);
  source.write('-home/new.jsonl', `new ${LONG}`);
  source.write('-home/other.jsonl', `other ${LONG}`);
  return { source, target, saved: await planOf(source, target) };
}

const PLANNED: Readonly<Record<string, string>> = {
  'new.jsonl': 'copied new',
  'grown.jsonl': 'appended grew',
  'rewritten.jsonl': 'superseded rewritten',
};

type Change = (source: MemoryDisk, path: string) => void;

const CHANGES: readonly (readonly [string, Change])[] = [
  ['grows', (source, path) => source.append(path, 'more')],
  ['shrinks', (source, path) => source.truncate(path, 10)],
  ['becomes empty', (source, path) => source.truncate(path, 0)],
  ['vanishes', (source, path) => source.remove(path)],
  ['is replaced by a longer one', (source, path) => source.replace(path, `REPLACED ${LONG} ${LONG} ${LONG}`)],
  ['is replaced by a shorter one', (source, path) => source.replace(path, 'REPLACED')],
  [
    'is replaced by one as long',
    (source, path) => source.replace(path, 'x'.repeat(source.files().get(path)!.bytes.length)),
  ],
  ['is rewritten in place', (source, path) => source.write(path, LONG.toUpperCase() + LONG)],
  [
    'is rewritten in place under its old time',
    (source, path) => {
      const { bytes, mtime } = source.files().get(path)!;
      source.write(path, 'X'.repeat(bytes.length), mtime);
    },
  ],
];

/** `elsewhere`: as a pod's, whose digests come without the hash's state. */
const SOURCES: readonly (readonly [string, MemoryTransportOptions])[] = [
  ['a disk', { chunkSize: 16 }],
  ['a pod', { chunkSize: 16, hashState: false }],
];

describe.each(SOURCES)('a file of %s that is changed while a saved plan is carried out', (_, traits) => {
  it.each(CHANGES)(
    '%s: it is done as planned or not at all, and the next run has it all',
    async (name, change) => {
      for (const path of Object.keys(PLANNED)) {
        for (let k = 1; ; k++) {
          const { source, target, saved } = await prepared();
          const planned = sourceTexts(source)[path]!;
          const kept = liveOf(target)[path];
          const meddler = new Meddler(k, () => change(source, `-home/${path}`));
          const to = target.transport(SMALL_WRITES);
          const ran = await backup(meddler.wrap(source.transport(traits)), to, { saved });
          if (!meddler.met) break;
          const where = `${path} at ${k.toString()}`;
          expect(ran, where).toMatchObject({ failure: null, alarms: [], interrupted: false });
          const [event] = fileEvents(ran).filter((one) => one.path === path);
          const done = `${event?.outcome ?? ''} ${event?.reason ?? ''}`;
          const live = liveOf(target)[path];
          if (done === PLANNED[path]) {
            // In place, old and new bytes cannot be told apart while they are read.
            expect(live?.length, where).toBe(planned.length);
            if (!name.startsWith('is rewritten in place')) expect(live, where).toBe(planned);
          } else {
            expect(['refused', 'failed'], `${where}: ${done}`).toContain(event?.outcome);
            expect(live, where).toBe(kept);
          }
          if (name === 'grows') expect(done, where).toBe(PLANNED[path]);
          for (const other of Object.keys(PLANNED).filter((one) => one !== path))
            expect(liveOf(target)[other], where).toBe(sourceTexts(source)[other]);
          expect(await verify(target), where).toMatchObject({ alarms: [], failure: null });
          // Other bytes under the size and time that were kept show only where bytes are compared.
          const next = await backup(source, target, { checksum: name.endsWith('under its old time') });
          expect(next, where).toMatchObject({ failure: null, alarms: [], counts: { failed: 0 } });
          expect(liveOf(target), where).toMatchObject(sourceTexts(source));
          expect(await backup(source, target), where).toMatchObject({ outcome: 'done', linesWritten: 0 });
        }
      }
    },
  );
});

describe('carrying out a plan costs', () => {
  it('nothing for files that it does not name, though they changed', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}.jsonl`, `line of ${i}\n`]));
    const source = sourceOf(many);
    const target = createMemoryDisk();
    await backup(source, target);
    source.append('-home/7.jsonl', 'more');
    const saved = await planOf(source, target);
    expect([...saved.steps.keys()]).toEqual(['7.jsonl']);
    source.append('-home/8.jsonl', 'more');
    source.replace('-home/9.jsonl', 'other');
    source.write('-home/new.jsonl', 'new');
    source.remove('-home/10.jsonl');
    const [from, to] = [withRecorder(source.transport()), withRecorder(target.transport())];
    const archive = await archiveOn(to);
    to.recording.clear();
    const ran = await backup(from, to, { archive, saved });
    expect(ran).toMatchObject({
      outcome: 'done',
      linesWritten: 1,
      counts: { appended: 1, unchanged: 46, files: 47 },
    });
    expect(from.recording.of('read', 'digest').flatMap(({ paths }) => paths)).toEqual(
      Array(2).fill('-home/7.jsonl'),
    );
    const state = await ledgerState(target);
    expect(state.records.get('10.jsonl')).toMatchObject({ gone: false });
  });
});
