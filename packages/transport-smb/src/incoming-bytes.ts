import { BufferPool, ExactBytes, type Bytes } from '@sessionkeep/core';
import { failure, type Attempt } from './failure.js';

/** Pieces of this size go to the server fastest. */
const BLOCK = 1024 * 1024;

const pool = new BufferPool([{ size: BLOCK, kept: 16, from: 256 * 1024 }]);

/** Exactly so many bytes, as blocks of which several may be on their way at once. */
export function incomingBytes(
  bytes: Bytes,
  length: number,
  attempt: Attempt,
  signal: AbortSignal | undefined,
): ExactBytes {
  return new ExactBytes({
    bytes,
    length,
    block: BLOCK,
    signal,
    take: (size) => pool.take(size),
    fault: (kind, text, cause) => failure(kind, attempt, text, cause),
  });
}

/** Takes back a block, or a part of one, that nobody looks at any more. */
export function giveBack(block: Uint8Array): void {
  pool.give(block);
}
