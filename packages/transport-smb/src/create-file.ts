import { err, type Result } from 'neverthrow';
import {
  parentPath,
  type Bytes,
  type FileStat,
  type KeepError,
  type RelativePath,
  type WriteOptions,
} from '@sessionkeep/core';
import type { SmbError, SmbFile } from '@sessionkeep/smb2';
import { aborted, failure, type Attempt } from './failure.js';
import type { Place } from './place.js';
import { closeQuietly, finishFile, writeBytes, type OpenedFile } from './write-file.js';

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
  const made = await makeFile(place, path, attempt);
  if (made.isErr()) return err(made.error);
  const opened = made.value;
  const written = await writeBytes(place, opened, { offset: 0, length }, bytes, options.signal);
  const finished = written.isErr() ? err(written.error) : await finishFile(place, opened, options);
  if (finished.isErr()) {
    closeQuietly(opened.file);
    await place.discard(opened.share, opened.file);
  }
  return finished;
}

/** Makes an empty file, and the folders above it. */
async function makeFile(
  place: Place,
  path: RelativePath,
  attempt: Attempt,
): Promise<Result<OpenedFile, KeepError>> {
  const parent = place.at(parentPath(path));
  await place.readyFolder(attempt, parent);
  const first = await openNew(place, path, attempt);
  if (first.isOk() || first.error.kind !== 'not-found') return first;
  const folder = await place.makeFolder(attempt, parent);
  return folder.isErr() ? err(folder.error) : openNew(place, path, attempt);
}

async function openNew(
  place: Place,
  path: RelativePath,
  attempt: Attempt,
): Promise<Result<OpenedFile, KeepError>> {
  const share = await place.share(attempt);
  if (share.isErr()) return err(share.error);
  const opened = await place.makeFile(share.value, place.at(path));
  return opened
    .map((file: SmbFile) => ({ share: share.value, file, attempt }))
    .mapErr((error: SmbError) =>
      // A folder has the name.
      place.fail(attempt, share.value, error.kind === 'wrong-type' ? { ...error, kind: 'exists' } : error),
    );
}
