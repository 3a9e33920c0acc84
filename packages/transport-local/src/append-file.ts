import { closeSync, ftruncateSync } from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import type { Bytes, FileStat, KeepError, RelativePath, WriteOptions } from '@sessionkeep/core';
import { aborted, codeOf, failure, systemFailure, type Attempt } from './failure.js';
import { closeWritten, finishFile } from './new-file.js';
import { openForChange, type OpenFile } from './open-file.js';
import type { Place } from './place.js';
import { writeStream } from './write-bytes.js';

/** Writes at `offset` of an existing file and cuts what lay beyond; after a failure it is cut to `offset` again. */
export async function appendFile(
  place: Place,
  path: RelativePath,
  offset: number,
  bytes: Bytes,
  length: number,
  options: WriteOptions = {},
): Promise<Result<FileStat, KeepError>> {
  const attempt = place.attempt('append', path);
  if (options.signal?.aborted === true) return err(aborted(attempt));
  const opened = openForChange(place, path, attempt);
  if (opened.isErr()) return err(opened.error);
  const { fd } = opened.value;
  const cut = cutTo(opened.value, offset, attempt);
  if (cut.isErr()) {
    closeSync(fd);
    return err(cut.error);
  }
  const written = await writeStream({ fd, offset, length }, bytes, attempt, options.signal);
  const finished = written.isErr() ? err(written.error) : await finishFile(fd, options.mtime, attempt);
  if (finished.isErr()) {
    undo(fd, offset);
    return finished;
  }
  return closeWritten(fd, attempt).map(() => finished.value);
}

function cutTo({ fd, stat }: OpenFile, offset: number, attempt: Attempt): Result<void, KeepError> {
  const size = Number(stat.size);
  if (size < offset) {
    return err(failure('short', attempt, `it has ${size} bytes, fewer than the ${offset} to go on from`));
  }
  if (size === offset) return ok(undefined);
  try {
    ftruncateSync(fd, offset);
    return ok(undefined);
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}

/** As much as can be done after a failure: half a tail is worth nothing to anyone. */
function undo(fd: number, offset: number): void {
  try {
    ftruncateSync(fd, offset);
  } catch (cause) {
    if (codeOf(cause) === '') throw cause;
  } finally {
    closeSync(fd);
  }
}
