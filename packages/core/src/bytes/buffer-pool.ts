/** Memory of one size that is used again. */
export interface Shelf {
  readonly size: number;
  /** So many are kept for later: about as many as are in use at once. More are made when more are needed, and then dropped. */
  readonly kept: number;
  /** What is shorter is not worth so much memory; 0 unless told otherwise. */
  readonly from?: number;
}

/**
 * Memory for bytes on their way, used again: fresh memory for every file would be garbage by the gigabyte.
 *
 * @example
 * const pool = new BufferPool([{ size: 64 * 1024, kept: 32 }]);
 * const bytes = pool.take(1000);
 * pool.give(bytes);
 */
export class BufferPool {
  readonly #shelves: readonly (Shelf & { readonly free: ArrayBuffer[] })[];

  /** @param shelves the smallest first */
  constructor(shelves: readonly Shelf[]) {
    this.#shelves = shelves.map((shelf) => ({ ...shelf, free: [] }));
  }

  /** So many bytes with anything in them. Whoever knows that nobody looks at them any more may give them back. */
  take(length: number): Uint8Array<ArrayBuffer> {
    const shelf = this.#shelves.find(({ size, from = 0 }) => size >= length && from <= length);
    if (shelf === undefined) return new Uint8Array(length);
    // No `Buffer`: a consumer that copies what it keeps with `slice` would get a view.
    return new Uint8Array(shelf.free.pop() ?? new ArrayBuffer(shelf.size), 0, length);
  }

  /** Takes back what {@link take} gave, or a part of it. */
  give({ buffer }: Uint8Array): void {
    const shelf = this.#shelves.find(({ size }) => size === buffer.byteLength);
    if (shelf !== undefined && shelf.free.length < shelf.kept && buffer instanceof ArrayBuffer) {
      shelf.free.push(buffer);
    }
  }
}
