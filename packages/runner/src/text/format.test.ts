import { expect, test } from 'vitest';
import { formatAge, formatAgo, formatBytes, formatCount, formatDuration, plural } from './format.js';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 KB'],
  [1536, '1.5 KB'],
  [999_949, '999.9 KB'],
  [999_950, '1.0 MB'],
  [1_360_000_000, '1.4 GB'],
  [Number.MAX_SAFE_INTEGER, '9.0 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0.0 s'],
  [340, '0.3 s'],
  [9949, '9.9 s'],
  [9960, '10 s'],
  [59_400, '59 s'],
  [59_600, '1:00'],
  [185_000, '3:05'],
  [3_723_000, '1:02:03'],
  [-5, '0.0 s'],
])('%d ms are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('counts', () => {
  expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([plural(1, 'file'), plural(2000, 'file'), plural(0, 'entry', 'entries')]).toEqual([
    '1 file',
    '2,000 files',
    '0 entries',
  ]);
});

test.each([
  [0, '0 s', 'just now'],
  [59_999, '59 s', 'just now'],
  [60_000, '1 min', '1 min ago'],
  [3_599_999, '59 min', '59 min ago'],
  [47.9 * 3_600_000, '47 h', '47 h ago'],
  [48 * 3_600_000, '2 d', '2 d ago'],
  [700 * 86_400_000, '700 d', '700 d ago'],
  [56 * 31_557_600_000, '56 y', '56 y ago'],
  [-59_999, '0 s', 'just now'],
  [-7_200_000, '0 s', 'in 2 h'],
])('%d ms are %s, and that is %s', (ms, age, ago) => {
  expect(formatAge(ms)).toBe(age);
  expect(formatAgo(ms)).toBe(ago);
});
