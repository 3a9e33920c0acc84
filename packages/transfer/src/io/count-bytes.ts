import { type Bytes, type Hasher } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { lengthError } from './read-range.js';

/** Passes a stream on, hashing and counting it; ends with an error unless exactly `length` bytes came. */
export async function* hashed(bytes: Bytes, length: number, hasher: Hasher, onBytes: (count: number) => void): Bytes {
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
    yield ok(chunk.value);
  }
  if (came < length) yield err(lengthError('short', came, length));
}
