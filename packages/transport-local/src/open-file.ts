import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  type BigIntStats,
} from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import { baseName, parentPath, type KeepError, type RelativePath } from '@sessionkeep/core';
import { codeOf, failure, systemFailure, type Attempt } from './failure.js';
import { isRegular, sameInode } from './file-stat.js';
import { findFolder } from './find-folder.js';
import { Place } from './place.js';

/** An open regular file that was reached inside the root. Whoever has it closes `fd`. */
export interface OpenFile {
  readonly fd: number;
  readonly stat: BigIntStats;
}

const { O_RDONLY, O_WRONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;

/** A FIFO or a device must not block the opening, nor a link at the end be followed. */
const CAUTIOUS = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

/** Opens a regular file for reading. A link is read as the regular file inside the root that it leads to. */
export function openForReading(
  place: Place,
  path: RelativePath,
  attempt: Attempt,
): Result<OpenFile, KeepError> {
  const root = place.find(attempt);
  if (root.isErr()) return err(root.error);
  const absolute = Place.join(root.value, path);
  try {
    return checkOpened(openSync(absolute, O_RDONLY | CAUTIOUS), root.value, absolute, attempt);
  } catch (cause) {
    if (codeOf(cause) !== 'ELOOP') return err(openFailure(attempt, cause));
  }
  return openResolved(root.value, absolute, attempt);
}

/** Opens an existing regular file to change it: no part of its path below the root may be a link. */
export function openForChange(
  place: Place,
  path: RelativePath,
  attempt: Attempt,
  access: number = O_WRONLY,
): Result<OpenFile, KeepError> {
  const folder = findFolder(place, parentPath(path), attempt);
  if (folder.isErr()) return err(folder.error);
  const root = place.find(attempt);
  if (root.isErr()) return err(root.error);
  const absolute = Place.join(folder.value, baseName(path));
  try {
    return checkOpened(openSync(absolute, access | CAUTIOUS), root.value, absolute, attempt);
  } catch (cause) {
    return err(openFailure(attempt, cause));
  }
}

/** A link stands at the path: find where it leads, refuse what is outside, and open that. */
function openResolved(root: string, absolute: string, attempt: Attempt): Result<OpenFile, KeepError> {
  try {
    const real = realpathSync.native(absolute);
    if (!Place.contains(root, real))
      return err(failure('unsafe', attempt, 'it is a link that leads out of the root'));
    return checkOpened(openSync(real, O_RDONLY | CAUTIOUS), root, real, attempt);
  } catch (cause) {
    return err(openFailure(attempt, cause));
  }
}

/** Takes over `fd`: closes it unless it is a regular file that lies inside the root. */
function checkOpened(
  fd: number,
  root: string,
  absolute: string,
  attempt: Attempt,
): Result<OpenFile, KeepError> {
  let keep = false;
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (!isRegular(stat)) return err(failure('changed', attempt, 'it is no regular file'));
    if (!liesInside(fd, stat, root, absolute)) {
      return err(failure('unsafe', attempt, 'a folder on the way is a link that leads out of the root'));
    }
    keep = true;
    return ok({ fd, stat });
  } finally {
    if (!keep) closeSync(fd);
  }
}

/**
 * Proves that what was opened was reached inside the root, though a folder may have been swapped for a link since it
 * was looked at. On Linux the kernel itself says where the open file lies.
 */
export function liesInside(
  fd: number,
  stat: BigIntStats,
  root: string,
  absolute: string,
  whereIs: (fd: number) => string | null = placeOf,
): boolean {
  const place = whereIs(fd);
  return place === null ? reachableInside(stat, root, absolute) : Place.contains(root, place);
}

/** Where an open file lies, as Linux tells; null elsewhere. */
export function placeOf(fd: number): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${String(fd)}`);
  } catch {
    return null;
  }
}

/** The same from what every system has: the path is resolved again, and must lead to the very inode that is open. */
function reachableInside(stat: BigIntStats, root: string, absolute: string): boolean {
  try {
    const real = realpathSync.native(absolute);
    return Place.contains(root, real) && sameInode(lstatSync(real, { bigint: true }), stat);
  } catch {
    return false;
  }
}

/** A socket cannot be opened, and a FIFO without a reader not for writing: both say ENXIO. */
function openFailure(attempt: Attempt, cause: unknown): KeepError {
  if (codeOf(cause) === 'ENXIO') return failure('changed', attempt, 'it is no regular file', cause);
  return systemFailure(attempt, cause);
}
