import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, file, listed, POLICY, record } from '../../test/entries.js';
import { hash } from '../../test/sha256.js';
import { decide } from '../plan/decide.js';
import { questionKey, type QuestionAnswer } from '../plan/question.js';
import { addUnsaved, NOTHING_UNSAVED, unsavedBytes, UnsavedSum, type UnsavedFacts } from './unsaved.js';

const NOW = 1_000n;
const facts = (more: Partial<UnsavedFacts> = {}): UnsavedFacts => ({
  keptAll: 500n,
  now: NOW,
  timeStep: 1n,
  ...more,
});

describe('unsavedBytes', () => {
  test.each([
    ['a new file', file('a', '12345'), undefined, 5],
    ['an empty new file', file('a'), undefined, 0],
    ['one as recorded', file('a', '123'), record('a', '123'), 0],
    ['growth', file('a', '12345', 9n), record('a', '123'), 2],
    ['growth under the old time', file('a', '12345'), record('a', '123'), 2],
    ['one that shrank', file('a', '12', 9n), record('a', '123'), 2],
    ['another time', file('a', '123', 9n), record('a', '123'), 3],
    ['a time in the future', file('a', '123', 9999n), record('a', '123', { mtime: 9999n }), 3],
    ['a rewrite that was cut off', file('a', '123'), record('a', '123', { status: 'aside' }), 3],
    ['one that was pruned', file('a', '123456', 9n), record('a', '123', { status: 'pruned' }), 0],
    ['one that came back as it was', file('a', '123'), record('a', '123', { gone: true }), 0],
  ])('%s', (_, entry, known, bytes) => {
    expect(unsavedBytes(entry, known, facts())).toBe(bytes);
  });

  test('times are compared at the step that they have', () => {
    const known = record('a', '123', { mtime: 401n });
    expect(unsavedBytes(file('a', '123', 499n), known, facts({ timeStep: 100n }))).toBe(0);
    expect(unsavedBytes(file('a', '123', 501n), known, facts({ timeStep: 100n }))).toBe(3);
  });

  test('is never less than what a backup moves, but for a rewrite that size and time do not tell', () => {
    const texts = fc.stringMatching(/^[ab]{0,4}$/);
    const times = fc.bigInt({ min: 1n, max: 3n });
    const world = fc.record({ now: texts, then: fc.option(texts), mtime: times, recorded: times });
    fc.assert(
      fc.property(world, ({ now, then, mtime, recorded }) => {
        const source = file('a', now, mtime);
        const known =
          then === null ? undefined : record('a', then, { mtime: recorded, targetMtime: recorded });
        const target = then === null ? null : listed('a', then, recorded);
        const moved = bytesMoved(source, now, known ?? null, target, then);
        const hidden = then !== null && then !== now.slice(0, then.length) && now.length >= then.length;
        const told = unsavedBytes(source, known, facts({ now: 10n }));
        if (!hidden) expect(told).toBeGreaterThanOrEqual(moved);
        if (then === now && mtime === recorded) expect(told).toBe(0);
      }),
    );
  });
});

/** What a backup of one file would move, with every question answered truthfully. */
function bytesMoved(
  source: ReturnType<typeof file>,
  text: string,
  known: ReturnType<typeof record> | null,
  target: ReturnType<typeof listed> | null,
  kept: string | null,
): number {
  const answers = new Map<string, QuestionAnswer>();
  for (;;) {
    const situation = {
      path: at('a'),
      source,
      unreadable: null,
      absence: 'absent' as const,
      record: known,
      target,
    };
    const decided = decide(situation, { ...POLICY, now: 10n }, answers);
    if ('step' in decided) return decided.step.bytes;
    for (const question of decided.questions) {
      const bytes = question.side === 'source' ? text : (kept ?? '');
      const length = question.side === 'versions' ? 0 : question.length;
      answers.set(
        questionKey(question),
        question.side === 'versions' ? { present: false } : { sha256: hash(bytes.slice(0, length)) },
      );
    }
  }
}

describe('the age of what is unsaved', () => {
  const since = (mtime: bigint, keptAll: bigint | null): bigint | null => {
    const sum = new UnsavedSum(facts({ keptAll }));
    sum.add(file('saved', '1', 1n), record('saved', '1'));
    sum.add(file('a', '123', mtime), undefined);
    return sum.sum.since;
  };

  test.each<[string, bigint, bigint | null, bigint]>([
    ['what was written since the last run is as old as that run at most', 900n, 500n, 500n],
    ['what has not changed since before it is older', 300n, 500n, 300n],
    ['without a run its own time is all there is', 900n, null, 900n],
    ['a time in the future is now', 5_000n, null, NOW],
    ['a run in the future does not count', 900n, 5_000n, 900n],
  ])('%s', (_, mtime, keptAll, expected) => {
    expect(since(mtime, keptAll)).toBe(expected);
  });

  test('a run in the future proves nothing', () => {
    const sum = new UnsavedSum(facts({ keptAll: NOW + 1n }));
    sum.add(file('a', '1', 900n), undefined);
    expect(sum.sum).toMatchObject({ since: 900n, certain: false });
  });

  test('a sum has the oldest, and says whether it can be older', () => {
    const sum = new UnsavedSum(facts({ keptAll: null }));
    expect(sum.sum).toEqual(NOTHING_UNSAVED);
    for (const mtime of [700n, 600n, 800n]) sum.add(file(`at-${mtime}`, '12', mtime), undefined);
    expect(sum.sum).toEqual({ files: 3, bytes: 6, since: 600n, certain: false });
    const other = new UnsavedSum(facts());
    other.add(file('x', '1', 900n), undefined);
    expect(other.sum).toEqual({ files: 1, bytes: 1, since: 500n, certain: true });
    expect(addUnsaved([sum.sum, NOTHING_UNSAVED, other.sum])).toEqual({
      files: 4,
      bytes: 7,
      since: 500n,
      certain: false,
    });
    expect(addUnsaved([])).toEqual(NOTHING_UNSAVED);
  });
});
