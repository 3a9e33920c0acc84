import type { KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import {
  argvWithJitter,
  checkProgram,
  checkText,
  invalid,
  jitterCaveat,
  type Program,
  type Rendered,
} from '../render/program.js';
import type { Schedule } from '../schedule/schedule.js';
import { isSameZone } from '../schedule/time-zone.js';
import { calendarIntervals } from './calendar-intervals.js';
import { plistText } from './plist-text.js';

/** A job of launchd. */
export interface LaunchdJob {
  /** Its name, and that of its file without `.plist`. */
  readonly label: string;
  readonly schedule: Schedule;
  readonly program: Program;
  /** Where standard output and error are appended: an absolute path in a folder that is there. */
  readonly logFile: string;
  /** Whom a LaunchDaemon runs as; null makes a LaunchAgent, which runs as whoever is logged in. */
  readonly userName: string | null;
  /** The Mac's time zone, which is the one that counts; null where it is not known. */
  readonly machineZone: string | null;
}

/** Seconds between SIGTERM and SIGKILL: what is under way is ended and recorded. */
const EXIT_TIMEOUT = 60;

/**
 * The plist of a LaunchAgent or LaunchDaemon. launchd makes up for a time that passed while the Mac slept, once, when
 * it wakes; not for one that passed while it was off.
 */
export function launchdPlist(job: LaunchdJob): Result<Rendered, KeepError> {
  const { label, schedule, program, logFile, userName } = job;
  const problem = checkJob(job);
  if (problem !== null) return err(problem);
  return calendarIntervals(schedule.cron).map((intervals) => ({
    text: plistText({
      Label: label,
      ...(userName !== null && { UserName: userName }),
      ProgramArguments: argvWithJitter(program, schedule),
      ...(Object.keys(program.environment).length > 0 && { EnvironmentVariables: program.environment }),
      StartCalendarInterval: intervals,
      StandardOutPath: logFile,
      StandardErrorPath: logFile,
      ExitTimeOut: EXIT_TIMEOUT,
    }),
    caveats: [...zoneCaveat(job), ...jitterCaveat('launchd', program, schedule)],
  }));
}

function checkJob({ label, program, logFile, userName }: LaunchdJob): KeepError | null {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(label)) return invalid(`"${label}" is no label of launchd`);
  if (!logFile.startsWith('/')) return invalid(`the log file ${logFile} is no absolute path`);
  const checked = checkProgram(program)
    .andThen(() => checkText('the log file', logFile))
    .andThen(() => (userName === null ? ok(undefined) : checkText("the user's name", userName)));
  return checked.isErr() ? checked.error : null;
}

function zoneCaveat({ schedule: { timeZone }, machineZone }: LaunchdJob): string[] {
  if (timeZone === null || (machineZone !== null && isSameZone(timeZone, machineZone))) return [];
  const isNot = machineZone === null ? `which must be ${timeZone}` : `${machineZone}, and not by ${timeZone}`;
  return [`launchd knows no time zones: it goes by the Mac's, ${isNot}`];
}
