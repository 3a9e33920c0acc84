import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hash } from '../../test/sha256.js';
import {
  inSample,
  nextSample,
  parseSampleSize,
  parseSampleStart,
  SAMPLE_PARTS,
  samplePosition,
  windowAfter,
  windowOfDay,
  windowsToCover,
  type SampleWindow,
} from './sample.js';

const sizes = fc.integer({ min: 1, max: SAMPLE_PARTS });
/** Samples that come round in a number of runs that a test can make. */
const handySizes = fc.integer({ min: 10_000, max: SAMPLE_PARTS });
const starts = fc.nat({ max: SAMPLE_PARTS - 1 });
const names = fc.uniqueArray(fc.string({ maxLength: 12 }), { maxLength: 40 });

const chosen = (all: readonly string[], window: SampleWindow): string[] =>
  all.filter((name) => inSample(samplePosition(hash(name)), window));

test('windows that follow each other read everything, and what comes in between is read in the next round', () => {
  fc.assert(
    fc.property(names, names, handySizes, starts, (first, later, size, from) => {
      let window: SampleWindow = { from, parts: size };
      const runs = windowsToCover(size);
      const read = new Set<string>();
      for (let run = 0; run < 2 * runs; run++) {
        // Something is added before every run but the first, also to what was passed already.
        const there = [...first, ...later.slice(0, run)];
        for (const name of chosen(there, window)) read.add(name);
        if (run === runs - 1) for (const name of first) expect(read.has(name)).toBe(true);
        window = windowAfter(window, size);
      }
      const longThere = later.slice(0, runs);
      expect(longThere.filter((name) => !read.has(name))).toEqual([]);
    }),
  );
});

test('windows of changing sizes leave nothing out', () => {
  fc.assert(
    fc.property(names, starts, fc.array(handySizes, { minLength: 1 }), (all, from, changing) => {
      let [covered, window] = [0, { from, parts: 0 }];
      const read = new Set<string>();
      for (let run = 0; covered < SAMPLE_PARTS; run++) {
        window = windowAfter(window, changing[run % changing.length]!);
        covered += window.parts;
        for (const name of chosen(all, window)) read.add(name);
      }
      expect(read.size).toBe(all.length);
    }),
  );
});

test('a row of samples begins with the day’s, and each follows on the last, however many days later', () => {
  const first = nextSample(null, 300_000, 5 * 86_400_000);
  expect(first).toEqual({ window: { from: 500_000, parts: 300_000 }, covered: 300_000 });
  const second = nextSample(first, 300_000, 90 * 86_400_000);
  expect(second).toEqual({ window: { from: 800_000, parts: 300_000 }, covered: 600_000 });
  const third = nextSample(second, 500_000, 0);
  expect(third).toEqual({ window: { from: 100_000, parts: 500_000 }, covered: SAMPLE_PARTS });
});

test('the days’ windows follow each other', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1_000_000, max: 3_000_000 }),
      fc.nat({ max: 86_399_999 }),
      sizes,
      (day, time, size) => {
        const now = day * 86_400_000 + time;
        const today = windowOfDay(now, size);
        expect(today).toEqual(windowOfDay(day * 86_400_000, size));
        expect(windowOfDay(now + 86_400_000, size)).toEqual(windowAfter(today, size));
        expect(today.from).toBeGreaterThanOrEqual(0);
        expect(today.from).toBeLessThan(SAMPLE_PARTS);
      },
    ),
  );
});

test('a window has its share of the positions, no more', () => {
  fc.assert(
    fc.property(starts, sizes, starts, (from, parts, position) => {
      const offset = position < from ? position + SAMPLE_PARTS - from : position - from;
      expect(inSample(position, { from, parts })).toBe(offset < parts);
    }),
  );
  const all = Array.from({ length: 5000 }, (_, number) => `file ${number}`);
  for (const percent of [1, 10, 50]) {
    const share = chosen(all, { from: 123_456, parts: percent * 10_000 }).length / all.length;
    expect(Math.abs(share - percent / 100)).toBeLessThan(0.03);
  }
});

test.each([
  [299_999, false],
  [300_000, true],
  [399_999, true],
  [400_000, false],
])('a window has its first position and not the one behind its last: %i', (position, expected) => {
  expect(inSample(position, { from: 300_000, parts: 100_000 })).toBe(expected);
  const shifted = (position + 650_000) % SAMPLE_PARTS;
  expect(inSample(shifted, { from: 950_000, parts: 100_000 })).toBe(expected);
});

test('the same window has the same files, today and ever', () => {
  const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  expect(chosen(all, { from: 200_000, parts: 300_000 })).toEqual(['a', 'c', 'f', 'g', 'h']);
});

test.each([
  [1_000_000, 1],
  [999_999, 2],
  [500_000, 2],
  [340_000, 3],
  [100_000, 10],
  [1, 1_000_000],
])('%i parts cover everything in %i runs', (size, runs) => {
  expect(windowsToCover(size)).toBe(runs);
  expect(windowsToCover(size, size)).toBe(runs - 1);
  expect(windowsToCover(size, SAMPLE_PARTS + 5)).toBe(0);
});

describe('percentages', () => {
  test.each([
    ['10', 100_000],
    ['2.5', 25_000],
    ['0.0001', 1],
    ['100', 1_000_000],
    [' 33.3333 % ', 333_333],
    ['10%', 100_000],
    ['29.57', 295_700],
  ])('%j is a size', (text, parts) => {
    expect(parseSampleSize(text)._unsafeUnwrap()).toBe(parts);
  });

  test.each(['0', '0.0', '100.0001', '101', '-5', '', '%', 'ten', '1e1', '0x10', '5,5', '0.00001', 'NaN'])(
    '%j is no size, and the message says what is',
    (text) => {
      const { kind, hint } = parseSampleSize(text)._unsafeUnwrapErr();
      expect([kind, hint]).toEqual(['usage', 'give a percentage above 0 and up to 100, such as 10 or 2.5']);
    },
  );

  test('a beginning may be 0, and is below 100', () => {
    expect(parseSampleStart('0')._unsafeUnwrap()).toBe(0);
    expect(parseSampleStart('99.9999')._unsafeUnwrap()).toBe(999_999);
    expect(parseSampleStart('100').isErr()).toBe(true);
    expect(parseSampleStart('x').isErr()).toBe(true);
  });
});
