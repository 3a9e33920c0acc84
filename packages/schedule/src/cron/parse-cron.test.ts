import fc from 'fast-check';
import { expect, test } from 'vitest';
import { someCron } from '../../test/helpers/some-cron.js';
import { cronText } from './cron-text.js';
import { CRON_FIELDS } from './cron.js';
import { parseCron } from './parse-cron.js';

const every = { minutes: null, hours: null, monthDays: null, months: null, weekDays: null };

test.each([
  ['* * * * *', every, '* * * * *'],
  ['0 3 * * *', { ...every, minutes: [0], hours: [3] }, '0 3 * * *'],
  [' 5\t4  * * sun ', { ...every, minutes: [5], hours: [4], weekDays: [0] }, '5 4 * * 0'],
  ['0 0 * * 7', { ...every, minutes: [0], hours: [0], weekDays: [0] }, '0 0 * * 0'],
  ['0 0 * * 5-7', { ...every, minutes: [0], hours: [0], weekDays: [0, 5, 6] }, '0 0 * * 0,5,6'],
  ['0 0 * * 0-7', { ...every, minutes: [0], hours: [0] }, '0 0 * * *'],
  ['*/15 * * * *', { ...every, minutes: [0, 15, 30, 45] }, '*/15 * * * *'],
  ['*/7 * * * *', { ...every, minutes: [0, 7, 14, 21, 28, 35, 42, 49, 56] }, '*/7 * * * *'],
  ['5-59/15 * * * *', { ...every, minutes: [5, 20, 35, 50] }, '5-50/15 * * * *'],
  [
    '0 9-17 * * MON-Fri',
    { ...every, minutes: [0], hours: [9, 10, 11, 12, 13, 14, 15, 16, 17], weekDays: [1, 2, 3, 4, 5] },
    '0 9-17 * * 1-5',
  ],
  [
    '30 6 1,15 jan,jul *',
    { ...every, minutes: [30], hours: [6], monthDays: [1, 15], months: [1, 7] },
    '30 6 1,15 1,7 *',
  ],
  ['0 3 1 * 1', { ...every, minutes: [0], hours: [3], monthDays: [1], weekDays: [1] }, '0 3 1 * 1'],
  [
    '0 3 1-31/2 * 1',
    {
      ...every,
      minutes: [0],
      hours: [3],
      monthDays: [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31],
      weekDays: [1],
    },
    '0 3 1-31/2 * 1',
  ],
  // Days that are all of them, or the others: all.
  ['0 3 15 * 0-6', { ...every, minutes: [0], hours: [3] }, '0 3 * * *'],
  ['0 3 1-31 * 1', { ...every, minutes: [0], hours: [3] }, '0 3 * * *'],
  ['0 3 */1 * 1', { ...every, minutes: [0], hours: [3], weekDays: [1] }, '0 3 * * 1'],
  [
    '0 3 */2 * *',
    {
      ...every,
      minutes: [0],
      hours: [3],
      monthDays: [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31],
    },
    '0 3 */2 * *',
  ],
  ['0 0 29 2 *', { ...every, minutes: [0], hours: [0], monthDays: [29], months: [2] }, '0 0 29 2 *'],
  [
    '0 0 30 2 sun',
    { ...every, minutes: [0], hours: [0], monthDays: [30], months: [2], weekDays: [0] },
    '0 0 30 2 0',
  ],
  ['@daily', { ...every, minutes: [0], hours: [0] }, '0 0 * * *'],
  ['@Weekly', { ...every, minutes: [0], hours: [0], weekDays: [0] }, '0 0 * * 0'],
  ['@annually', { ...every, minutes: [0], hours: [0], monthDays: [1], months: [1] }, '0 0 1 1 *'],
])('%s', (text, meant, written) => {
  const cron = parseCron(text)._unsafeUnwrap();
  expect(cron).toEqual(meant);
  expect(cronText(cron)).toBe(written);
});

