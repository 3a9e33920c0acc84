import { parsePath, type Answer, type Bytes, type RelativePath } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';

/** A path that the test's author knows to be valid; throws on any other. */
export function at(text: string): RelativePath {
  const path = parsePath(text);
  if (path.isErr()) throw new TypeError(path.error.message);
  return path.value;
}

/** A stream of these chunks, text as UTF-8. */
export async function* streamOf(...chunks: readonly (string | Uint8Array)[]): Bytes {
  const encoder = new TextEncoder();
  for (const chunk of chunks) yield ok(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
}

/** All bytes of a stream, copied while they are ours (of a Buffer, `slice` would be a view), or its error. */
export async function collect(bytes: Bytes): Answer<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) {
    if (chunk.isErr()) return err(chunk.error);
    chunks.push(new Uint8Array(chunk.value));
  }
  return ok(new Uint8Array(Buffer.concat(chunks)));
}
