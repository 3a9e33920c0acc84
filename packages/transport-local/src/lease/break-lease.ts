import { err, ok, type Result } from 'neverthrow';
import type { KeepError, LeaseHolder, RelativePath } from '@sessionkeep/core';
import { failure, systemFailure } from '../failure.js';
import { findFolder } from '../find-folder.js';
import type { Place } from '../place.js';
import { lockNumbers, readLock, removeLock } from './lock-files.js';
import { UNKNOWN_HOLDER } from './lock-record.js';

/** Removes every lock file in `folder`; the holder of the highest, or null when there was none. */
export function breakLease(place: Place, folder: RelativePath): Result<LeaseHolder | null, KeepError> {
  const attempt = place.attempt('unlock', folder);
  const found = findFolder(place, folder, attempt);
  if (found.isErr()) return found.error.kind === 'not-found' ? ok(null) : err(found.error);
  try {
    const locks = lockNumbers(found.value)
      .map((number) => readLock(found.value, number))
      .filter((lock) => lock !== null);
    for (const { absolute } of locks) {
      if (!removeLock(absolute)) return err(failure('denied', attempt, 'a lock file cannot be removed'));
    }
    const [highest] = locks;
    return ok(highest === undefined ? null : (highest.record?.holder ?? UNKNOWN_HOLDER));
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}