test.each([
  ['', '"" has 0 of 5 fields', 'they are minute, hour, day of the month, month and weekday, as in 0 3 * * *'],
  [
    '0 3 * *',
    '"0 3 * *" has 4 of 5 fields',
    'they are minute, hour, day of the month, month and weekday, as in 0 3 * * *',
  ],
  ['0 0 3 * * *', '"0 0 3 * * *" has 6 of 5 fields', 'seconds and years are no part of it'],
  ['0 25 * * *', '"0 25 * * *": the hour "25" is none', 'it goes from 0 to 23'],
  ['60 * * * *', '"60 * * * *": the minute "60" is none', 'it goes from 0 to 59'],
  ['0 0 0 * *', '"0 0 0 * *": the day of the month "0" is none', 'it goes from 1 to 31'],
  ['0 0 * 13 *', '"0 0 * 13 *": the month "13" is none', 'it goes from 1 to 12'],
  ['0 0 * * 8', '"0 0 * * 8": the weekday "8" is none', 'it goes from 0 to 7'],
  ['0 0 * * monday', '"0 0 * * monday": the weekday "monday" is too long', 'write mon'],
  ['0 0 * * fri-mon', '"0 0 * * fri-mon": the weekday "fri-mon" runs backwards', 'write fri-sat,sun-mon'],
  ['0 22-4 * * *', '"0 22-4 * * *": the hour "22-4" runs backwards', 'write 22-23,0-4'],
  ['0 23-0 * * *', '"0 23-0 * * *": the hour "23-0" runs backwards', 'write 23,0'],
  [
    '5/15 * * * *',
    '"5/15 * * * *": the minute "5/15" has a step and no range, which crons take for different things',
    'write 5-59/15',
  ],
  [
    '*/90 * * * *',
    '"*/90 * * * *": the minute "*/90" has a step that leads out of 0-59',
    'a step counts within one field, and is 1 to 59 here',
  ],
  [
    '*/0 * * * *',
    '"*/0 * * * *": the minute "*/0" has a step of 0',
    'a step counts within one field, and is 1 to 59 here',
  ],
  ['*,5 * * * *', '"*,5 * * * *": the minute "*,5" has * in a list', '* alone means every one'],
  [
    '1,,2 * * * *',
    '"1,,2 * * * *": the minute "" is none',
    'it takes *, numbers from 0 to 59, ranges (1-5), steps (*/2) and lists (1,3)',
  ],
  [
    'H 3 * * *',
    '"H 3 * * *": the minute "H" is not known; for chance there is jitter',
    'it takes *, numbers from 0 to 59, ranges (1-5), steps (*/2) and lists (1,3)',
  ],
  [
    '0 0 L * *',
    '"0 0 L * *": the day of the month "L" is none',
    'it takes *, numbers from 1 to 31, ranges (1-5), steps (*/2) and lists (1,3)',
  ],
  [
    '0 0 * * 1#2',
    '"0 0 * * 1#2": the weekday "1#2" is none',
    'it takes *, numbers from 0 to 6, names from sun to sat, ranges (1-5), steps (*/2) and lists (1,3)',
  ],
  [
    '-1 * * * *',
    '"-1 * * * *": the minute "-1" is none',
    'it takes *, numbers from 0 to 59, ranges (1-5), steps (*/2) and lists (1,3)',
  ],
  [
    '*-5 * * * *',
    '"*-5 * * * *": the minute "*-5" is none',
    'it takes *, numbers from 0 to 59, ranges (1-5), steps (*/2) and lists (1,3)',
  ],
  [
    '0 3 \x1b * *',
    '"0 3 \\x1b * *": the day of the month "\\x1b" is none',
    'it takes *, numbers from 1 to 31, ranges (1-5), steps (*/2) and lists (1,3)',
  ],
  [
    '0 3 */2 * 1',
    '"0 3 */2 * 1": it has a step of * in one kind of days beside the other kind, where some crons want both to hold and others either',
    'write the days out: 1-31/2 instead of */2',
  ],
  [
    '0 3 1 * */2',
    '"0 3 1 * */2": it has a step of * in one kind of days beside the other kind, where some crons want both to hold and others either',
    'write the days out: 1-31/2 instead of */2',
  ],
  ['0 3 30,31 2 *', '"0 3 30,31 2 *": no month of it has such a day', 'it would never run'],
  ['0 3 31 4,6 *', '"0 3 31 4,6 *": no month of it has such a day', 'it would never run'],
  ['@reboot', '@reboot is no time', 'write when it is to run, as in @daily'],
  ['@every 1h', '@every is known to few crons', 'write five fields: */30 * * * * is every half hour'],
  ['@dayly', '"@dayly" is no name of a schedule', 'did you mean @daily?'],
  ['CRON_TZ=UTC 0 3 * * *', 'a time zone stands in the expression', 'write timeZone: beside it'],
  [`0 3 ${'1,'.repeat(200)}1 * *`, 'it is too long', 'write five fields, as in 0 3 * * *'],
])('%s is refused', (text, message, hint) => {
  expect(parseCron(text)._unsafeUnwrapErr()).toMatchObject({ kind: 'usage', message, hint });
});

test('whatever it is, its text reads back as it', () => {
  fc.assert(
    fc.property(someCron, (cron) => {
      const text = cronText(cron);
      expect([text, parseCron(text)._unsafeUnwrap()]).toEqual([text, cron]);
    }),
    { numRuns: 2000 },
  );
});

test('no text brings it down, and what it takes is within its fields', () => {
  const piece = fc.constantFrom('*', '/', '-', ',', '0', '7', '15', '31', '59', 'mon', 'jan', '?', ' ');
  const text = fc.array(fc.array(piece, { maxLength: 5 }), { minLength: 4, maxLength: 6 });
  fc.assert(
    fc.property(text, (fields) => {
      const parsed = parseCron(fields.map((field) => field.join('')).join(' '));
      if (parsed.isErr()) return;
      for (const { field, least, most } of CRON_FIELDS) {
        const values = parsed.value[field];
        if (values === null) continue;
        expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
        expect(values.every((value) => value >= least && value <= most)).toBe(true);
        expect(values.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 5000 },
  );
});
