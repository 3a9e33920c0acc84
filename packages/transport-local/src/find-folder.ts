import { lstatSync, realpathSync } from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import type { KeepError, RelativePath } from '@sessionkeep/core';
import { failure, systemFailure, type Attempt } from './failure.js';
import { makeFolder } from './make-folder.js';
import { Place } from './place.js';

/**
 * The absolute path of a folder that is reached without any link below the root, checked now.
 * `not-found` when it is missing, `unsafe` when a link stands on the way.
 */
export function findFolder(place: Place, folder: RelativePath, attempt: Attempt): Result<string, KeepError> {
  const root = place.find(attempt);
  return root.isErr() ? root : checkFolder(root.value, folder, attempt);
}

/** As {@link findFolder}, but makes what is missing, 0700. */
export function ensureFolder(
  place: Place,
  folder: RelativePath,
  attempt: Attempt,
): Result<string, KeepError> {
  const root = place.make(attempt);
  if (root.isErr()) return root;
  const found = checkFolder(root.value, folder, attempt);
  if (found.isOk() || found.error.kind !== 'not-found') return found;
  const made = makeFolders(place, root.value, folder, attempt);
  return made.isErr() ? err(made.error) : checkFolder(root.value, folder, attempt);
}

/** Whether `absolute` is still the real path of a folder: no part of it was swapped for a link. */
export function isRealPath(absolute: string): boolean {
  try {
    return realpathSync.native(absolute) === absolute;
  } catch {
    return false;
  }
}

function checkFolder(root: string, folder: RelativePath, attempt: Attempt): Result<string, KeepError> {
  const absolute = Place.join(root, folder);
  try {
    const real = realpathSync.native(absolute);
    if (real === absolute) return ok(absolute);
    return walkFolder(root, folder, attempt);
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}

/** Where the file system folds case or normalises, a real path may differ in letters from what was asked: look at each part. */
function walkFolder(root: string, folder: RelativePath, attempt: Attempt): Result<string, KeepError> {
  let absolute = root;
  for (const name of folder.split('/')) {
    absolute = Place.join(absolute, name);
    const stat = lstatSync(absolute);
    if (stat.isSymbolicLink())
      return err(failure('unsafe', attempt, 'a link stands where a folder should be'));
    if (!stat.isDirectory())
      return err(failure('not-found', attempt, 'a file stands where a folder should be'));
  }
  const real = realpathSync.native(absolute);
  if (Place.contains(root, real)) return ok(real);
  return err(failure('unsafe', attempt, 'a folder leads out of the root'));
}

function makeFolders(
  place: Place,
  root: string,
  folder: RelativePath,
  attempt: Attempt,
): Result<void, KeepError> {
  let parent = '';
  for (const name of folder.split('/')) {
    const path = parent === '' ? name : `${parent}/${name}`;
    const made = makeFolder(Place.join(root, path), attempt);
    if (made.isErr()) return err(made.error);
    if (made.value) place.markUnflushed(parent as RelativePath);
    parent = path;
  }
  return ok(undefined);
}
