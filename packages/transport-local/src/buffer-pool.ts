/** Largest chunk the port allows. */
export const CHUNK = 1024 * 1024;

/** Buffers kept for the next reader; more are made when more read at once, and then dropped. */
const KEPT = 8;

const free: Uint8Array[] = [];

/**
 * A buffer of {@link CHUNK} bytes with anything in it. No `Buffer`: a consumer that copies what it keeps with `slice`
 * would get a view.
 */
export function takeBuffer(): Uint8Array {
  return free.pop() ?? new Uint8Array(CHUNK);
}

export function giveBack(buffer: Uint8Array): void {
  if (free.length < KEPT) free.push(buffer);
}
