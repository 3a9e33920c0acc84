import type { Dirent } from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import {
  segmentProblem,
  sortByPath,
  type KeepError,
  type ListEntry,
  type RelativePath,
} from '@sessionkeep/core';
import { failure, systemFailure } from './failure.js';
import { findFolder, isRealPath } from './find-folder.js';
import type { Place } from './place.js';
import { readNames } from './raw-names.js';

/** The immediate children of a folder, sorted by name. */
export function listFolder(place: Place, path: RelativePath): Result<readonly ListEntry[], KeepError> {
  const attempt = place.attempt('list', path);
  const folder = findFolder(place, path, attempt);
  if (folder.isErr()) return err(folder.error);
  try {
    const { entries } = readNames(folder.value);
    if (!isRealPath(folder.value))
      return err(failure('changed', attempt, 'the folder was replaced while it was listed'));
    const safe = entries.filter(({ name }) => segmentProblem(name) === null);
    const listed = sortByPath(safe.map((entry) => ({ path: entry.name, kind: kindOf(entry) })));
    return ok(listed.map(({ path: name, kind }) => ({ name, kind })));
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}

function kindOf(entry: Dirent): ListEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
