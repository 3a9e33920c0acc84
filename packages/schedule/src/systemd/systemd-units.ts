import type { KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { checkProgram, checkText, invalid, type Program } from '../render/program.js';
import type { Schedule } from '../schedule/schedule.js';
import { onCalendar } from './on-calendar.js';

/** A job of systemd. */
export interface SystemdJob {
  /** The name of both units, without `.service` and `.timer`. */
  readonly name: string;
  /** What `systemctl` calls it. */
  readonly description: string;
  readonly schedule: Schedule;
  readonly program: Program;
  /** Whom a unit of the system runs as; null for a unit of a user's own. */
  readonly userName: string | null;
}

/** The texts of both units. */
export interface SystemdUnits {
  readonly service: string;
  readonly timer: string;
}

/**
 * A service and the timer that starts it. A time that passed while the machine slept or was off is made up for, once
 * (`Persistent=true`); jitter is the timer's own.
 */
export function systemdUnits(job: SystemdJob): Result<SystemdUnits, KeepError> {
  const problem = checkJob(job);
  if (problem !== null) return err(problem);
  const { description, schedule, program, userName, name } = job;
  const service = [
    '[Unit]',
    `Description=${specifier(description)}`,
    '',
    '[Service]',
    'Type=oneshot',
    ...(userName === null ? [] : [`User=${userName}`]),
    ...Object.entries(program.environment).map(
      ([key, value]) => `Environment=${quoted(specifier(`${key}=${value}`))}`,
    ),
    `ExecStart=${program.argv.map(argument).join(' ')}`,
    // Time to end and record what is under way.
    'TimeoutStopSec=60',
    '',
  ];
  const timer = [
    '[Unit]',
    `Description=${specifier(description)}, by the clock`,
    '',
    '[Timer]',
    ...onCalendar(schedule).map((line) => `OnCalendar=${line}`),
    'Persistent=true',
    ...(schedule.jitterSeconds > 0 ? [`RandomizedDelaySec=${schedule.jitterSeconds.toString()}`] : []),
    `Unit=${name}.service`,
    '',
    '[Install]',
    'WantedBy=timers.target',
    '',
  ];
  return ok({ service: service.join('\n'), timer: timer.join('\n') });
}

function checkJob({ name, description, program, userName }: SystemdJob): KeepError | null {
  if (!/^[A-Za-z0-9][\w.-]{0,200}$/.test(name)) return invalid(`"${name}" is no name of a unit`);
  if (userName !== null && !/^[A-Za-z0-9_][\w.-]*$/.test(userName))
    return invalid(`"${userName}" is no name of a user to systemd`);
  const [path] = program.argv;
  // Of its first word systemd takes these for itself, and no way of writing them keeps it from that.
  if (/[$"'\\]/.test(path))
    return invalid(
      `the program's path ${path} has a character that systemd takes for itself`,
      'move it, or link to it from elsewhere',
    );
  const checked = checkProgram(program).andThen(() => checkText('the description', description));
  return checked.isErr() ? checked.error : null;
}

/** `%h` and the like would be replaced. */
function specifier(text: string): string {
  return text.replaceAll('%', '%%');
}

function argument(text: string, at: number): string {
  // Variables are not looked for in the path of the program.
  const literal = at === 0 ? text : text.replaceAll('$', '$$$$');
  return quoted(specifier(literal));
}

function quoted(text: string): string {
  return /^[\w./@%+:,=$-]+$/.test(text) ? text : `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
