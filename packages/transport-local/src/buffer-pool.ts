/** Largest chunk the port allows. */
export const CHUNK = 1024 * 1024;

interface Shelf {
  readonly size: number;
  /** Buffers kept for the next readers: about as many as there are at once. More are made when more read, and then dropped. */
  readonly kept: number;
  readonly free: Uint8Array[];
}

/** Most files are small: a whole chunk for each would be garbage by the gigabyte. */
const SHELVES: readonly Shelf[] = [
  { size: 64 * 1024, kept: 32, free: [] },
  { size: 256 * 1024, kept: 16, free: [] },
  { size: CHUNK, kept: 12, free: [] },
];

/**
 * A buffer of at least `length` bytes, or of {@link CHUNK} where that is less, with anything in it. No `Buffer`: a
 * consumer that copies what it keeps with `slice` would get a view.
 */
export function takeBuffer(length: number): Uint8Array {
  const shelf = SHELVES.find(({ size }) => size >= Math.min(length, CHUNK));
  return shelf?.free.pop() ?? new Uint8Array(shelf?.size ?? CHUNK);
}

export function giveBack(buffer: Uint8Array): void {
  const shelf = SHELVES.find(({ size }) => size === buffer.length);
  if (shelf !== undefined && shelf.free.length < shelf.kept) shelf.free.push(buffer);
}
