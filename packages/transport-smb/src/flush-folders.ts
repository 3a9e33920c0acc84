import { ok, type Result } from 'neverthrow';
import type { ErrorKind, KeepError, RelativePath } from '@sessionkeep/core';
import type { Place } from './place.js';

/** What servers answer that cannot, or do not let everybody, flush a folder: then they keep names as well as they do. */
const NO_FOLDER_FLUSH: ReadonlySet<ErrorKind> = new Set(['unsupported', 'denied', 'read-only', 'invalid']);

/**
 * Makes the names in these folders durable, and those of the folders on the way to them that were made here: a FLUSH of the folder
 * itself, which Samba hands on to its disk.
 */
export async function flushFolders(
  place: Place,
  folders: readonly RelativePath[],
): Promise<Result<void, KeepError>> {
  const wanted = new Map(folders.map((folder) => [place.at(folder), folder]));
  for (const [path, folder] of [...wanted]) {
    for (let above = path; above !== '';) {
      above = above.slice(0, Math.max(0, above.lastIndexOf('/')));
      if (place.unflushedIn(above) > 0 && !wanted.has(above)) wanted.set(above, folder);
    }
  }
  const results = await Promise.all([...wanted].map(([path, folder]) => flushFolder(place, path, folder)));
  return results.find((result) => result.isErr()) ?? ok(undefined);
}

async function flushFolder(
  place: Place,
  path: string,
  folder: RelativePath,
): Promise<Result<void, KeepError>> {
  const pending = place.unflushedIn(path);
  const flushed = await place.run(place.attempt('flush', folder), (share) => share.flushFolder(path));
  const isFine =
    flushed.isOk() || flushed.error.kind === 'not-found' || NO_FOLDER_FLUSH.has(flushed.error.kind);
  if (!isFine) return flushed.map(() => undefined);
  // Only now: who flushes at the same time must not take for durable what is still on its way.
  place.markFlushed(path, pending);
  return ok(undefined);
}
