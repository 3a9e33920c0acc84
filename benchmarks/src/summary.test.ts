import { expect, it } from 'vitest';
import { OURS, RSYNC, RSYNC_FSYNC } from './contenders.js';
import type { Measured } from './measure.js';
import { HELP, readOptions } from './options.js';
import { figuresOf, median, ratiosOf } from './summary.js';

const took = (...seconds: number[]): Measured[] =>
  seconds.map((one) => ({ seconds: one, peakBytes: one * 1000, failure: null }));

it('takes the middle one, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

it('holds ours against the targets', () => {
  const samples = new Map([
    [
      'first copy' as const,
      new Map([
        [OURS, took(6, 5, 9)],
        [RSYNC, took(4, 5, 3)],
        [RSYNC_FSYNC, took(7, 8, 6)],
      ]),
    ],
  ]);
  const figures = figuresOf(samples);
  expect(figures.find((one) => one.contender === OURS)).toMatchObject({
    best: 5,
    median: 6,
    peakBytes: 9000,
  });
  expect(ratiosOf(figures)).toEqual([
    { scenario: 'first copy', of: RSYNC_FSYNC, best: 5 / 6, median: 6 / 7, target: 1, met: true },
    { scenario: 'first copy', of: RSYNC, best: 5 / 3, median: 1.5, target: 1.5, met: true },
  ]);
});

it('has no ratio where something failed', () => {
  const failed = took(1).map((one) => ({ ...one, failure: 'ended with 1' }));
  const samples = new Map([
    [
      'nothing changed' as const,
      new Map([
        [OURS, failed],
        [RSYNC, took(1)],
      ]),
    ],
  ]);
  expect(ratiosOf(figuresOf(samples))).toEqual([]);
});

it('reads its arguments, and says what is wrong with them', () => {
  expect(readOptions(['--dir', 'x', '--rounds', '2', '--mib', '3'])).toMatchObject({
    folder: 'x',
    rounds: 2,
    bytes: 3 << 20,
  });
  expect(readOptions(['--help'])).toBe(HELP);
  expect(readOptions(['--rounds', 'many'])).toContain('whole numbers');
  expect(readOptions(['--round'])).toContain('--round');
});
