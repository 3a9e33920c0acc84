import { err, ok, type Result } from 'neverthrow';
import type { Unencodable } from './unencodable.js';

/** 1970-01-01 as a FILETIME: 100 ns units since 1601-01-01 (MS-DTYP 2.3.3). */
const EPOCH = 116_444_736_000_000_000n;
const UNIT = 100n;
const LATEST = 2n ** 63n - 1n;

/** A FILETIME in nanoseconds since 1970; null for zero and less, which servers send for "none". */
export function momentOf(fileTime: bigint): bigint | null {
  return fileTime <= 0n ? null : (fileTime - EPOCH) * UNIT;
}

/**
 * Nanoseconds since 1970 as a FILETIME, rounded down to its 100 ns. Zero and less mean "leave as it is" to a
 * server, so the first time there is is 100 ns after 1601; the last is in the year 30828.
 */
export function fileTimeOf(moment: bigint): Result<bigint, Unencodable> {
  const units = moment / UNIT - (moment % UNIT < 0n ? 1n : 0n);
  const fileTime = units + EPOCH;
  if (fileTime > 0n && fileTime <= LATEST) return ok(fileTime);
  return err({ field: 'time', problem: 'a share holds times from the year 1601 to 30828' });
}
