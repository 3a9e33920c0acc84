import { err, type Result } from 'neverthrow';
import { parentPath, type FileStat, type KeepError, type SmallFile } from '@sessionkeep/core';
import { failure } from './failure.js';
import { fileStat } from './file-stat.js';
import type { Place } from './place.js';

/**
 * Writes `temporary` whole and durable and gives it its name unless that is taken: one message to the server, and one back.
 */
export async function publishFile(place: Place, file: SmallFile): Promise<Result<FileStat, KeepError>> {
  const { path, temporary, bytes, mtime } = file;
  const attempt = place.attempt('publish', path);
  if (path === '' || temporary === '') return err(failure('invalid', attempt, 'the root is no file'));
  const publication = {
    path: place.at(path),
    temporary: place.at(temporary),
    bytes,
    ...(mtime === undefined ? {} : { times: { modified: mtime } }),
  };
  const folders = [...new Set([parentPath(temporary), parentPath(path)])].map((folder) => place.at(folder));
  const publish = async (): Promise<Result<FileStat, KeepError>> =>
    (await place.run(attempt, (share) => share.publish(publication))).map(fileStat);
  await Promise.all(folders.map((folder) => place.readyFolder(attempt, folder)));
  const published = await publish();
  if (published.isOk() || published.error.kind !== 'not-found') return published;
  for (const folder of folders) {
    const made = await place.makeFolder(attempt, folder);
    if (made.isErr()) return err(made.error);
  }
  return publish();
}
