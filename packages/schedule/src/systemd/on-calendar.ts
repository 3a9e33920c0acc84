import type { Cron } from '../cron/cron.js';
import { shortened } from '../cron/shortened.js';
import type { Schedule } from '../schedule/schedule.js';

const WEEK_DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/**
 * A schedule as calendar events of systemd, a line each. To systemd days must fit by date and weekday, to cron by
 * either: where both are given, each has a line of its own.
 *
 * @example
 * parseSchedule({ cron: '0 3 1 * mon', timeZone: 'UTC' }).map(onCalendar); // ok(['*-*-01 03:00:00 UTC', 'Mon *-*-* 03:00:00 UTC'])
 */
export function onCalendar({ cron, timeZone }: Schedule): readonly string[] {
  const { monthDays, weekDays } = cron;
  const zone = timeZone === null ? '' : ` ${timeZone}`;
  const bothDays = monthDays !== null && weekDays !== null;
  const lines = bothDays
    ? [
        { ...cron, weekDays: null },
        { ...cron, monthDays: null },
      ]
    : [cron];
  return lines.map((one) => `${event(one)}${zone}`);
}

function event({ minutes, hours, monthDays, months, weekDays }: Cron): string {
  const date = `*-${part(months, 1, 12)}-${part(monthDays, 1, 31)}`;
  const time = `${part(hours, 0, 23)}:${part(minutes, 0, 59)}:00`;
  return `${weekDays === null ? '' : `${weekPart(weekDays)} `}${date} ${time}`;
}

function part(values: readonly number[] | null, least: number, most: number): string {
  if (values === null) return '*';
  const two = (value: number): string => value.toString().padStart(2, '0');
  return shortened(
    values,
    { least, most },
    ({ from, to, step, isWhole }) =>
      isWhole ? `${two(from)}/${step}` : `${two(from)}..${two(to)}${step === 1 ? '' : `/${step}`}`,
    two,
  );
}

/** In systemd's week Sunday is the last. Steps are written out, as they have none. */
function weekPart(values: readonly number[]): string {
  const ordered = values.map((day) => (day === 0 ? 7 : day)).sort((a, b) => a - b);
  const name = (day: number): string => WEEK_DAYS[day % 7] ?? '';
  return shortened(
    ordered,
    { least: 1, most: 7 },
    ({ from, to, step }) => (step === 1 ? `${name(from)}..${name(to)}` : ordered.map(name).join(',')),
    name,
  );
}
