import type { Bytes, Hasher, KeepError } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { lengthError } from './read-range.js';

/**
 * Passes a stream on, hashing and counting it; ends with an error unless exactly `length` bytes came.
 *
 * @param objection asked when all bytes are hashed and the last of them not yet passed on: so that what is wrong as a whole never
 *   gets there whole
 */
export async function* hashed(
  bytes: Bytes,
  length: number,
  hasher: Hasher,
  onBytes: (count: number) => void,
  objection: () => KeepError | null = () => null,
): Bytes {
  let came = 0;
  for await (const chunk of bytes) {
    if (chunk.isErr()) {
      yield err(chunk.error);
      return;
    }
    came += chunk.value.length;
    if (came > length) {
      yield err(lengthError('invalid', came, length));
      return;
    }
    hasher.update(chunk.value);
    onBytes(chunk.value.length);
    const problem = came === length ? objection() : null;
    if (problem !== null) {
      yield err(problem);
      return;
    }
    yield ok(chunk.value);
  }
  if (came < length) yield err(lengthError('short', came, length));
}
