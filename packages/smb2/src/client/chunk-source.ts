/** What can be written from: also a web-standard `ReadableStream`, a Node stream, an array, a generator. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Takes chunks from a source that may be slow, until it ends or is interrupted. */
export class ChunkSource {
  readonly #iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(source: ByteSource) {
    this.#iterator =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** The next chunk; null at the end, and at once when it is interrupted. Throws what the source throws. */
  async next(): Promise<Uint8Array | null> {
    if (this.#ended) return null;
    const taken = await new Promise<IteratorResult<Uint8Array> | null>((resolve, reject) => {
      this.#wake = () => resolve(null);
      const next = this.#iterator.next();
      if (next instanceof Promise) next.then(resolve, reject);
      else Promise.resolve(next).then(resolve, reject);
    });
    this.#wake = null;
    if (taken === null) return null;
    if (taken.done === true) {
      this.#ended = true;
      return null;
    }
    if (!(taken.value instanceof Uint8Array)) throw new TypeError('a chunk is not a Uint8Array');
    return taken.value;
  }

  /** Ends the waiting for a chunk, and gives no more. */
  interrupt(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Tells the source that no more is wanted of it, without waiting for what it makes of that. */
  leave(): void {
    this.#ended = true;
    const left = (async () => this.#iterator.return?.())();
    // The writing has its result by now, and a source that fails at its end changes nothing about it.
    left.catch(() => null);
  }
}
