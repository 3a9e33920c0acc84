import { closeSync, constants, fstatSync } from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import type { FileStat, KeepError, RelativePath } from '@sessionkeep/core';
import { systemFailure } from './failure.js';
import { fileStat } from './file-stat.js';
import { openForChange } from './open-file.js';
import type { Place } from './place.js';
import { setTimes } from './set-times.js';

/**
 * Sets a file's time. Not flushed: a time that a crash takes back costs one digest, and the journals of the usual file
 * systems write it before any later flush returns.
 */
export function setModifiedTime(
  place: Place,
  path: RelativePath,
  mtime: bigint,
): Result<FileStat, KeepError> {
  const attempt = place.attempt('set the time of', path);
  const opened = openForChange(place, path, attempt, constants.O_RDONLY);
  if (opened.isErr()) return err(opened.error);
  const { fd } = opened.value;
  try {
    setTimes(fd, mtime);
    return ok(fileStat(fstatSync(fd, { bigint: true })));
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  } finally {
    closeSync(fd);
  }
}
