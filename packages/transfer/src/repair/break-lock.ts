import { keepError, type Answer, type LeaseHolder } from '@sessionkeep/core';
import { err } from 'neverthrow';
import { repoPaths } from '../archive/archive-paths.js';
import type { Archive } from '../archive/open-archive.js';
import type { Place } from '../archive/place.js';

/** How {@link breakLock} is asked. */
export interface BreakLockOptions {
  /** End it also where its holder is known to be a process that is alive on this machine; else that is `locked`. */
  readonly force?: boolean;
}

/** Ends whoever's lease there is on a repo, and says whose it was; null when there was none. */
export async function breakLock(
  archive: Archive,
  place: Place,
  { force = false }: BreakLockOptions = {},
): Answer<LeaseHolder | null> {
  const known = await archive.target.stat(repoPaths(place).meta);
  if (known.isOk()) return archive.target.breakLease(repoPaths(place).lock, { spareLiving: !force });
  if (known.error.kind !== 'not-found') return err(known.error);
  const text = `source "${place.source}", repo "${place.repo}" is not in ${archive.target.name}`;
  return err(keepError('usage', 'unlock', text, { hint: '`sessionkeep status` lists what the archive has' }));
}
