import type { Cron } from '../cron/cron.js';
import type { Schedule } from './schedule.js';
import { ZoneClock } from './zone-clock.js';

/** 29 February 2096 and the next are eight years apart. */
const MOST_DAYS = 9 * 366;
const DAY_MS = 86_400_000;

/**
 * The next times of a schedule after a moment, in milliseconds since 1970; jitter comes on top. As for systemd, a time
 * that clocks leave out in spring does not come, and one that they show twice in autumn comes once.
 *
 * @param from milliseconds since 1970; a time at that very moment is not next
 * @param count how many; fewer where the next nine years have not so many
 * @param localZone the time zone of the machine, where the schedule names none
 *
 * @example
 * parseSchedule({ cron: '@daily' }).map((schedule) => nextRuns(schedule, 0, 1, 'UTC')); // ok([86_400_000])
 */
export function nextRuns(schedule: Schedule, from: number, count: number, localZone: string): number[] {
  const { cron, timeZone } = schedule;
  const clock = new ZoneClock(timeZone ?? localZone);
  const found: number[] = [];
  // Days are counted as UTC days that bear the date of the zone.
  const first = Math.floor(clock.wallOf(from) / DAY_MS);
  for (let day = first; day < first + MOST_DAYS && found.length < count; day++) {
    if (!isDay(cron, new Date(day * DAY_MS))) continue;
    for (const minute of minutesOf(cron)) {
      const moment = clock.momentOf(day * DAY_MS + minute * 60_000);
      if (moment !== null && moment > from) found.push(moment);
      if (found.length === count) break;
    }
  }
  return found;
}

function isDay({ months, monthDays, weekDays }: Cron, date: Date): boolean {
  if (months !== null && !months.includes(date.getUTCMonth() + 1)) return false;
  const isMonthDay = monthDays?.includes(date.getUTCDate()) ?? null;
  const isWeekDay = weekDays?.includes(date.getUTCDay()) ?? null;
  if (isMonthDay === null || isWeekDay === null) return isMonthDay ?? isWeekDay ?? true;
  return isMonthDay || isWeekDay;
}

/** Since midnight. */
function* minutesOf({ hours, minutes }: Cron): Generator<number> {
  for (const hour of hours ?? upTo(24)) for (const minute of minutes ?? upTo(60)) yield hour * 60 + minute;
}

function upTo(end: number): number[] {
  return Array.from({ length: end }, (_, at) => at);
}
