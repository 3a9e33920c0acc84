import { expect, test } from 'vitest';
import { NO_LIMITS, readLimits } from './limits.js';

test('what is not given is not limited', () => {
  expect(readLimits({})._unsafeUnwrap()).toEqual(NO_LIMITS);
});

test('lanes and rate', () => {
  const limits = readLimits({ lanes: '64', bwlimit: '8M' })._unsafeUnwrap();
  expect(limits).toEqual({ lanes: 64, bytesPerSecond: 8_000_000 });
});

test.each(['0', '65', '100', '-1', '1.5', 'many', '', ' 4', '４'])('--lanes %j is refused', (lanes) => {
  const { kind, message, hint } = readLimits({ lanes })._unsafeUnwrapErr();
  expect([kind, hint]).toEqual(['usage', 'write a number from 1 to 64']);
  expect(message).toContain('--lanes');
});

test('--bwlimit names itself in what is wrong with it', () => {
  const { message } = readLimits({ bwlimit: '8' })._unsafeUnwrapErr();
  expect(message).toBe('--bwlimit: "8" is no rate');
});
