import { expect, test } from 'vitest';
import { clockOffset } from './pod-clock.js';

const SECOND = 1_000_000_000n;

test.each([
  ['within the second that it said', 1_000, 1_000_400, 1_000_900, 0n],
  ['asked long, and said in the meantime', 1_005, 1_000_000, 1_010_000, 0n],
  ['a second that ended just before', 999, 1_000_000, 1_000_100, 0n],
  ['behind', 940, 1_001_000, 1_001_100, -60n * SECOND],
  ['ahead', 1_062, 1_001_000, 1_002_000, 60n * SECOND],
])('%s', (_, said, began, ended, offset) => {
  expect(clockOffset(said, began, ended)).toBe(offset);
});
