import { lstatSync } from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import { baseName, parentPath, type FileStat, type KeepError, type RelativePath } from '@sessionkeep/core';
import { systemFailure } from './failure.js';
import { fileStat } from './file-stat.js';
import { findFolder } from './find-folder.js';
import { Place } from './place.js';

/** What lies at a path: the link itself, where it is one. */
export function statPath(place: Place, path: RelativePath): Result<FileStat, KeepError> {
  const attempt = place.attempt('stat', path);
  const folder = findFolder(place, parentPath(path), attempt);
  if (folder.isErr()) return err(folder.error);
  try {
    const absolute = path === '' ? folder.value : Place.join(folder.value, baseName(path));
    return ok(fileStat(lstatSync(absolute, { bigint: true })));
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}
