import { err, ok, type Result } from 'neverthrow';
import type { KeepError, LeaseHolder, RelativePath } from '@sessionkeep/core';
import type { Place } from '../place.js';
import { closeLock, lockPaths, openLock, removeRecord } from './lock-files.js';
import { lockedBy } from './locked-by.js';

/**
 * The server alone ends a lease. Null where nobody has it: what a run that died has left beside it is removed. Else `locked`,
 * with who has it.
 */
export async function breakLease(
  place: Place,
  folder: RelativePath,
): Promise<Result<LeaseHolder | null, KeepError>> {
  const attempt = place.attempt('unlock', folder);
  const share = await place.share(attempt);
  if (share.isErr()) return err(share.error);
  const paths = lockPaths(place.at(folder));
  const lock = await openLock(share.value, paths);
  if (lock.isOk()) {
    await removeRecord(share.value, paths);
    return (await closeLock(lock.value))
      .map(() => null)
      .mapErr((error) => place.fail(attempt, share.value, error));
  }
  const { error } = lock;
  if (error.kind === 'not-found') return ok(null);
  if (error.kind !== 'busy') return err(place.fail(attempt, share.value, error));
  return err({ ...(await lockedBy(share.value, paths, attempt)), hint: HINT });
}

const HINT =
  'its server alone ends the lock, with the connection of the run that holds it: end that run, or its session on the server';
