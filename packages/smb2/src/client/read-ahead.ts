import { err, ok, type Result } from 'neverthrow';
import type { SmbError } from '../error/smb-error.js';

/** A stream of bytes. An `err` is its last item; it never throws. */
export type SmbBytes = AsyncIterable<Result<Uint8Array, SmbError>>;

export interface ReadAhead {
  readonly offset: number;
  /** How many bytes at most; may be infinite. */
  readonly length: number;
  /** Where the file is thought to end. Beyond it one small read at a time looks for more. */
  readonly expected: number;
  /** How much to ask for at once. */
  readonly chunk: () => number;
  /** How many bytes are asked for ahead of the consumer. */
  readonly ahead: number;
  /** Reads once; fewer bytes than asked for do not mean the end, none do. */
  readonly read: (offset: number, length: number) => Promise<Result<Uint8Array, SmbError>>;
}

interface Slot {
  readonly offset: number;
  readonly length: number;
  readonly reply: Promise<Result<Uint8Array, SmbError>>;
}

/** How much is asked for where the file is thought to have ended. */
const PROBE = 64 * 1024;

/** Reads in order with several requests under way. */
export async function* readAhead(
  options: ReadAhead,
): AsyncGenerator<Result<Uint8Array, SmbError>, void, void> {
  const { offset, length, expected, chunk, ahead, read } = options;
  const end = offset + length;
  const slots: Slot[] = [];
  let next = offset;
  let underWay = 0;
  const schedule = (): void => {
    while (next < end && (slots.length === 0 || underWay < ahead)) {
      const known = next < expected;
      // Only one request looks for what may have been added behind the end.
      if (!known && slots.some((slot) => slot.offset >= expected)) return;
      const size = Math.min(
        end - next,
        known ? Math.min(chunk(), expected - next) : Math.min(chunk(), PROBE),
      );
      slots.push({ offset: next, length: size, reply: read(next, size) });
      next += size;
      underWay += size;
    }
  };
  for (schedule(); ; schedule()) {
    const slot = slots.shift();
    if (slot === undefined) return;
    underWay -= slot.length;
    let reply = await slot.reply;
    for (let got = 0; ; reply = await read(slot.offset + got, slot.length - got)) {
      if (reply.isErr()) return yield err(reply.error);
      if (reply.value.length === 0) return;
      got += reply.value.length;
      yield ok(reply.value);
      if (got >= slot.length) break;
    }
  }
}
