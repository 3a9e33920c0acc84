import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, record } from '../../test/entries.js';
import { HEADER, says } from '../../test/lines.js';
import { hash } from '../../test/sha256.js';
import { AsOf, type FileAsOf } from './as-of.js';
import { stateLine } from '../ledger/encode-line.js';
import { LedgerState } from '../ledger/ledger-state.js';
import type { Line } from '../ledger/line.js';

const time = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();

function asOf(moment: string | null, lines: readonly Line[]): FileAsOf[] {
  const replay = new AsOf(moment);
  for (const line of lines) expect(replay.apply(line)).toBeNull();
  return [...replay.files()];
}

const where = ({ record: found, ended, since }: FileAsOf): string =>
  `${found.size.toString()} bytes of ${ended === null ? 'live' : `version of ${ended.size.toString()}`} since ${since.slice(17, 19)}`;

describe('AsOf', () => {
  const history = [
    says('kept', 'ab', { at: time(1) }),
    says('grown', 'abc', { at: time(2) }),
    says('restamped', 'abc', { at: time(3), mtime: 7n }),
    says('aside', 'abc', { at: time(4) }),
    says('kept', 'xy', { at: time(5) }),
    says('gone', 'xy', { at: time(6) }),
    says('back', 'xy', { at: time(7) }),
    says('aside', 'xyz', { at: time(8) }),
    says('kept', 'q', { at: time(9) }),
  ];

  test.each([
    [0, []],
    [1, ['2 bytes of version of 3 since 01']],
    [2, ['3 bytes of version of 3 since 02']],
    [3, ['3 bytes of version of 3 since 02']],
    [4, ['3 bytes of version of 3 since 02']],
    [5, ['2 bytes of version of 3 since 05']],
    [6, ['2 bytes of version of 3 since 05']],
    [8, ['2 bytes of version of 3 since 05']],
    [9, ['1 bytes of live since 09']],
  ])('at second %i', (second, expected) => {
    expect(asOf(time(second), history).map(where)).toEqual(expected);
  });

  test('tells what was gone then, and where it was stamped last', () => {
    expect(asOf(time(6), history)[0]?.record).toMatchObject({ gone: true });
    expect(asOf(time(7), history)[0]?.record).toMatchObject({ gone: false });
    expect(asOf(time(3), history)[0]?.record.mtime).toBe(7n);
    expect(asOf(null, history).map(where)).toEqual(['1 bytes of live since 09']);
  });

  test('counts what had been put aside by then', () => {
    const counted = (second: number) => asOf(time(second), history).map(({ versions }) => versions);
    expect([3, 4, 7, 8, 9].map(counted)).toEqual([[0], [1], [1], [2], [2]]);
  });

  test('the very millisecond of a line counts', () => {
    expect(asOf('2026-01-01T00:00:00.999Z', history)).toEqual([]);
    expect(asOf('2026-01-01T00:00:01.000Z', history)).toHaveLength(1);
  });

  test('what was pruned by then is not told of', () => {
    const lines = [says('kept', 'a', { at: time(1) }), says('pruned', 'a', { at: time(2) })];
    expect(asOf(time(2), lines)).toEqual([]);
    expect(asOf(time(1), lines)).toHaveLength(1);
  });

  test('a second aside is of other bytes: those of the generation lie in the first', () => {
    const lines = [
      says('kept', 'ab', { at: time(1) }),
      says('aside', 'abc', { at: time(2) }),
      says('aside', 'odd bytes', { at: time(3) }),
      says('kept', 'new', { at: time(4) }),
    ];
    for (const second of [1, 2, 3]) {
      expect(asOf(time(second), lines).map(where)).toEqual(['2 bytes of version of 3 since 01']);
    }
    expect(asOf(time(4), lines).map(where)).toEqual(['3 bytes of live since 04']);
    const state = new LedgerState();
    for (const line of lines.slice(0, 3)) state.apply(line);
    const opening = [...state.records.values()].map((found) => stateLine(found, { at: time(3), run: 'r' }));
    expect(asOf(null, [...lines.slice(0, 3), ...opening]).map(where)).toEqual([
      '2 bytes of version of 3 since 01',
    ]);
  });

  test('what a later segment opens with changes no past moment', () => {
    const state = new LedgerState();
    for (const line of history) state.apply(line);
    const opening: Line[] = [
      { ...HEADER, segment: 2, at: time(10) },
      ...[...state.records.values()].map((found) => stateLine(found, { at: time(10), run: 'r' })),
    ];
    for (const second of [0, 1, 4, 6, 9, 10, 11]) {
      expect(asOf(time(second), [...history, ...opening])).toEqual(asOf(time(second), history));
    }
  });

  test('a line that contradicts is told and changes nothing', () => {
    const replay = new AsOf(null);
    expect(replay.apply(says('grown', 'a'))).toEqual(expect.any(String));
    expect([...replay.files()]).toEqual([]);
  });

  type Event = {
    readonly path: string;
    readonly do: 'write' | 'grow' | 'gone' | 'roll';
    readonly bytes: string;
  };
  const event: fc.Arbitrary<Event> = fc.record({
    path: fc.constantFrom('a', 'b'),
    do: fc.constantFrom('write', 'grow', 'grow', 'gone', 'roll'),
    bytes: fc.string({ unit: fc.constantFrom('x', 'y'), minLength: 1, maxLength: 3 }),
  });

  test('any history gives back each of its snapshots', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const lines: Line[] = [];
        const state = new LedgerState();
        const live = new Map<string, string>();
        const versions = new Map<string, string>();
        const snapshots: Map<string, string>[] = [];
        const write = (line: Line): void => {
          expect(state.apply(line)).toBeNull();
          lines.push(line);
        };
        events.forEach((next, second) => {
          const stamp = { at: time(second), path: at(next.path) };
          const old = live.get(next.path);
          const bytes = next.do === 'grow' ? (old ?? '') + next.bytes : next.bytes;
          if (next.do === 'roll') {
            write({ ...HEADER, segment: second + 2, at: time(second) });
            for (const found of state.records.values())
              write(stateLine(found, { at: time(second), run: 'r' }));
          } else if (next.do === 'gone') {
            if (old !== undefined) write(says('gone', old, stamp));
          } else {
            if (old !== undefined && next.do === 'write') {
              write(says('aside', old, stamp));
              versions.set(hash(old), old);
            }
            write(says(old === undefined || next.do === 'write' ? 'kept' : 'grown', bytes, stamp));
            live.set(next.path, bytes);
          }
          snapshots.push(new Map(live));
        });
        snapshots.forEach((snapshot, second) => {
          const found = asOf(time(second), lines).map(
            ({ record: then, ended }): [string, string | undefined] => {
              const whole = ended === null ? live.get(then.path) : versions.get(ended.sha256);
              return [then.path, whole?.slice(0, then.size)];
            },
          );
          expect(new Map(found)).toEqual(snapshot);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('a file at its first sight is since then', () => {
    const state = stateLine(record('a', 'x'), { at: time(3), run: 'r' });
    expect(asOf(null, [state]).map(where)).toEqual(['1 bytes of live since 03']);
  });
});
