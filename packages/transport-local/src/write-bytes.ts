import { fdatasync, write, writeSync } from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import type { Bytes, KeepError } from '@sessionkeep/core';
import { aborted, failure, systemFailure, type Attempt } from './failure.js';

type Done = Result<void, KeepError>;
type Item = IteratorResult<Result<Uint8Array, KeepError>>;

/** Up to this many bytes are written in place: the thread pool would cost more than the copy into the page cache. */
const IN_PLACE = 128 * 1024;

/** Where bytes go, and how many of them there must be. */
export interface Span {
  readonly fd: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Writes exactly `length` bytes. Whatever ends it early is the answer: an `err` item, too few bytes (`short`), too many
 * (`invalid`), an abort, the file system. The producer is let go of in every case.
 */
export async function writeStream(
  span: Span,
  bytes: Bytes,
  attempt: Attempt,
  signal?: AbortSignal,
): Promise<Done> {
  const iterator = bytes[Symbol.asyncIterator]();
  const abort = signal === undefined ? null : new Abort(signal);
  let written = 0;
  let ended = false;
  try {
    for (;;) {
      if (signal?.aborted === true) return err(aborted(attempt));
      const item = await (abort === null ? iterator.next() : abort.orNext(iterator));
      if (item === null) return err(aborted(attempt));
      if (item.done === true) {
        ended = true;
        return written === span.length ? ok(undefined) : err(tooFew(attempt, written, span.length));
      }
      if (item.value.isErr()) return err(item.value.error);
      const chunk = item.value.value;
      if (written + chunk.length > span.length) return err(tooMany(attempt, span.length));
      const done = await writeAt(span.fd, chunk, span.offset + written, attempt);
      if (done.isErr()) return done;
      written += chunk.length;
    }
  } catch (cause) {
    return err(failure('io', attempt, 'the bytes to write could not be produced', cause));
  } finally {
    abort?.forget();
    // Not awaited after an abort: a producer that hangs would hang us too.
    if (!ended) await letGo(iterator, signal?.aborted === true);
  }
}

/** Writes all of `chunk` at `position`, in as many calls as the file system wants. */
export async function writeAt(
  fd: number,
  chunk: Uint8Array,
  position: number,
  attempt: Attempt,
): Promise<Done> {
  for (let at = 0; at < chunk.length;) {
    const left = chunk.length - at;
    const wrote = await writeSome(fd, chunk, at, left, position + at);
    if (wrote instanceof Error) return err(systemFailure(attempt, wrote));
    if (wrote === 0)
      return err(failure('io', attempt, 'the file system took no more bytes and gave no reason'));
    at += wrote;
  }
  return ok(undefined);
}

/** Makes the data of an open file durable, and the size that is needed to find it again. */
export function flushData(fd: number, attempt: Attempt): Promise<Done> {
  return new Promise((resolve) => {
    fdatasync(fd, (cause) => resolve(cause === null ? ok(undefined) : err(systemFailure(attempt, cause))));
  });
}

function writeSome(
  fd: number,
  chunk: Uint8Array,
  at: number,
  length: number,
  position: number,
): Promise<number | Error> | number | Error {
  if (length <= IN_PLACE) {
    try {
      return writeSync(fd, chunk, at, length, position);
    } catch (cause) {
      return cause instanceof Error ? cause : new Error(String(cause));
    }
  }
  return new Promise((resolve) => {
    write(fd, chunk, at, length, position, (cause, wrote) => resolve(cause ?? wrote));
  });
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

function tooFew(attempt: Attempt, got: number, length: number): KeepError {
  return failure('short', attempt, `only ${got} of ${length} bytes came`);
}

function tooMany(attempt: Attempt, length: number): KeepError {
  return failure('invalid', attempt, `more than the promised ${length} bytes came`);
}
