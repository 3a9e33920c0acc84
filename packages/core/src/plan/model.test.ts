import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, record } from '../../test/entries.js';
import { Crash, Model, type ModelFile } from '../../test/model.js';
import { hash } from '../../test/sha256.js';
import { AsOf } from '../history/as-of.js';
import type { LiveRecord } from '../ledger/line.js';
import type { RelativePath } from '../path/relative-path.js';
import { noCounts, count } from './counts.js';
import type { Step } from './step.js';

const PATHS = ['a', 'b/c', 'b/d'].map(at);

// Two letters and few of them, so that prefixes and digests collide all the time.
const bytes = fc.string({ unit: fc.constantFrom('x', 'y'), maxLength: 4 });

/** Clocks are honest: a time belongs to its bytes, so that equal size and time mean equal bytes. */
const timeOf = (text: string, touch: number): bigint => {
  const code = Array.from(text).reduce((sum, letter) => sum * 3 + (letter === 'x' ? 1 : 2), 0);
  return BigInt(code * 4 + touch + 1);
};
const touch = fc.integer({ min: 0, max: 2 });
const file = fc
  .tuple(bytes, touch)
  .map(([text, by]): ModelFile => ({ bytes: text, mtime: timeOf(text, by) }));

const recorded = fc
  .record({
    bytes,
    mtime: touch,
    targetMtime: touch,
    status: fc.constantFrom('live' as const, 'live' as const, 'aside' as const, 'pruned' as const),
    gone: fc.boolean(),
    aside: bytes,
    lost: fc.boolean(),
  })
  .map((any): Partial<LiveRecord> & { bytes: string } => ({
    bytes: any.bytes,
    mtime: timeOf(any.bytes, any.mtime),
    targetMtime: timeOf(any.bytes, any.targetMtime),
    status: any.status,
    gone: any.gone,
    ...(any.status === 'aside' && {
      aside: { size: any.aside.length, sha256: hash(any.aside), lost: any.lost },
    }),
  }));

const situation = fc.record({
  source: fc.option(file),
  record: fc.option(recorded),
  target: fc.option(file),
});

const world = fc.record({
  paths: fc.array(situation, { minLength: 1, maxLength: 3 }),
  versions: fc.array(bytes, { maxLength: 3 }),
  checksum: fc.boolean(),
});

function build({ paths, versions, checksum }: typeof world extends fc.Arbitrary<infer T> ? T : never): Model {
  const model = new Model({ checksum });
  for (const text of versions) model.versions.set(hash(text), text);
  paths.forEach((given, index) => {
    const path = PATHS[index] ?? at('x');
    if (given.source) model.source.set(path, given.source);
    if (given.target) model.live.set(path, given.target);
    if (given.record) {
      const { bytes: text, ...more } = given.record;
      model.state.records.set(path, record(path, text, more));
    }
  });
  return model;
}

/** Every byte string that the archive has. */
const kept = (model: Model): string[] => [
  ...[...model.live.values()].map((live) => live.bytes),
  ...model.versions.values(),
];

/** The strings of `before` that are no beginning of anything in the archive now. */
function lostFrom(before: readonly string[], model: Model): string[] {
  const now = kept(model);
  return before.filter((text) => !now.some((other) => other.startsWith(text)));
}

const isPruned = (model: Model, path: RelativePath): boolean =>
  model.state.records.get(path)?.status === 'pruned';

/** What must hold when a run has come to its end. */
function expectSettled(model: Model): void {
  for (const [path, source] of model.source) {
    if (isPruned(model, path)) continue;
    expect(model.live.get(path)?.bytes).toBe(source.bytes);
    expect(model.state.records.get(path)).toMatchObject({
      status: 'live',
      gone: false,
      size: source.bytes.length,
      sha256: hash(source.bytes),
      mtime: source.mtime,
    });
  }
  // What one file puts aside may be what another one misses, and is put back with the next run.
  model.run();
  const lines = model.lines.length;
  model.asked = [];
  const again = model.run();
  expect(again.filter((step) => step.ops.length > 0)).toEqual([]);
  expect(model.lines).toHaveLength(lines);
  expect(again.filter((step) => !SETTLED.has(step.outcome))).toEqual([]);
  for (const step of again) if (model.source.has(step.path)) expect(step.outcome).toBe('unchanged');
  // A damaged file is looked at again, by whoever may have mended it; nothing else costs a question.
  const damaged = again.filter((step) => step.outcome === 'damaged').map((step) => step.path);
  if (model.policy.checksum !== true)
    expect(model.asked.filter((key) => isNeedless(key, damaged))).toEqual([]);
}

const SETTLED = new Set<Step['outcome']>(['unchanged', 'retained', 'damaged', 'left']);

const isNeedless = (key: string, damaged: readonly string[]): boolean =>
  !key.startsWith('versions') && !damaged.some((path) => key.endsWith(` ${path}`));

