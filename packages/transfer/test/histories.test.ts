import { DISK_EPOCH, FaultInjector, type Fault, type MemoryDisk } from '@sessionkeep/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  archiveOf,
  ARCHIVE_ID,
  backup,
  createMemoryDisk,
  fileEvents,
  ledgerState,
  LIVE,
  liveOf,
  momentOf,
  restoredAt,
  SMALL_CHUNKS,
  SMALL_WRITES,
  sourceOf,
  sourceTexts,
  verify,
  versionsOf,
  type Ran,
} from './scenario.js';

/** A source, its archive, and what the runs have seen. */
interface World {
  readonly source: MemoryDisk;
  target: MemoryDisk;
  /** What each completed run saw, and when it ended. */
  readonly seen: { readonly files: Record<string, string>; readonly moment: string }[];
  /** A run was cut off: what it left of a file that then changes or goes looks like somebody's edit. */
  cutOff: boolean;
  /** Somebody edited the archive. */
  harmed: boolean;
}

/** One thing that happens. */
type Step = (world: World) => Promise<void> | void;

const PATHS = ['a', 'b', 'folder/c', 'folder/d', 'other/e'];
const path = fc.constantFrom(...PATHS).map((name) => `-home/${name}`);
const text = fc
  .tuple(fc.constantFrom('x', 'yy', 'zzz'), fc.integer({ min: 0, max: 14 }))
  .map(([word, times]) => word.repeat(times));

const has = (disk: MemoryDisk, at: string) => disk.read(at) !== undefined;

/** What happens to a source's file when it is there. */
function edit(happens: (disk: MemoryDisk, at: string, text: string) => void): fc.Arbitrary<Step> {
  return fc.tuple(path, text).map(([at, text]): Step => ({ source }) => {
    if (has(source, at)) happens(source, at, text);
  });
}

const sourceSteps: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(path, text).map(
    ([at, text]): Step =>
      ({ source }) =>
        source.write(at, text),
  ),
  edit((disk, at, text) => disk.append(at, text)),
  edit((disk, at, text) => disk.truncate(at, text.length)),
  edit((disk, at, text) => disk.replace(at, text)),
  // Each time is given once: the same size and time under other bytes is another test's.
  edit((disk, at) => disk.touch(at, (disk.clock += 1_000_000n))),
  edit((disk, at) => disk.remove(at)),
  fc.tuple(path, path).map(([from, to]): Step => ({ source }) => {
    if (from !== to && has(source, from)) source.move(from, to);
  }),
);

/** Other bytes under the same size and time: only a checksum tells. */
const hiddenEdits: fc.Arbitrary<Step> = edit((disk, at) => {
  const [{ bytes, mtime }] = [disk.files().get(at)!];
  disk.write(
    at,
    bytes.map((byte) => byte ^ 1),
    mtime,
  );
});

const options = fc.record({
  segmentBytes: fc.constantFrom(0, 900, 1e6),
  groupLines: fc.constantFrom(1, 3, 256),
  lanes: fc.constantFrom(1, 3),
});

function run(checksum: boolean): fc.Arbitrary<Step> {
  return options.map((options): Step => async (world) => {
    const { source, target } = world;
    const ran = await backup(source.transport(SMALL_CHUNKS), target.transport(SMALL_WRITES), {
      ...options,
      checksum,
    });
    expect(ran).toMatchObject({ failure: null, counts: { failed: 0, refused: 0 } });
    expect(liveOf(target)).toMatchObject(sourceTexts(source));
    if (!world.cutOff && !world.harmed) expect(ran.alarms, told(ran)).toEqual([]);
    world.seen.push({ files: sourceTexts(source), moment: momentOf(target) });
    // What one rewrite puts aside may be what another path's harmed file is mended from by the next run.
    if (world.harmed) return;
    const again = await backup(source, target.clone(), { checksum });
    expect(again, told(ran, again)).toMatchObject({ linesWritten: 0, bytesMoved: 0 });
  });
}

/** What runs said of their files: what a counterexample is understood by. */
function told(...ran: readonly Ran[]): string {
  return ran
    .map((one) =>
      fileEvents(one)
        .map((event) => `${event.path} ${event.outcome} ${event.reason}`)
        .join(', '),
    )
    .join('; then ');
}

const FAULTS: readonly Fault['kind'][] = ['stop', 'lost-reply-stop', 'torn-write'];

/** A run that is cut off, and what the power then takes. */
const cutOff: fc.Arbitrary<Step> = fc
  .record({
    at: fc.integer({ min: 1, max: 90 }),
    kind: fc.constantFrom(...FAULTS),
    lose: fc.constantFrom('nothing', 'unflushed', 'some'),
    seed: fc.nat(100),
    options,
  })
  .map(({ at, kind, lose, seed, options }): Step => async (world) => {
    const faults = new FaultInjector({ at, fault: { kind } as Fault });
    const to = faults.wrap(world.target.transport(SMALL_WRITES));
    await backup(faults.wrap(world.source.transport(SMALL_CHUNKS)), to, {
      ...options,
      archive: archiveOf(to, ARCHIVE_ID),
    });
    world.target = world.target.crash({ lose, seed });
    momentOf(world.target);
    world.cutOff = true;
  });

