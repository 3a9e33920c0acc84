import { err, ok, type Result } from 'neverthrow';
import type { Bytes, FileStat, KeepError, WriteOptions } from '@sessionkeep/core';
import type { CloseOptions, SmbFile, SmbShare } from '@sessionkeep/smb2';
import type { Attempt } from './failure.js';
import { fileStat } from './file-stat.js';
import { giveBack, incomingBytes } from './incoming-bytes.js';
import type { Place } from './place.js';

/** An open file, the share it is open on, and what is being done. */
export interface OpenedFile {
  readonly share: SmbShare;
  readonly file: SmbFile;
  readonly attempt: Attempt;
}

/** Where bytes go, and how many of them there must be. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Writes exactly `length` bytes at `offset`, several requests at a time. */
export async function writeBytes(
  place: Place,
  { share, file, attempt }: OpenedFile,
  { offset, length }: Span,
  bytes: Bytes,
  signal: AbortSignal | undefined,
): Promise<Result<void, KeepError>> {
  const incoming = incomingBytes(bytes, length, attempt, signal);
  const aborts = signal === undefined ? {} : { signal };
  const written = await file.writeStream(incoming.blocks(), { offset, release: giveBack, ...aborts });
  if (incoming.problem !== null) return err(incoming.problem);
  return written.map(() => undefined).mapErr((error) => place.fail(attempt, share, error));
}

/** Writes exactly `length` bytes, few enough to be held in memory, and finishes the file in the same round trip. */
export async function writeAndFinish(
  place: Place,
  opened: OpenedFile,
  { offset, length }: Span,
  bytes: Bytes,
  options: WriteOptions,
): Promise<Result<FileStat, KeepError>> {
  const incoming = incomingBytes(bytes, length, opened.attempt, options.signal);
  const blocks: Uint8Array[] = [];
  for await (const block of incoming.blocks()) blocks.push(block);
  if (incoming.problem !== null) return err(incoming.problem);
  const [only] = blocks;
  const whole = blocks.length === 1 && only !== undefined ? only : Buffer.concat(blocks);
  return finishFile(place, opened, options, { offset, bytes: whole });
}

/**
 * Makes what was written durable, sets the time and closes, in one round trip; says what the server then reports. With `write` those
 * bytes are written before.
 */
export async function finishFile(
  place: Place,
  { share, file, attempt }: OpenedFile,
  { mtime, signal }: WriteOptions,
  write?: CloseOptions['write'],
): Promise<Result<FileStat, KeepError>> {
  const closed = await file.close({
    ...(write === undefined || write.bytes.length === 0 ? {} : { write }),
    flush: true,
    ...(mtime === undefined ? {} : { times: { modified: mtime } }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (closed.isErr()) return err(place.fail(attempt, share, closed.error));
  if (closed.value !== null) return ok(fileStat(closed.value));
  return (await place.run(attempt, (current) => current.stat(file.path))).map(fileStat);
}

/** Closes a file of which there is an error already, or nothing more to be known. */
export function closeQuietly(file: SmbFile): void {
  void file.close().then((closed) => closed.unwrapOr(null));
}
