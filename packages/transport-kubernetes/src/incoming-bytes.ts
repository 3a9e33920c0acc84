import type { Result } from 'neverthrow';
import type { Bytes, KeepError } from '@sessionkeep/core';
import { aborted, errorOf, failure, problem, type Attempt } from './failure.js';

type Item = IteratorResult<Result<Uint8Array, KeepError>>;

/** As much is gathered before it is sent. */
const BLOCK = 1024 * 1024;

/**
 * Exactly `length` bytes of a producer, as blocks to be sent. Whatever ends it early is in {@link problem}: an `err` item,
 * too few bytes (`short`), too many (`invalid`), an abort. The producer is asked for one item at a time, and let go of in
 * every case.
 */
export class IncomingBytes {
  problem: KeepError | null = null;

  constructor(
    readonly bytes: Bytes,
    readonly length: number,
    readonly attempt: Attempt,
    readonly signal: AbortSignal | undefined,
  ) {}

  /** Copies: small chunks are gathered, and large ones cut. */
  async *blocks(): AsyncGenerator<Uint8Array, void, void> {
    const iterator = this.bytes[Symbol.asyncIterator]();
    const abort = this.signal === undefined ? null : new Abort(this.signal);
    const gathered = new Gathered(this.length);
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
      this.problem = errorOf(
        this.attempt,
        problem('io', 'the bytes to write could not be produced', { cause }),
      );
    } finally {
      abort?.forget();
      // Not awaited after an abort: a producer that hangs would hang us too.
      if (!ended) await letGo(iterator, this.signal?.aborted === true);
    }
  }

  /** The next chunk; null at the end, or with a problem. */
  #take(item: Item | null, { total }: Gathered): Uint8Array | null {
    if (item === null || this.signal?.aborted === true) {
      this.problem = aborted(this.attempt);
    } else if (item.done === true) {
      if (total < this.length)
        this.problem = this.#fault('short', `only ${total} of ${this.length} bytes came`);
    } else if (item.value.isErr()) {
      this.problem = item.value.error;
    } else if (total + item.value.value.length > this.length) {
      this.problem = this.#fault('invalid', `more than the promised ${this.length} bytes came`);
    } else {
      return item.value.value;
    }
    return null;
  }

  #fault(kind: 'short' | 'invalid', problem: string): KeepError {
    return failure(kind, this.attempt, problem);
  }
}

/** Copies chunks into blocks. */
class Gathered {
  total = 0;
  #block: Buffer;
  #filled = 0;

  constructor(readonly length: number) {
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

  #next(): Buffer {
    return Buffer.allocUnsafeSlow(Math.min(BLOCK, this.length - this.total));
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
