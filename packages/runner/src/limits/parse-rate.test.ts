import { expect, test } from 'vitest';
import { parseRate } from './parse-rate.js';

test.each([
  ['8M', 8_000_000],
  ['500k', 500_000],
  ['500K', 500_000],
  ['1.5MiB/s', 1_572_864],
  ['10kB', 10_000],
  ['2 GB/s', 2_000_000_000],
  ['1Gi', 1_073_741_824],
  ['1T', 1e12],
  ['800B', 800],
  ['0.001k', 1],
])('%s', (text, rate) => {
  expect(parseRate(text)._unsafeUnwrap()).toBe(rate);
});

test.each([
  '',
  '8',
  '1000',
  'M',
  '-8M',
  '8Mbit',
  '8M/m',
  '0',
  '0M',
  '0.5B',
  '1e3k',
  '8 M x',
  'Infinity',
  '8Ω\x1b',
])('%j is refused, and what to write is said', (text) => {
  const { kind, message, hint } = parseRate(text)._unsafeUnwrapErr();
  expect(kind).toBe('usage');
  // eslint-disable-next-line no-control-regex -- it is what must not be there
  expect(message).toMatch(/^"[^\x00-\x1f]*" (is no rate|lets nothing by)$/);
  expect(hint).toContain('500k, 8M');
});