describe('the tables, executed on a model', () => {
  test('from any situation, one run keeps the source, loses nothing and settles', () => {
    fc.assert(
      fc.property(world, (given) => {
        const model = build(given);
        const before = kept(model);
        const steps = model.run();
        const paths = new Set([...model.source.keys(), ...model.live.keys(), ...model.state.records.keys()]);
        expect(steps.map((step) => step.path).sort()).toEqual([...paths].sort());
        const counts = noCounts();
        for (const step of steps) count(counts, step.outcome);
        expect(counts.files).toBe(model.source.size);
        expect(lostFrom(before, model)).toEqual([]);
        expectSettled(model);
      }),
      { numRuns: 20_000 },
    );
  });

  test('a crash anywhere, again and again, ends with the same', () => {
    fc.assert(
      fc.property(world, fc.array(fc.nat(8), { minLength: 1, maxLength: 4 }), (given, fuses) => {
        const model = build(given);
        const before = kept(model);
        for (const fuse of fuses) {
          runUntil(model, fuse);
          expect(lostFrom(before, model)).toEqual([]);
        }
        model.run();
        expect(lostFrom(before, model)).toEqual([]);
        expectSettled(model);
      }),
      { numRuns: 20_000 },
    );
  });

  test('while nobody meddles no alarm is raised, after a crash neither, and unchanged means the source’s bytes', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const model = new Model();
        for (const next of changes) {
          apply(model, next);
          if (next.do !== 'run') continue;
          runUntil(model, next.fuse);
          for (const step of model.run()) {
            expect(step.alarm).toBe(false);
            if (step.outcome === 'unchanged')
              expect(model.live.get(step.path)).toEqual(model.source.get(step.path));
          }
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('every file that any completed run saw is found as of then, whatever came later', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 16 }), (changes) => {
        const model = new Model();
        const moments: {
          at: string;
          present: [RelativePath, string][];
          absent: Map<RelativePath, string[]>;
        }[] = [];
        // What a file that is gone may be: as the last completed run saw it, or what a later one had time to keep.
        const seen = new Map<RelativePath, string[]>();
        for (const next of changes) {
          apply(model, next);
          if (next.do !== 'run') continue;
          const done = runUntil(model, next.fuse);
          const present = [...model.source].map(([path, { bytes }]): [RelativePath, string] => [path, bytes]);
          for (const [path, bytes] of present)
            seen.set(path, done ? [bytes] : [...(seen.get(path) ?? []), bytes]);
          const absent = new Map([...seen].filter(([path]) => !model.source.has(path)));
          if (done) moments.push({ at: model.now, present, absent });
        }
        for (const { at, present, absent } of moments) {
          const files = restored(model, at);
          for (const [path, bytes] of present) expect(files.get(path)).toBe(bytes);
          for (const [path, bytes] of files) {
            const possible = absent.get(path);
            if (possible !== undefined) expect(possible.some((whole) => whole.startsWith(bytes))).toBe(true);
          }
        }
      }),
      { numRuns: 5000 },
    );
  });
});

type Change =
  | { readonly do: 'write'; readonly path: RelativePath; readonly file: ModelFile }
  | { readonly do: 'grow'; readonly path: RelativePath; readonly by: string }
  | { readonly do: 'delete'; readonly path: RelativePath }
  | { readonly do: 'run'; readonly fuse: number };

const path = fc.constantFrom(...PATHS);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ do: fc.constant('write' as const), path, file }),
  fc.record({ do: fc.constant('grow' as const), path, by: bytes }),
  fc.record({ do: fc.constant('delete' as const), path }),
  fc.record({ do: fc.constant('run' as const), fuse: fc.oneof(fc.constant(-1), fc.nat(10)) }),
);

function apply(model: Model, next: Change): void {
  if (next.do === 'write') model.source.set(next.path, next.file);
  if (next.do === 'delete') model.source.delete(next.path);
  if (next.do !== 'grow') return;
  const grown = (model.source.get(next.path)?.bytes ?? '') + next.by;
  model.source.set(next.path, { bytes: grown, mtime: timeOf(grown, 0) });
}

/** False when the fuse burnt down first. */
function runUntil(model: Model, fuse: number): boolean {
  model.fuse = fuse;
  try {
    model.run();
    return true;
  } catch (error) {
    if (error instanceof Crash) return false;
    throw error;
  } finally {
    model.fuse = -1;
  }
}

function restored(model: Model, moment: string): Map<RelativePath, string> {
  const asOf = new AsOf(moment);
  for (const line of model.lines) expect(asOf.apply(line)).toBeNull();
  const files = new Map<RelativePath, string>();
  for (const { record: found, ended } of asOf.files()) {
    const live = model.live.get(found.path)?.bytes;
    // The line of an aside comes before the move: a crash between them leaves the bytes where they were.
    const all = ended === null ? live : (model.versions.get(ended.sha256) ?? live);
    const text = all?.slice(0, found.size);
    expect(text === undefined ? undefined : hash(text)).toBe(found.sha256);
    files.set(found.path, text ?? '');
  }
  return files;
}
