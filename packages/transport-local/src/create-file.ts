import { err, type Result } from 'neverthrow';
import {
  baseName,
  parentPath,
  type Bytes,
  type FileStat,
  type KeepError,
  type RelativePath,
  type WriteOptions,
} from '@sessionkeep/core';
import { aborted, failure } from './failure.js';
import { ensureFolder } from './find-folder.js';
import { closeWritten, correctMode, discard, finishFile, makeFileAside } from './new-file.js';
import { Place } from './place.js';
import { writeStream } from './write-bytes.js';

/** Writes a new file of exactly `length` bytes; leaves no file of that name when it fails. */
export async function createFile(
  place: Place,
  path: RelativePath,
  bytes: Bytes,
  length: number,
  options: WriteOptions = {},
): Promise<Result<FileStat, KeepError>> {
  const attempt = place.attempt('create', path);
  if (options.signal?.aborted === true) return err(aborted(attempt));
  if (path === '') return err(failure('exists', attempt, 'it is the root'));
  const folder = ensureFolder(place, parentPath(path), attempt);
  if (folder.isErr()) return err(folder.error);
  const root = place.find(attempt);
  if (root.isErr()) return err(root.error);
  const made = await makeFileAside(root.value, Place.join(folder.value, baseName(path)), attempt);
  if (made.isErr()) return err(made.error);
  const file = made.value;
  correctMode(file);
  const written = await writeStream({ fd: file.fd, offset: 0, length }, bytes, attempt, options.signal);
  const finished = written.isErr() ? err(written.error) : await finishFile(file.fd, options.mtime, attempt);
  if (finished.isErr()) {
    discard(file);
    return finished;
  }
  return closeWritten(file.fd, attempt).map(() => finished.value);
}
