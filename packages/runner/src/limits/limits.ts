import { keepError, printable, type KeepError } from '@sessionkeep/core';
import { err, ok, Result } from 'neverthrow';
import { parseRate } from './parse-rate.js';

/** What a run may use at most; null where it decides for itself. */
export interface Limits {
  /** Files at once. */
  readonly lanes: number | null;
  readonly bytesPerSecond: number | null;
}

/** Limits as options give them. */
export interface LimitOptions {
  /** 1 to 64. */
  readonly lanes?: string | undefined;
  /** `8M`, `1.5MiB`: bytes a second. */
  readonly bwlimit?: string | undefined;
}

/** A run that decides for itself. */
export const NO_LIMITS: Limits = { lanes: null, bytesPerSecond: null };

const MOST_LANES = 64;

/** What `--lanes` and `--bwlimit` say. */
export function readLimits({ lanes: text, bwlimit }: LimitOptions): Result<Limits, KeepError> {
  const bytesPerSecond = bwlimit === undefined ? ok(null) : parseRate(bwlimit);
  return Result.combine([readLanes(text), bytesPerSecond.mapErr(named)]).map(([lanes, bytes]) => ({
    lanes,
    bytesPerSecond: bytes,
  }));
}

function readLanes(text: string | undefined): Result<number | null, KeepError> {
  if (text === undefined) return ok(null);
  const lanes = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (lanes >= 1 && lanes <= MOST_LANES) return ok(lanes);
  const message = `--lanes: "${printable(text)}" is no number of files at once`;
  return err(
    keepError('usage', 'read limits', message, { hint: `write a number from 1 to ${MOST_LANES.toString()}` }),
  );
}

function named(error: KeepError): KeepError {
  return { ...error, message: `--bwlimit: ${error.message}` };
}
