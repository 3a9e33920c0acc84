import { closeSync, read, readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { err, ok, type Result } from 'neverthrow';
import { BufferPool, type CallOptions, type KeepError, type Range, type RangeRead } from '@sessionkeep/core';
import { aborted, failure, systemFailure, type Attempt } from './failure.js';
import { identityOf } from './file-stat.js';
import { openForReading } from './open-file.js';
import type { Place } from './place.js';

/** Up to this many bytes are read in place: the thread pool would cost more than the copy out of the page cache. */
const IN_PLACE = 64 * 1024;

/** Largest chunk the port allows. */
const CHUNK = 1024 * 1024;

/** Most files are small: a whole chunk for each would be too much. */
const pool = new BufferPool([
  { size: 64 * 1024, kept: 32 },
  { size: 256 * 1024, kept: 16 },
  { size: CHUNK, kept: 12 },
]);

/** Ranges served before signals and other work get their turn: small ones never leave this thread by themselves. */
const RUN = 64;

/** Reads ranges one after another; at most one file is open at a time. */
export async function* readRanges(
  place: Place,
  ranges: readonly Range[],
  options: CallOptions = {},
): AsyncGenerator<RangeRead, void, void> {
  for (const [index, range] of ranges.entries()) {
    if (index % RUN === RUN - 1) await nextTurn();
    const reader = new RangeReader(place, range, options.signal);
    try {
      yield { range, chunks: reader.chunks() };
    } finally {
      reader.release();
    }
    if (reader.toldAbort) return;
  }
}

class RangeReader {
  readonly #attempt: Attempt;
  #fd = -1;
  #buffer: Uint8Array | null = null;
  #released = false;
  #reading = false;
  /** Whether the consumer has got its `aborted`. */
  toldAbort = false;

  constructor(
    readonly place: Place,
    readonly range: Range,
    readonly signal: AbortSignal | undefined,
  ) {
    this.#attempt = place.attempt('read', range.path);
  }

  async *chunks(): AsyncGenerator<Result<Uint8Array, KeepError>, void, void> {
    const opened = this.#open();
    if (opened.isErr()) return yield err(opened.error);
    try {
      const end = this.range.offset + this.range.length;
      for (let position = this.range.offset; position < end;) {
        const chunk = await this.#read(position, Math.min(CHUNK, end - position));
        yield chunk;
        if (chunk.isErr()) return;
        position += chunk.value.length;
      }
    } finally {
      this.release();
    }
  }

  /** Lets go of the file, whether or not anybody read to the end. */
  release(): void {
    this.#released = true;
    // A read under way still writes into the buffer and needs the descriptor: it lets go itself.
    if (this.#reading) return;
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
    if (this.#buffer !== null) pool.give(this.#buffer);
    this.#buffer = null;
  }

  #open(): Result<void, KeepError> {
    if (this.signal?.aborted === true) return this.#tellAbort();
    if (this.#released) return err(failure('invalid', this.#attempt, 'the next range was asked for already'));
    const opened = openForReading(this.place, this.range.path, this.#attempt);
    if (opened.isErr()) return err(opened.error);
    this.#fd = opened.value.fd;
    const problem = this.#check(opened.value.stat);
    if (problem !== null) {
      this.release();
      return err(problem);
    }
    this.#buffer = pool.take(Math.min(this.range.length, CHUNK));
    return ok(undefined);
  }

  #check(stat: Parameters<typeof identityOf>[0]): KeepError | null {
    const { identity = '', offset, length } = this.range;
    if (identity !== '' && identity !== identityOf(stat)) {
      return failure('changed', this.#attempt, 'another file has taken its name');
    }
    return Number(stat.size) < offset + length ? this.#short(Number(stat.size)) : null;
  }

  async #read(position: number, length: number): Promise<Result<Uint8Array, KeepError>> {
    const buffer = this.#buffer;
    if (this.signal?.aborted === true) return this.#tellAbort();
    if (buffer === null)
      return err(failure('invalid', this.#attempt, 'the next range was asked for already'));
    this.#reading = true;
    const got = await readInto(this.#fd, buffer, length, position);
    this.#reading = false;
    if (this.#released) {
      this.release();
      return err(failure('invalid', this.#attempt, 'the next range was asked for already'));
    }
    if (got instanceof Error) return err(systemFailure(this.#attempt, got));
    return got === 0 ? err(this.#short(position)) : ok(buffer.subarray(0, got));
  }

  #tellAbort(): Result<never, KeepError> {
    this.toldAbort = true;
    return err(aborted(this.#attempt));
  }

  #short(size: number): KeepError {
    const end = this.range.offset + this.range.length;
    return failure('short', this.#attempt, `it has ${size} bytes, and bytes up to ${end} were asked for`);
  }
}

function readInto(
  fd: number,
  buffer: Uint8Array,
  length: number,
  position: number,
): Promise<number | Error> | number | Error {
  if (length <= IN_PLACE) {
    try {
      return readSync(fd, buffer, 0, length, position);
    } catch (cause) {
      return cause instanceof Error ? cause : new Error(String(cause));
    }
  }
  return new Promise((resolve) => {
    read(fd, buffer, 0, length, position, (cause, got) => resolve(cause ?? got));
  });
}
