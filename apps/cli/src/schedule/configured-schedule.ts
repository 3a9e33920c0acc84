import type { KeepError } from '@sessionkeep/core';
import type { LoadedConfig } from '@sessionkeep/runner';
import { parseSchedule, type Schedule } from '@sessionkeep/schedule';
import { ok, type Result } from 'neverthrow';

/** The schedule of a configuration; null where it has none. A mistake in it is told with its line. */
export function configuredSchedule(loaded: LoadedConfig): Result<Schedule | null, KeepError> {
  const { schedule } = loaded.config;
  if (schedule === null) return ok(null);
  return parseSchedule(schedule).mapErr(({ key, ...error }) => ({
    ...error,
    message: `${loaded.at(['schedule', key])}: ${error.message}`,
  }));
}
