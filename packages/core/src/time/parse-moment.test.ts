import { expect, test } from 'vitest';
import { parseAge, parseMoment } from './parse-moment.js';

const now = Date.UTC(2026, 2, 31, 12, 0, 0, 250);
const moment = (text: string): string => parseMoment(text, now)._unsafeUnwrap();

test.each([
  ['2026-03-31T18:00:00Z', '2026-03-31T18:00:00.000Z'],
  ['2026-03-31T18:00:00.1239Z', '2026-03-31T18:00:00.123Z'],
  ['2026-03-31 18:00:00 +02:00', '2026-03-31T16:00:00.000Z'],
  ['2026-03-31T18:00-0530', '2026-03-31T23:30:00.000Z'],
  ['0099-01-01T00:00Z', '0099-01-01T00:00:00.000Z'],
])('%s has a zone', (text, iso) => {
  expect(moment(text)).toBe(iso);
});

test.each([
  ['36h', '2026-03-30T00:00:00.250Z'],
  ['2d', '2026-03-29T12:00:00.250Z'],
  ['1d12h', '2026-03-30T00:00:00.250Z'],
  ['90s', '2026-03-31T11:58:30.250Z'],
  ['1.5h', '2026-03-31T10:30:00.250Z'],
  ['1w', '2026-03-24T12:00:00.250Z'],
])('%s is that long ago', (text, iso) => {
  expect(moment(text)).toBe(iso);
});

test('without a zone it is local time, and a date alone is its local midnight', () => {
  expect(moment('2026-07-01T08:30:15')).toBe(new Date(2026, 6, 1, 8, 30, 15).toISOString());
  expect(moment('2026-07-01')).toBe(new Date(2026, 6, 1).toISOString());
});

test.each([
  '',
  'yesterday',
  '2026-02-30',
  '2026-13-01',
  '2026-01-01T25:00',
  '2026-01-01T10:00+99:00',
  '12',
  'h',
  '-2d',
  '99999999999w',
])('%j is refused, and the message shows how to write one', (text) => {
  const error = parseMoment(text, now)._unsafeUnwrapErr();
  expect(error.kind).toBe('usage');
  expect(error.hint).toContain('36h');
});

test('an age alone', () => {
  expect(parseAge('1d12h')._unsafeUnwrap()).toBe(36 * 3_600_000);
  expect(parseAge('2026-01-01').isErr()).toBe(true);
  expect(parseAge('99999999999w').isErr()).toBe(true);
  expect(parseAge(`${'9'.repeat(400)}s`).isErr()).toBe(true);
});
