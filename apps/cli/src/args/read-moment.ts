import { parseMoment, type KeepError } from '@sessionkeep/core';
import { ok, type Result } from 'neverthrow';
import type { Args } from './args.js';

/** What `--at` says, as ISO 8601 in UTC; null without it. `now` is in milliseconds. */
export function readMoment({ values }: Args, now: number): Result<string | null, KeepError> {
  const time = values.get('at');
  if (time === undefined) return ok(null);
  return parseMoment(time, now).mapErr((error) => ({ ...error, message: `--at: ${error.message}` }));
}
