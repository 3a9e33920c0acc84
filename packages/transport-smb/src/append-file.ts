import { err, ok, type Result } from 'neverthrow';
import type { Bytes, FileStat, KeepError, RelativePath, WriteOptions } from '@sessionkeep/core';
import { aborted, failure } from './failure.js';
import type { Place } from './place.js';
import {
  closeQuietly,
  finishFile,
  writeAndFinish,
  writeBytes,
  type OpenedFile,
  type Span,
} from './write-file.js';

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
  const share = await place.share(attempt);
  if (share.isErr()) return err(share.error);
  const file = await share.value.open(place.at(path), { access: ['write'] });
  if (file.isErr()) return err(place.fail(attempt, share.value, file.error));
  const opened = { share: share.value, file: file.value, attempt };
  const cut = await cutTo(place, opened, offset);
  if (cut.isErr()) {
    closeQuietly(opened.file);
    return err(cut.error);
  }
  const span = { offset, length };
  const finished =
    length <= AT_ONCE
      ? await writeAndFinish(place, opened, span, bytes, options)
      : await writeAndThenFinish(place, opened, span, bytes, options);
  if (finished.isErr()) await undo(opened, offset);
  return finished;
}

/** Up to so many bytes are written, made durable and closed in one round trip. */
const AT_ONCE = 1024 * 1024;

async function writeAndThenFinish(
  place: Place,
  opened: OpenedFile,
  span: Span,
  bytes: Bytes,
  options: WriteOptions,
): Promise<Result<FileStat, KeepError>> {
  const written = await writeBytes(place, opened, span, bytes, options.signal);
  return written.isErr() ? err(written.error) : finishFile(place, opened, options);
}

async function cutTo(
  place: Place,
  { share, file, attempt }: OpenedFile,
  offset: number,
): Promise<Result<void, KeepError>> {
  const { size } = file.opened;
  if (size < offset) {
    return err(failure('short', attempt, `it has ${size} bytes, fewer than the ${offset} to go on from`));
  }
  if (size === offset) return ok(undefined);
  const cut = await file.truncate(offset);
  return cut.map(() => undefined).mapErr((error) => place.fail(attempt, share, error));
}

/** As much as can be done after a failure: half a tail is worth nothing to anyone. */
async function undo({ share, file }: OpenedFile, offset: number): Promise<void> {
  closeQuietly(file);
  const opened = await share.open(file.path, { access: ['write'] });
  if (opened.isErr()) return;
  if (opened.value.opened.size > offset) (await opened.value.truncate(offset)).unwrapOr(null);
  closeQuietly(opened.value);
}
