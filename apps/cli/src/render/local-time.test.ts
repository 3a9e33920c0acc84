import { parseMoment } from '@sessionkeep/core';
import { expect, test } from 'vitest';
import { localTime } from './local-time.js';

const time = new Date(2026, 2, 1, 4, 5, 6, 78);

test('is local, to the minute, the second or the millisecond', () => {
  const nanoseconds = BigInt(time.getTime()) * 1_000_000n;
  expect(localTime(nanoseconds)).toBe('2026-03-01 04:05');
  expect(localTime(time.toISOString(), 'second')).toBe('2026-03-01 04:05:06');
  expect(localTime(time.toISOString(), 'fine')).toBe('2026-03-01T04:05:06.078');
});

test('in its finest form it is what --at takes', () => {
  const taken = parseMoment(localTime(time.toISOString(), 'fine'), 0);
  expect(taken._unsafeUnwrap()).toBe(time.toISOString());
});

test('a time of no calendar is said to be none', () => {
  expect(localTime(10n ** 25n)).toBe('?');
  expect(localTime(-(10n ** 25n))).toBe('?');
  expect(localTime('never')).toBe('?');
});
