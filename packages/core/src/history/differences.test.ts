import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../../test/entries.js';
import { HEADER, says } from '../../test/lines.js';
import { AsOf } from './as-of.js';
import { stateLine } from '../ledger/encode-line.js';
import { LedgerState } from '../ledger/ledger-state.js';
import type { Line } from '../ledger/line.js';
import { countDifferences, Differences, type Difference } from './differences.js';

const time = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();

function between(lines: readonly Line[], since: number, until: number | null): readonly Difference[] {
  const replay = new Differences(time(since), until === null ? null : time(until));
  for (const line of lines) expect(replay.apply(line)).toBeNull();
  return replay.list();
}

const told = ({ path, kind, added, rewritten }: Difference): string =>
  `${path} ${kind} +${added}${rewritten ? ' rewritten' : ''}`;

describe('Differences', () => {
  const history = [
    says('kept', 'ab', { at: time(1) }),
    says('grown', 'abc', { at: time(2) }),
    says('restamped', 'abc', { at: time(3), mtime: 7n }),
    says('gone', 'abc', { at: time(4), mtime: 7n }),
    says('back', 'abc', { at: time(5), mtime: 7n }),
    says('aside', 'abc', { at: time(6), mtime: 7n }),
    says('kept', 'wxyz', { at: time(7) }),
    says('pruned', 'wxyz', { at: time(8) }),
  ];

  test.each<[number, number | null, string[]]>([
    [0, 1, ['a new +2']],
    [0, 2, ['a new +3']],
    [1, 2, ['a grown +1']],
    [2, 3, ['a touched +0']],
    [1, 4, ['a gone +1']],
    [3, 4, ['a gone +0']],
    [4, 5, ['a back +0']],
    [4, 7, ['a back +4 rewritten']],
    [3, 5, []],
    [5, 6, []],
    [5, 7, ['a rewritten +4 rewritten']],
    [6, 7, ['a rewritten +4 rewritten']],
    [7, 8, ['a pruned +0']],
    [0, 8, []],
    [0, null, []],
    [8, null, []],
    [7, 7, []],
  ])('from second %i to %s', (since, until, expected) => {
    expect(between(history, since, until).map(told)).toEqual(expected);
  });

  test('a rewrite back to the same bytes is no difference; one to more of the same is told as a rewrite', () => {
    const back = [
      says('kept', 'ab', { at: time(1) }),
      says('aside', 'ab', { at: time(2) }),
      says('kept', 'x', { at: time(2) }),
      says('aside', 'x', { at: time(3) }),
      says('kept', 'ab', { at: time(3) }),
      says('aside', 'ab', { at: time(4) }),
      says('kept', 'abc', { at: time(4) }),
    ];
    expect(between(back, 1, 3)).toEqual([]);
    expect(between(back, 1, 4).map(told)).toEqual(['a rewritten +3 rewritten']);
  });

  test("a segment's opening is no difference, unless it contradicts what came before", () => {
    const first = says('kept', 'ab', { at: time(1) });
    const state = new LedgerState();
    state.apply(first);
    const [record] = state.records.values();
    if (record === undefined) throw new Error('no record');
    const header = { ...HEADER, segment: 2, at: time(3) };
    const opening = (changes: object): Line[] => [
      first,
      header,
      stateLine({ ...record, ...changes }, { at: time(3), run: 'r' }),
    ];
    expect(between(opening({}), 2, null)).toEqual([]);
    expect(between(opening({ size: 3, sha256: 'f'.repeat(64) }), 2, null).map(told)).toEqual([
      'a rewritten +3 rewritten',
    ]);
  });

  test('counts are sums', () => {
    expect(countDifferences(between(history, 1, 2))).toMatchObject({ grown: 1, new: 0, added: 1 });
  });

  test('a line that contradicts is told and is no difference', () => {
    const replay = new Differences(time(0), null);
    expect(replay.apply(says('grown', 'a', { at: time(1) }))).toEqual(expect.any(String));
    expect(replay.list()).toEqual([]);
  });

  /** What the world does to one file in a second. */
  interface Deed {
    readonly path: string;
    readonly do: 'write' | 'grow' | 'touch' | 'delete' | 'return' | 'prune' | 'roll' | 'nothing';
    readonly bytes: string;
  }
  const deed: fc.Arbitrary<Deed> = fc.record({
    path: fc.constantFrom('a', 'b', 'c'),
    do: fc.constantFrom('write', 'write', 'grow', 'touch', 'delete', 'return', 'prune', 'roll', 'nothing'),
    bytes: fc.string({ unit: fc.constantFrom('x', 'y'), minLength: 1, maxLength: 2 }),
  });

  /** A file as the naive model has it: a new object for every generation. */
  interface Modelled {
    readonly bytes: string;
    readonly generation: object;
    readonly mtime: bigint;
    readonly gone: boolean;
  }
  type World = ReadonlyMap<string, Modelled>;

  /** Compares two snapshots of the world, as anybody would. */
  function naive(before: World, after: World): string[] {
    return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path) => {
      const [was, is] = [before.get(path), after.get(path)];
      if (is === undefined) return [`${path} pruned +0`];
      if (was === undefined) return [`${path} new +${is.bytes.length}`];
      const rewritten = was.bytes !== is.bytes && was.generation !== is.generation;
      const rest = rewritten
        ? `+${is.bytes.length} rewritten`
        : `+${is.bytes.slice(was.bytes.length).length}`;
      if (is.gone !== was.gone) return [`${path} ${is.gone ? 'gone' : 'back'} ${rest}`];
      if (was.bytes !== is.bytes) return [`${path} ${rewritten ? 'rewritten' : 'grown'} ${rest}`];
      return was.mtime === is.mtime ? [] : [`${path} touched +0`];
    });
  }

  /** The lines of a history, and the world after each second. */
  function live(deeds: readonly Deed[]): { lines: Line[]; worlds: World[] } {
    const lines: Line[] = [];
    const state = new LedgerState();
    const files = new Map<string, Modelled>();
    const worlds: World[] = [];
    const write = (line: Line): void => {
      expect(state.apply(line)).toBeNull();
      lines.push(line);
    };
    deeds.forEach(({ path, do: what, bytes }, second) => {
      const old = files.get(path);
      const say = (kind: Parameters<typeof says>[0], { bytes: all, mtime }: Modelled): void =>
        write(says(kind, all, { path: at(path), mtime, at: time(second) }));
      const put = (kind: Parameters<typeof says>[0], file: Modelled): void => {
        say(kind, file);
        files.set(path, file);
      };
      const gone = state.records.get(path)?.gone ?? false;
      if (what === 'roll') {
        write({ ...HEADER, segment: second + 2, at: time(second) });
        for (const record of state.records.values()) write(stateLine(record, { at: time(second), run: 'r' }));
      } else if (what === 'write') {
        if (old !== undefined) say('aside', old);
        put('kept', { bytes, generation: {}, mtime: 1n, gone });
      } else if (old === undefined) {
        // Nothing there to do it to.
      } else if (what === 'grow') put('grown', { ...old, bytes: old.bytes + bytes });
      else if (what === 'touch') put('restamped', { ...old, mtime: BigInt(second) + 2n });
      else if (what === 'delete' && !old.gone) put('gone', { ...old, gone: true });
      else if (what === 'return' && old.gone) put('back', { ...old, gone: false });
      else if (what === 'prune') {
        say('pruned', old);
        files.delete(path);
      }
      worlds.push(new Map(files));
    });
    return { lines, worlds };
  }

  test('between any two moments of any history, it is what two snapshots differ in', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(fc.array(deed, { minLength: 2, maxLength: 24 }), (deeds) => {
        const { lines, worlds } = live(deeds);
        worlds.forEach((before, since) => {
          worlds.slice(since).forEach((after, more) => {
            const found = between(lines, since, since + more);
            expect(found.map(told)).toEqual(naive(before, after));
            for (const { kind } of found) kinds.add(kind);
          });
          expect(between(lines, since, null).map(told)).toEqual(naive(before, worlds.at(-1) ?? new Map()));
        });
      }),
      { numRuns: 200 },
    );
    expect([...kinds].sort()).toEqual(['back', 'gone', 'grown', 'new', 'pruned', 'rewritten', 'touched']);
  });

  test('and its two sides are the files as of then', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 2, maxLength: 24 }), (deeds) => {
        const { lines, worlds } = live(deeds);
        const until = worlds.length - 1;
        const since = Math.floor(until / 2);
        const sides = [since, until].map((second) => {
          const asOf = new AsOf(time(second));
          for (const line of lines) asOf.apply(line);
          return new Map([...asOf.files()].map(({ record }) => [record.path, record]));
        });
        for (const { path, before, after } of between(lines, since, until)) {
          expect(before).toEqual(sides[0]?.get(path) ?? null);
          expect(after).toEqual(sides[1]?.get(path) ?? null);
        }
      }),
      { numRuns: 100 },
    );
  });
});
