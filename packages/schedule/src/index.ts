/**
 * One schedule, a cron expression with a time zone and jitter, as launchd, systemd, Kubernetes and cron want it. Pure:
 * texts and data in, texts and data out. What is written where, and who is told, is its user's business.
 *
 * @example
 * const schedule = parseSchedule({ cron: '0 3 * * mon-fri', timeZone: 'Europe/Berlin', jitter: '15m' });
 * schedule.map(onCalendar); // ok(['Mon..Fri *-*-* 03:00:00 Europe/Berlin'])
 *
 * @module
 */
export type { Cron } from './cron/cron.js';
export { parseCron } from './cron/parse-cron.js';
export { cronText } from './cron/cron-text.js';
export {
  parseJitter,
  parseSchedule,
  type Schedule,
  type ScheduleError,
  type WrittenSchedule,
} from './schedule/schedule.js';
export { isSameZone, parseTimeZone } from './schedule/time-zone.js';
export { nextRuns } from './schedule/next-runs.js';
export type { Program, Rendered } from './render/program.js';
export { calendarIntervals, type CalendarInterval } from './launchd/calendar-intervals.js';
export { launchdPlist, type LaunchdJob } from './launchd/launchd-plist.js';
export { onCalendar } from './systemd/on-calendar.js';
export { systemdUnits, type SystemdJob, type SystemdUnits } from './systemd/systemd-units.js';
export { cronJobYaml, type CronJobSpec } from './kubernetes/cron-job.js';
export { crontabLine, type CrontabJob } from './crontab/crontab-line.js';
