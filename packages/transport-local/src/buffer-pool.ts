/** Largest chunk the port allows. */
export const CHUNK = 1024 * 1024;

/** Buffers kept for the next reader; more are made when more read at once, and then dropped. */
const KEPT = 8;

const free: Buffer[] = [];

/** A buffer of {@link CHUNK} bytes with anything in it. */
export function takeBuffer(): Buffer {
  return free.pop() ?? Buffer.allocUnsafeSlow(CHUNK);
}

export function giveBack(buffer: Buffer): void {
  if (free.length < KEPT) free.push(buffer);
}
