import { keepError, parseAge, printable, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import type { Cron } from '../cron/cron.js';
import { parseCron } from '../cron/parse-cron.js';
import { parseTimeZone } from './time-zone.js';

/** When something runs. */
export interface Schedule {
  readonly cron: Cron;
  /** An IANA name; null for the time zone of the machine that it runs on. */
  readonly timeZone: string | null;
  /** A run begins up to so much later than the time says, by chance: 0 for on time. */
  readonly jitterSeconds: number;
}

/** A schedule as people write it. */
export interface WrittenSchedule {
  readonly cron: string;
  readonly timeZone?: string | null;
  /** An age, as in `15m`. */
  readonly jitter?: string | null;
}

/** What is wrong with a written schedule, and which of its parts it is. */
export interface ScheduleError extends KeepError {
  readonly key: keyof WrittenSchedule;
}

/** Later than half a day, and nobody knows any more to which day a run belongs. */
const MOST_JITTER_SECONDS = 43_200;

/**
 * Reads a schedule.
 *
 * @example
 * parseSchedule({ cron: '0 3 * * *', timeZone: 'Europe/Berlin', jitter: '15m' });
 */
export function parseSchedule(written: WrittenSchedule): Result<Schedule, ScheduleError> {
  const { timeZone = null, jitter = null } = written;
  const cron = parseCron(written.cron).mapErr(about('cron'));
  if (cron.isErr()) return err(cron.error);
  const zone = timeZone === null ? ok(null) : parseTimeZone(timeZone).mapErr(about('timeZone'));
  if (zone.isErr()) return err(zone.error);
  const delay = jitter === null ? ok(0) : parseJitter(jitter).mapErr(about('jitter'));
  return delay.map((jitterSeconds) => ({ cron: cron.value, timeZone: zone.value, jitterSeconds }));
}

/**
 * Reads how much later a run may begin, in whole seconds: an age such as `15m`, at most half a day.
 *
 * @example
 * parseJitter('15m'); // ok(900)
 */
export function parseJitter(text: string): Result<number, KeepError> {
  return parseAge(text).andThen((ms) => {
    const seconds = Math.round(ms / 1000);
    if (seconds <= MOST_JITTER_SECONDS) return ok(seconds);
    return err(
      keepError('usage', 'parse schedule', `"${printable(text)}" is more than half a day`, {
        hint: 'write how much later a run may begin, as 15m',
      }),
    );
  });
}

function about(key: keyof WrittenSchedule): (error: KeepError) => ScheduleError {
  return (error) => ({ ...error, key });
}
