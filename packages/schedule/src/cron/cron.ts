/**
 * The moments that a cron expression means, field by field: sorted numbers, or null where every one is meant. Where
 * both kinds of days are given, a day that is either of them counts, as for every cron.
 */
export interface Cron {
  /** 0 to 59. */
  readonly minutes: readonly number[] | null;
  /** 0 to 23. */
  readonly hours: readonly number[] | null;
  /** 1 to 31. */
  readonly monthDays: readonly number[] | null;
  /** 1 to 12. */
  readonly months: readonly number[] | null;
  /** 0 to 6, from Sunday on. */
  readonly weekDays: readonly number[] | null;
}

/** A field of a cron expression. */
export interface CronFieldSpec {
  readonly field: keyof Cron;
  /** How messages call it. */
  readonly name: string;
  readonly least: number;
  /** The largest that there is; of weekdays 7 may be written, which is 0. */
  readonly most: number;
  /** What stands for a number, from `least` on. */
  readonly words: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEK_DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The fields in the order in which they are written. */
export const CRON_FIELDS: readonly CronFieldSpec[] = [
  { field: 'minutes', name: 'minute', least: 0, most: 59, words: [] },
  { field: 'hours', name: 'hour', least: 0, most: 23, words: [] },
  { field: 'monthDays', name: 'day of the month', least: 1, most: 31, words: [] },
  { field: 'months', name: 'month', least: 1, most: 12, words: MONTHS },
  { field: 'weekDays', name: 'weekday', least: 0, most: 6, words: WEEK_DAYS },
];
