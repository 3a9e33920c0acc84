import {
  keepError,
  printable,
  type Answer,
  type Bytes,
  type CallOptions,
  type KeepError,
  type Range,
  type RelativePath,
  type Transport,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';

/** The bytes of one range, counted: `read` for a caller that has just one. */
export async function* readRange(transport: Transport, range: Range, options?: CallOptions): Bytes {
  let came = 0;
  for await (const { chunks } of transport.read([range], options)) {
    for await (const chunk of chunks) {
      yield chunk;
      if (chunk.isErr()) return;
      came += chunk.value.length;
    }
  }
  if (came !== range.length)
    yield err(lengthError(came < range.length ? 'short' : 'invalid', came, range.length));
}

/**
 * A whole file of at most `limit` bytes, in memory. One that is longer, or no file, is `damaged`.
 *
 * @example
 * const path = parsePath('settings.json')._unsafeUnwrap();
 * const read = await readSmallFile(transport, path, 1024 * 1024);
 * if (read.isOk()) console.log(new TextDecoder().decode(read.value));
 */
export async function readSmallFile(
  transport: Transport,
  path: RelativePath,
  limit: number,
): Answer<Uint8Array> {
  const stat = await transport.stat(path);
  if (stat.isErr()) return err(stat.error);
  if (stat.value.kind !== 'file' || stat.value.size > limit) {
    const what =
      stat.value.kind === 'file'
        ? `${stat.value.size.toString()} bytes, more than it can have`
        : `a ${stat.value.kind}`;
    return err(keepError('damaged', 'read', `${printable(path)} in ${transport.name} is ${what}`, { path }));
  }
  return collect(readRange(transport, { path, offset: 0, length: stat.value.size }), stat.value.size);
}

/** Gathers a stream of known, small length; in `whole`, where that is given. */
export async function collect(
  bytes: Bytes,
  length: number,
  whole: Uint8Array = new Uint8Array(length),
): Answer<Uint8Array> {
  let at = 0;
  for await (const chunk of bytes) {
    if (chunk.isErr()) return err(chunk.error);
    if (at + chunk.value.length > length) return err(lengthError('invalid', at + chunk.value.length, length));
    whole.set(chunk.value, at);
    at += chunk.value.length;
  }
  return at === length ? ok(whole) : err(lengthError('short', at, length));
}

export function lengthError(kind: 'short' | 'invalid', came: number, promised: number): KeepError {
  return keepError(kind, 'read', `${came.toString()} bytes came where ${promised.toString()} were promised`, {
    retry: true,
  });
}

/** A stream of one buffer, or of none when it is empty. */
export async function* bytesOf(buffer: Uint8Array): AsyncGenerator<Result<Uint8Array, KeepError>, void> {
  if (buffer.length > 0) yield ok(buffer);
}
