import { lstatSync, rmdirSync, unlinkSync } from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import { baseName, parentPath, type KeepError, type RelativePath } from '@sessionkeep/core';
import { codeOf, failure, systemFailure } from './failure.js';
import { findFolder } from './find-folder.js';
import { Place } from './place.js';

/** Removes a file, a link itself, or an empty folder; nothing there is fine. */
export function removePath(place: Place, path: RelativePath): Result<void, KeepError> {
  const attempt = place.attempt('remove', path);
  if (path === '') return err(failure('invalid', attempt, 'the root is never removed'));
  const folder = findFolder(place, parentPath(path), attempt);
  if (folder.isErr()) return folder.error.kind === 'not-found' ? ok(undefined) : err(folder.error);
  const absolute = Place.join(folder.value, baseName(path));
  try {
    const stat = lstatSync(absolute, { throwIfNoEntry: false });
    if (stat === undefined) return ok(undefined);
    if (stat.isDirectory()) rmdirSync(absolute);
    else unlinkSync(absolute);
    return ok(undefined);
  } catch (cause) {
    return codeOf(cause) === 'ENOENT' ? ok(undefined) : err(systemFailure(attempt, cause));
  }
}
