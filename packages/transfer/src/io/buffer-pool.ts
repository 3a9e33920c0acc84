interface Shelf {
  readonly size: number;
  /** Kept for the next files: about as many as are on their way at once. More are made when needed, and then dropped. */
  readonly kept: number;
  readonly free: ArrayBuffer[];
}

/** A fresh buffer for every file would be garbage by the gigabyte. */
const SHELVES: readonly Shelf[] = [
  { size: 64 * 1024, kept: 32, free: [] },
  { size: 256 * 1024, kept: 16, free: [] },
  { size: 1024 * 1024, kept: 16, free: [] },
];

/** So many bytes with anything in them. Whoever knows that nobody looks at them any more may give them back. */
export function takeBytes(length: number): Uint8Array {
  const shelf = SHELVES.find(({ size }) => size >= length);
  if (shelf === undefined) return new Uint8Array(length);
  return new Uint8Array(shelf.free.pop() ?? new ArrayBuffer(shelf.size), 0, length);
}

/** Takes back what {@link takeBytes} gave. */
export function giveBack({ buffer }: Uint8Array): void {
  const shelf = SHELVES.find(({ size }) => size === buffer.byteLength);
  if (shelf !== undefined && shelf.free.length < shelf.kept && buffer instanceof ArrayBuffer) {
    shelf.free.push(buffer);
  }
}
