import { err, ok, type Result } from 'neverthrow';
import type { KeepError, LeaseHolder, RelativePath } from '@sessionkeep/core';
import { failure, systemFailure, type Attempt } from '../failure.js';
import { findFolder } from '../find-folder.js';
import type { Place } from '../place.js';
import { lifeOf } from './judge-lock.js';
import { lockNumbers, readLock, removeLock, type LockFile } from './lock-files.js';
import { describeHolder, UNKNOWN_HOLDER } from './lock-record.js';

/** Removes every lock file in `folder`; the holder of the highest, or null when there was none. */
export function breakLease(
  place: Place,
  folder: RelativePath,
  { spareLiving = false }: { readonly spareLiving?: boolean } = {},
): Result<LeaseHolder | null, KeepError> {
  const attempt = place.attempt('unlock', folder);
  const found = findFolder(place, folder, attempt);
  if (found.isErr()) return found.error.kind === 'not-found' ? ok(null) : err(found.error);
  try {
    const locks = lockNumbers(found.value)
      .map((number) => readLock(found.value, number))
      .filter((lock) => lock !== null);
    const [highest] = locks;
    if (spareLiving && highest !== undefined && lifeOf(highest) === 'alive')
      return err(stillHeld(highest, attempt));
    for (const { absolute } of locks) {
      if (!removeLock(absolute)) return err(failure('denied', attempt, 'a lock file cannot be removed'));
    }
    return ok(highest === undefined ? null : (highest.record?.holder ?? UNKNOWN_HOLDER));
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}

function stillHeld({ record }: LockFile, attempt: Attempt): KeepError {
  const holder = record?.holder ?? UNKNOWN_HOLDER;
  const text = `it is held by ${describeHolder(holder)}, and that process is alive on this machine`;
  return {
    ...failure('locked', attempt, text),
    hint: `wait for it to end, or end it (kill ${holder.pid.toString()})`,
  };
}
