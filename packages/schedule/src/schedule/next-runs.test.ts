import { expect, test } from 'vitest';
import { nextRuns } from './next-runs.js';
import { parseSchedule } from './schedule.js';

function next(cron: string, timeZone: string | null, from: string, count = 3, localZone = 'UTC'): string[] {
  const schedule = parseSchedule({ cron, timeZone })._unsafeUnwrap();
  return nextRuns(schedule, Date.parse(from), count, localZone).map((at) =>
    new Date(at).toISOString().replace(':00.000Z', 'Z'),
  );
}

test.each([
  [
    '0 3 * * *',
    'UTC',
    '2026-11-23T02:59:59.999Z',
    ['2026-11-23T03:00Z', '2026-11-24T03:00Z', '2026-11-25T03:00Z'],
  ],
  // One at that very moment is not next.
  [
    '0 3 * * *',
    'UTC',
    '2026-11-23T03:00:00Z',
    ['2026-11-24T03:00Z', '2026-11-25T03:00Z', '2026-11-26T03:00Z'],
  ],
  // It is another day there already.
  [
    '0 0 24 * *',
    'Asia/Tokyo',
    '2026-11-23T14:59:00Z',
    ['2026-11-23T15:00Z', '2026-12-23T15:00Z', '2027-01-23T15:00Z'],
  ],
  [
    '0 3 1 * mon',
    'UTC',
    '2026-11-23T04:00:00Z',
    ['2026-11-30T03:00Z', '2026-12-01T03:00Z', '2026-12-07T03:00Z'],
  ],
  [
    '0 3 31 * *',
    'UTC',
    '2026-11-23T04:00:00Z',
    ['2026-12-31T03:00Z', '2027-01-31T03:00Z', '2027-03-31T03:00Z'],
  ],
  ['0 3 29 2 *', 'UTC', '2026-11-23T04:00:00Z', ['2028-02-29T03:00Z', '2032-02-29T03:00Z']],
  // Left out in spring, as 02:30 is on no clock then; twice in autumn, and counted once.
  [
    '30 2 * * *',
    'Europe/Berlin',
    '2026-03-27T12:00:00Z',
    ['2026-03-28T01:30Z', '2026-03-30T00:30Z', '2026-03-31T00:30Z'],
  ],
  [
    '30 2 * * *',
    'Europe/Berlin',
    '2026-10-24T12:00:00Z',
    ['2026-10-25T00:30Z', '2026-10-26T01:30Z', '2026-10-27T01:30Z'],
  ],
  [
    '30 2 * * *',
    'Europe/Berlin',
    '2026-10-25T00:45:00Z',
    ['2026-10-26T01:30Z', '2026-10-27T01:30Z', '2026-10-28T01:30Z'],
  ],
  // A zone half an hour off, and one that changes by half an hour.
  [
    '0 3 * * *',
    'Asia/Kolkata',
    '2026-11-23T00:00:00Z',
    ['2026-11-23T21:30Z', '2026-11-24T21:30Z', '2026-11-25T21:30Z'],
  ],
  [
    '15 2 * * *',
    'Australia/Lord_Howe',
    '2026-10-02T00:00:00Z',
    ['2026-10-02T15:45Z', '2026-10-04T15:15Z', '2026-10-05T15:15Z'],
  ],
])('%s in %s after %s', (cron, zone, from, expected) => {
  expect(next(cron, zone, from)).toEqual(expected);
});

test("without a zone the machine's counts", () => {
  expect(next('0 3 * * *', null, '2026-11-23T00:00:00Z', 1, 'America/New_York')).toEqual([
    '2026-11-23T08:00Z',
  ]);
  expect(next('0 3 * * *', 'UTC', '2026-11-23T00:00:00Z', 1, 'America/New_York')).toEqual([
    '2026-11-23T03:00Z',
  ]);
});

test('every minute, and none', () => {
  expect(next('* * * * *', 'UTC', '2026-12-31T23:58:30Z')).toEqual([
    '2026-12-31T23:59Z',
    '2027-01-01T00:00Z',
    '2027-01-01T00:01Z',
  ]);
  expect(next('* * * * *', 'UTC', '2026-12-31T23:58:30Z', 0)).toEqual([]);
});
