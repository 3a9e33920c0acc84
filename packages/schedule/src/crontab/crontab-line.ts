import type { KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { cronText } from '../cron/cron-text.js';
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

/** A job of cron. */
export interface CrontabJob {
  readonly schedule: Schedule;
  readonly program: Program;
  /** Where standard output and error are appended, an absolute path; null for the mail that cron sends. */
  readonly logFile: string | null;
  /** The machine's time zone; null where it is not known. */
  readonly machineZone: string | null;
}

/** What Debian's cron takes of a line. */
const MOST_COMMAND_BYTES = 998;

/**
 * A line for `crontab -e`, and above it `CRON_TZ` where the schedule names a time zone that is not the machine's. No
 * cron makes up for a time that passed while the machine slept or was off.
 */
export function crontabLine({
  schedule,
  program,
  logFile,
  machineZone,
}: CrontabJob): Result<Rendered, KeepError> {
  const checked = checkProgram(program).andThen(() => checkText('the log file', logFile ?? ''));
  if (checked.isErr()) return err(checked.error);
  const variables = Object.entries(program.environment).map(([name, value]) => `${name}=${shellWord(value)}`);
  const words = argvWithJitter(program, schedule).map(shellWord);
  const output = logFile === null ? [] : ['>>', shellWord(logFile), '2>&1'];
  // What follows a bare % is standard input to cron, whatever quotes it stands in.
  const command = [...variables, ...words, ...output].join(' ').replaceAll('%', '\\%');
  if (new TextEncoder().encode(command).length > MOST_COMMAND_BYTES)
    return err(
      invalid('the command is longer than a line of a crontab may be', 'use shorter paths, or a script'),
    );
  const { timeZone } = schedule;
  const isElsewhere = timeZone !== null && !(machineZone !== null && isSameZone(timeZone, machineZone));
  const lines = [
    ...(isElsewhere ? [`CRON_TZ=${timeZone}`] : []),
    `${cronText(schedule.cron)} ${command}`,
    '',
  ];
  return ok({
    text: lines.join('\n'),
    caveats: [
      'cron makes up for no time that passed while the machine slept or was off',
      ...(isElsewhere
        ? [
            `only cronie (of Fedora, RHEL, Arch and SUSE) obeys CRON_TZ; the crons of Debian, Ubuntu, Alpine and macOS pass over it and go by the machine's time zone${machineZone === null ? '' : `, ${machineZone}`}`,
          ]
        : []),
      ...jitterCaveat('cron', program, schedule),
    ],
  });
}

/** A word as a POSIX shell reads it back. */
function shellWord(text: string): string {
  return /^[\w./@+:,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
