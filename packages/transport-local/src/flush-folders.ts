import { closeSync, constants, fsync, openSync } from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import { parentPath, type KeepError, type RelativePath } from '@sessionkeep/core';
import { meansNoFolderFlush } from './errno-table.js';
import { codeOf, systemFailure, type Attempt } from './failure.js';
import { findFolder } from './find-folder.js';
import type { Place } from './place.js';

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Makes the names in these folders durable, and those of the folders on the way to them that were made here. */
export async function flushFolders(
  place: Place,
  folders: readonly RelativePath[],
): Promise<Result<void, KeepError>> {
  const wanted = new Set(folders);
  for (const folder of folders) {
    for (let above = folder; above !== '';) {
      above = parentPath(above);
      if (place.unflushedIn(above) > 0) wanted.add(above);
    }
  }
  const results = await Promise.all([...wanted].map((folder) => flushFolder(place, folder)));
  return results.find((result) => result.isErr()) ?? ok(undefined);
}

async function flushFolder(place: Place, path: RelativePath): Promise<Result<void, KeepError>> {
  const attempt = place.attempt('flush', path);
  const folder = findFolder(place, path, attempt);
  if (folder.isErr()) return folder.error.kind === 'not-found' ? ok(undefined) : err(folder.error);
  const pending = place.unflushedIn(path);
  const flushed = await syncFolder(folder.value, attempt);
  // Only now: who flushes at the same time must not take for durable what is still on its way.
  return flushed.map(() => place.markFlushed(path, pending));
}

async function syncFolder(absolute: string, attempt: Attempt): Promise<Result<void, KeepError>> {
  let fd: number;
  try {
    fd = openSync(absolute, FOLDER);
  } catch (cause) {
    return codeOf(cause) === 'ENOENT' ? ok(undefined) : err(systemFailure(attempt, cause));
  }
  const cause = await new Promise<NodeJS.ErrnoException | null>((resolve) => fsync(fd, resolve));
  closeSync(fd);
  return cause === null || meansNoFolderFlush(codeOf(cause))
    ? ok(undefined)
    : err(systemFailure(attempt, cause));
}
