import { keepError, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import type { Cron } from '../cron/cron.js';

/** A dictionary of `StartCalendarInterval`: what is left out is every one. */
export type CalendarInterval = Readonly<
  Partial<Record<'Month' | 'Day' | 'Weekday' | 'Hour' | 'Minute', number>>
>;

/** So many dictionaries are some 100 KB of plist. */
const MOST_INTERVALS = 500;

/**
 * A cron expression as dictionaries of launchd. Each holds one number a field, so that lists are multiplied out. No
 * dictionary has both kinds of days: whichever way launchd may combine them, either is enough. More than 500 are
 * refused.
 *
 * @example
 * parseCron('0 3,15 * * *').andThen(calendarIntervals); // ok([{ Hour: 3, Minute: 0 }, { Hour: 15, Minute: 0 }])
 */
export function calendarIntervals(cron: Cron): Result<readonly CalendarInterval[], KeepError> {
  const days = [
    ...(cron.monthDays ?? []).map((Day): CalendarInterval => ({ Day })),
    ...(cron.weekDays ?? []).map((Weekday): CalendarInterval => ({ Weekday })),
  ];
  const dimensions: readonly (readonly CalendarInterval[])[] = [
    (cron.months ?? [null]).map((Month) => (Month === null ? {} : { Month })),
    days.length === 0 ? [{}] : days,
    (cron.hours ?? [null]).map((Hour) => (Hour === null ? {} : { Hour })),
    (cron.minutes ?? [null]).map((Minute) => (Minute === null ? {} : { Minute })),
  ];
  const count = dimensions.reduce((product, choices) => product * choices.length, 1);
  if (count > MOST_INTERVALS) return err(tooMany(count));
  return ok(
    dimensions.reduce<readonly CalendarInterval[]>(
      (all, choices) => all.flatMap((so) => choices.map((choice) => ({ ...so, ...choice }))),
      [{}],
    ),
  );
}

function tooMany(count: number): KeepError {
  return keepError(
    'unsupported',
    'render schedule',
    `launchd takes one number a field, and this schedule multiplies out to ${count.toString()} entries, of which ${MOST_INTERVALS.toString()} are the most`,
    { hint: 'use * where every one may be meant, or fewer numbers' },
  );
}
