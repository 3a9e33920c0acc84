import { expect, test } from 'vitest';
import { parseSchedule } from './schedule.js';
import { isSameZone } from './time-zone.js';

test('all of it, and nothing but a time', () => {
  const cron = { minutes: [0], hours: [3], monthDays: null, months: null, weekDays: null };
  expect(parseSchedule({ cron: '0 3 * * *' })._unsafeUnwrap()).toEqual({
    cron,
    timeZone: null,
    jitterSeconds: 0,
  });
  expect(
    parseSchedule({ cron: '0 3 * * *', timeZone: 'Asia/Kolkata', jitter: '1h30m' })._unsafeUnwrap(),
  ).toEqual({
    cron,
    timeZone: 'Asia/Kolkata',
    jitterSeconds: 5400,
  });
});

test.each([
  [
    { cron: '0 3' },
    'cron',
    '"0 3" has 2 of 5 fields',
    'they are minute, hour, day of the month, month and weekday, as in 0 3 * * *',
  ],
  [
    { cron: '@daily', timeZone: 'Europe/Berln' },
    'timeZone',
    '"Europe/Berln" is no time zone',
    'did you mean Europe/Berlin?',
  ],
  [
    { cron: '@daily', timeZone: 'europe/berlin' },
    'timeZone',
    '"europe/berlin" is no time zone',
    'did you mean Europe/Berlin?',
  ],
  [
    { cron: '@daily', timeZone: 'EUROPE/BERLIN' },
    'timeZone',
    '"EUROPE/BERLIN" is no time zone',
    'did you mean Europe/Berlin?',
  ],
  [
    { cron: '@daily', timeZone: 'ASIA/KOLKATA' },
    'timeZone',
    '"ASIA/KOLKATA" is no time zone',
    'did you mean Asia/Calcutta?',
  ],
  [
    { cron: '@daily', timeZone: '+02:00' },
    'timeZone',
    '"+02:00" is no time zone',
    'write it as Europe/Berlin or UTC',
  ],
  [
    { cron: '@daily', timeZone: 'Local' },
    'timeZone',
    '"Local" is no time zone',
    'write it as Europe/Berlin or UTC',
  ],
  [
    { cron: '@daily', timeZone: 'UTC\nX' },
    'timeZone',
    '"UTC\\x0aX" is no time zone',
    'write it as Europe/Berlin or UTC',
  ],
  [{ cron: '@daily', jitter: 'some' }, 'jitter', '"some" is no age', 'write it as 36h, 2d or 1d12h'],
  [
    { cron: '@daily', jitter: '1d' },
    'jitter',
    '"1d" is more than half a day',
    'write how much later a run may begin, as 15m',
  ],
])('%j is refused', (written, key, message, hint) => {
  expect(parseSchedule(written)._unsafeUnwrapErr()).toMatchObject({ kind: 'usage', key, message, hint });
});

test.each([
  'UTC',
  'Etc/UTC',
  'Etc/GMT+5',
  'America/Argentina/Buenos_Aires',
  'America/Port-au-Prince',
  'GB-Eire',
])('%s is a time zone', (timeZone) => {
  expect(parseSchedule({ cron: '@daily', timeZone })._unsafeUnwrap().timeZone).toBe(timeZone);
});

test('names of one zone, and of zones that agree by chance', () => {
  expect(isSameZone('UTC', 'Etc/UTC')).toBe(true);
  expect(isSameZone('Asia/Kolkata', 'Asia/Calcutta')).toBe(true);
  expect(isSameZone('Europe/Berlin', 'Europe/Rome')).toBe(false);
  expect(isSameZone('Nowhere', 'Europe/Rome')).toBe(false);
});
