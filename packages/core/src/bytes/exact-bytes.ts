import type { Result } from 'neverthrow';
import type { ErrorKind, KeepError } from '../error/keep-error.js';
import type { Bytes } from '../port/transport.js';

type Item = IteratorResult<Result<Uint8Array, KeepError>>;

/** What {@link ExactBytes} is told. */
export interface ExactBytesOptions {
  readonly bytes: Bytes;
  /** So many bytes there must be. */
  readonly length: number;
  /** Blocks are so long, but for the last. */
  readonly block: number;
  readonly signal?: AbortSignal | undefined;
  /** Memory for a block; each time another, or one that nobody looks at any more. */
  readonly take: (length: number) => Uint8Array;
  /** The error of whoever writes the bytes: too few (`short`), too many (`invalid`), a producer that throws (`io`), an abort. */
  readonly fault: (kind: ErrorKind, text: string, cause?: unknown) => KeepError;
}

/**
 * Exactly `length` bytes of a producer, as blocks to be sent: what every transport that writes over a wire does with what it is
 * given. Whatever ends it early is in {@link problem}, an `err` item of the producer's too. The producer is asked for one item at
 * a time, and let go of in every case.
 */
export class ExactBytes {
  problem: KeepError | null = null;
  readonly #options: ExactBytesOptions;

  constructor(options: ExactBytesOptions) {
    this.#options = options;
  }

  /** Copies, since a producer may use its chunk again while blocks are on their way: small chunks are gathered, and large ones cut. */
  async *blocks(): AsyncGenerator<Uint8Array, void, void> {
    const { bytes, signal, fault } = this.#options;
    const iterator = bytes[Symbol.asyncIterator]();
    const abort = signal === undefined ? null : new Abort(signal);
    const gathered = new Gathered(this.#options);
    let ended = false;
    try {
      for (;;) {
        const item = await (abort === null ? iterator.next() : abort.orNext(iterator));
        ended = item?.done === true;
        const chunk = this.#take(item, gathered);
        if (chunk === null) break;
        yield* gathered.add(chunk);
      }
      if (this.problem === null) yield* gathered.rest();
    } catch (cause) {
      this.problem = fault('io', 'the bytes to write could not be produced', cause);
    } finally {
      abort?.forget();
      // Not awaited after an abort: a producer that hangs would hang us too.
      if (!ended) await letGo(iterator, signal?.aborted === true);
    }
  }

  /** The next chunk; null at the end, or with a problem. */
  #take(item: Item | null, { total }: Gathered): Uint8Array | null {
    const { length, signal, fault } = this.#options;
    if (item === null || signal?.aborted === true) {
      this.problem = fault('aborted', 'it was cancelled');
    } else if (item.done === true) {
      if (total < length) this.problem = fault('short', `only ${total} of ${length} bytes came`);
    } else if (item.value.isErr()) {
      this.problem = item.value.error;
    } else if (total + item.value.value.length > length) {
      this.problem = fault('invalid', `more than the promised ${length} bytes came`);
    } else {
      return item.value.value;
    }
    return null;
  }
}

/** Copies chunks into blocks. */
class Gathered {
  total = 0;
  #block: Uint8Array;
  #filled = 0;

  constructor(readonly options: ExactBytesOptions) {
    this.#block = this.#next();
  }

  *add(chunk: Uint8Array): Generator<Uint8Array, void, void> {
    for (let at = 0; at < chunk.length;) {
      const size = Math.min(chunk.length - at, this.#block.length - this.#filled);
      this.#block.set(chunk.subarray(at, at + size), this.#filled);
      this.#filled += size;
      this.total += size;
      at += size;
      if (this.#filled < this.#block.length) continue;
      yield this.#block;
      this.#block = this.#next();
      this.#filled = 0;
    }
  }

  *rest(): Generator<Uint8Array, void, void> {
    if (this.#filled > 0) yield this.#block.subarray(0, this.#filled);
  }

  #next(): Uint8Array {
    const { block, length, take } = this.options;
    return take(Math.min(block, length - this.total));
  }
}

/** One listener for a whole stream, however many chunks it has. */
class Abort {
  readonly #signal: AbortSignal;
  #wake: (() => void) | null = null;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#heard);
  }

  /** The next item, or null as soon as the signal is aborted. */
  orNext(iterator: AsyncIterator<Result<Uint8Array, KeepError>>): Promise<Item | null> {
    if (this.#signal.aborted) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(null);
      iterator.next().then(resolve, reject);
    });
  }

  forget(): void {
    this.#signal.removeEventListener('abort', this.#heard);
  }

  readonly #heard = (): void => this.#wake?.();
}

async function letGo(iterator: AsyncIterator<unknown>, hurried: boolean): Promise<void> {
  const returned = iterator.return?.().catch(() => undefined);
  if (!hurried) await returned;
}