/** Somebody's hands in the archive. */
const harm: fc.Arbitrary<Step> = fc
  .tuple(path, fc.constantFrom('delete', 'truncate', 'garbage', 'touch'), fc.nat(10))
  .map(([at, what, size]): Step => (world) => {
    const live = at.replace('-home', LIVE);
    if (!has(world.target, live)) return;
    if (what === 'delete') world.target.remove(live);
    else if (what === 'truncate') world.target.truncate(live, size);
    else if (what === 'garbage') world.target.append(live, 'GARBAGE');
    else world.target.touch(live, 1_700_000_000_000_000_000n);
    world.harmed = true;
  });

async function happen(steps: readonly Step[]): Promise<World> {
  const world: World = {
    source: sourceOf({ a: 'a', 'folder/c': 'c' }),
    // Its own times are never a source's.
    target: createMemoryDisk({ clock: DISK_EPOCH + 500_000n }),
    seen: [],
    cutOff: false,
    harmed: false,
  };
  await backup(world.source, world.target);
  world.seen.push({ files: sourceTexts(world.source), moment: momentOf(world.target) });
  for (const step of steps) await step(world);
  return world;
}

function histories(
  numRuns: number,
  ...kinds: readonly fc.WeightedArbitrary<Step>[]
): readonly [fc.Arbitrary<Step[]>, { numRuns: number }] {
  return [fc.array(fc.oneof(...kinds), { minLength: 4, maxLength: 24 }), { numRuns }];
}

/** Every version of every file that a completed run saw is the beginning of something that is kept. */
function expectAllKept({ target, seen }: World): void {
  const kept = [...Object.values(liveOf(target)), ...Object.values(versionsOf(target))];
  for (const { files } of seen) {
    for (const [path, text] of Object.entries(files)) {
      expect(
        kept.some((bytes) => bytes.startsWith(text)),
        `${path}: ${text}`,
      ).toBe(true);
    }
  }
}

describe('whatever happens at a source', () => {
  const sources = { arbitrary: sourceSteps, weight: 4 };

  it('every version that a run saw is kept, and restored as of that run', async () => {
    const [arbitrary, parameters] = histories(120, sources, { arbitrary: run(false), weight: 2 });
    await fc.assert(
      fc.asyncProperty(arbitrary, async (steps) => {
        const world = await happen(steps);
        expectAllKept(world);
        // What was deleted before that run is restored beside what it saw.
        for (const { files, moment } of world.seen)
          expect(await restoredAt(world.target, moment)).toMatchObject(files);
        expect(await verify(world.target)).toMatchObject({ alarms: [], failure: null });
      }),
      parameters,
    );
  });

  it('so it is with rewrites that hide behind size and time, when every run asks for digests', async () => {
    const hidden = { arbitrary: hiddenEdits, weight: 2 };
    const [arbitrary, parameters] = histories(60, sources, hidden, { arbitrary: run(true), weight: 2 });
    await fc.assert(
      fc.asyncProperty(arbitrary, async (steps) => {
        const world = await happen(steps);
        for (const { files, moment } of world.seen)
          expect(await restoredAt(world.target, moment)).toMatchObject(files);
      }),
      parameters,
    );
  });

  it('and so it is when runs are cut off and the power goes', async () => {
    const [arbitrary, parameters] = histories(
      150,
      sources,
      { arbitrary: run(false), weight: 2 },
      { arbitrary: cutOff, weight: 2 },
    );
    await fc.assert(
      fc.asyncProperty(arbitrary, async (steps) => {
        const world = await happen(steps);
        expectAllKept(world);
        for (const { files, moment } of world.seen)
          expect(await restoredAt(world.target, moment)).toMatchObject(files);
        expect(await verify(world.target)).toMatchObject({ failure: null });
      }),
      parameters,
    );
  });

  it('and an archive that is edited by hand still ends with what the source has, and loses nothing more', async () => {
    const [arbitrary, parameters] = histories(
      150,
      sources,
      { arbitrary: run(false), weight: 2 },
      { arbitrary: harm, weight: 1 },
      { arbitrary: cutOff, weight: 1 },
    );
    await fc.assert(
      fc.asyncProperty(arbitrary, run(false), async (steps, lastRun) => {
        const world = await happen(steps);
        const versions = versionsOf(world.target);
        await lastRun(world);
        expect(liveOf(world.target)).toMatchObject(sourceTexts(world.source));
        expect(versionsOf(world.target)).toMatchObject(versions);
        await ledgerState(world.target);
      }),
      parameters,
    );
  });
});
