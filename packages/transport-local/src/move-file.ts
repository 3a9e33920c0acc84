import { linkSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import { baseName, parentPath, type KeepError, type RelativePath } from '@sessionkeep/core';
import { meansNoLinks } from './errno-table.js';
import { codeOf, failure, systemFailure, type Attempt } from './failure.js';
import { ensureFolder, findFolder } from './find-folder.js';
import { Place } from './place.js';

/** Gives a file another name unless that is taken. */
export function renamePath(place: Place, from: RelativePath, to: RelativePath): Result<void, KeepError> {
  const attempt = place.attempt('rename', from);
  if (from === '' || to === '') return err(failure('invalid', attempt, 'the root cannot be renamed'));
  const source = findFolder(place, parentPath(from), attempt);
  if (source.isErr()) return err(source.error);
  const absolute = Place.join(source.value, baseName(from));
  const missing = checkThere(absolute, attempt);
  if (missing.isErr()) return missing;
  const attemptTo = place.attempt('rename to', to);
  const target = ensureFolder(place, parentPath(to), attemptTo);
  if (target.isErr()) return err(target.error);
  return moveFile(absolute, Place.join(target.value, baseName(to)), attemptTo);
}

/**
 * Moves without replacing. A hard link fails where the name is taken, which no check before a rename can promise; file
 * systems without links get that check all the same, and there the lease keeps other writers away. That a crash leaves
 * one name at least is the file system's doing: its journal has the new name before, or together with, the old one's end.
 */
export function moveFile(
  from: string,
  to: string,
  attempt: Attempt,
  link = linkSync,
): Result<void, KeepError> {
  try {
    // Folders cannot be linked, and macOS links what a link leads to instead of the link.
    if (!lstatSync(from).isFile()) return renameUnlessTaken(from, to, attempt);
    link(from, to);
  } catch (cause) {
    if (!meansNoLinks(codeOf(cause))) return err(systemFailure(attempt, cause));
    return renameUnlessTaken(from, to, attempt);
  }
  return dropOldName(from, to, attempt);
}

/** The second half of a move by link. If the old name cannot go, the new one goes again. */
function dropOldName(from: string, to: string, attempt: Attempt): Result<void, KeepError> {
  try {
    unlinkSync(from);
    return ok(undefined);
  } catch (cause) {
    tryUnlink(to);
    return err(systemFailure(attempt, cause));
  }
}

function tryUnlink(path: string): void {
  try {
    unlinkSync(path);
  } catch (cause) {
    if (codeOf(cause) === '') throw cause;
  }
}

function renameUnlessTaken(from: string, to: string, attempt: Attempt): Result<void, KeepError> {
  try {
    if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) {
      return err(failure('exists', attempt, 'something has that name already'));
    }
    renameSync(from, to);
    return ok(undefined);
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}

function checkThere(absolute: string, attempt: Attempt): Result<void, KeepError> {
  try {
    lstatSync(absolute);
    return ok(undefined);
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}
