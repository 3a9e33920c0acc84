import { err, ok, type Result } from 'neverthrow';
import type { CallOptions, KeepError, Range, RangeRead } from '@sessionkeep/core';
import type { FileStat, SmbFile, SmbShare } from '@sessionkeep/smb2';
import { aborted, failure, type Attempt } from './failure.js';
import { identityOf } from './file-stat.js';
import type { Place } from './place.js';
import { closeQuietly } from './write-file.js';

type Chunk = Result<Uint8Array, KeepError>;

/** Up to this many bytes a range is opened, read and closed in one round trip, and ahead of who reads. */
const SMALL = 1024 * 1024;
/** How many small ranges are asked for ahead, and how many bytes they may be together. */
const MOST_AHEAD = 64;
const BYTES_AHEAD = 8 * 1024 * 1024;

/** Reads ranges one after another: small ones many at a time and ahead, of large ones several parts at a time. */
export async function* readRanges(
  place: Place,
  ranges: readonly Range[],
  { signal }: CallOptions = {},
): AsyncGenerator<RangeRead, void, void> {
  const ahead = new Ahead(place, ranges, signal);
  try {
    for (const [index, range] of ranges.entries()) {
      const reader = new RangeReader(place, range, signal, ahead.take(index));
      try {
        yield { range, chunks: reader.chunks() };
      } finally {
        reader.release();
      }
      if (reader.toldAbort) return;
    }
  } finally {
    ahead.stop();
  }
}

/** Small ranges that are on their way before anybody asks for them. */
class Ahead {
  readonly #stopped = new AbortController();
  readonly #ends: AbortSignal;
  readonly #reads = new Map<number, Promise<Chunk>>();
  #next = 0;
  #bytes = 0;

  constructor(
    readonly place: Place,
    readonly ranges: readonly Range[],
    readonly signal: AbortSignal | undefined,
  ) {
    this.#ends = AbortSignal.any([this.#stopped.signal, ...(signal === undefined ? [] : [signal])]);
  }

  /** The bytes of a small range; null for a large one. Asks for those behind it. */
  take(index: number): Promise<Chunk> | null {
    this.#next = Math.max(this.#next, index);
    this.#fill();
    const read = this.#reads.get(index) ?? null;
    if (read === null) return null;
    this.#reads.delete(index);
    this.#bytes -= this.ranges[index]?.length ?? 0;
    return read;
  }

  stop(): void {
    this.#stopped.abort();
    this.#reads.clear();
  }

  #fill(): void {
    while (this.#reads.size < MOST_AHEAD) {
      const range = this.ranges[this.#next];
      // Behind a large one nothing is asked for: the server has enough to do with it.
      if (range === undefined || range.length > SMALL) return;
      if (this.#reads.size > 0 && this.#bytes + range.length > BYTES_AHEAD) return;
      if (this.signal?.aborted === true) return;
      this.#bytes += range.length;
      this.#reads.set(this.#next++, readSmall(this.place, range, this.#ends));
    }
  }
}

/** A whole range that fits in memory. */
async function readSmall(place: Place, range: Range, signal: AbortSignal): Promise<Chunk> {
  const { path, offset, length } = range;
  const attempt = place.attempt('read', path);
  const read = await place.run(attempt, (share) =>
    share.readFile(place.at(path), { offset, length, signal }),
  );
  return read.andThen(({ bytes, stat }) => {
    const problem = checkRange(attempt, range, stat);
    if (problem !== null) return err(problem);
    return bytes.length === length ? ok(bytes) : err(short(attempt, range, offset + bytes.length));
  });
}

class RangeReader {
  readonly #attempt: Attempt;
  #file: SmbFile | null = null;
  #released = false;
  /** Whether the consumer has got its `aborted`. */
  toldAbort = false;

  constructor(
    readonly place: Place,
    readonly range: Range,
    readonly signal: AbortSignal | undefined,
    readonly small: Promise<Chunk> | null,
  ) {
    this.#attempt = place.attempt('read', range.path);
  }

  async *chunks(): AsyncGenerator<Chunk, void, void> {
    if (this.signal?.aborted === true) return yield this.#tellAbort();
    if (this.#released) return yield this.#tooLate();
    if (this.small === null) return yield* this.#large();
    const chunk = await this.small;
    if (this.#hasAborted()) return yield this.#tellAbort();
    if (chunk.isErr() || chunk.value.length > 0) yield chunk;
  }

  /** Lets go of the file, whether or not anybody read to the end. */
  release(): void {
    this.#released = true;
    if (this.#file !== null) closeQuietly(this.#file);
    this.#file = null;
  }

  async *#large(): AsyncGenerator<Chunk, void, void> {
    const { path, offset, length } = this.range;
    const aborts = this.signal === undefined ? {} : { signal: this.signal };
    const share = await this.place.share(this.#attempt);
    if (share.isErr()) return yield err(share.error);
    const opened = await share.value.open(this.place.at(path), aborts);
    if (opened.isErr()) return yield this.#fail(share.value, opened.error);
    const file = opened.value;
    if (this.#wasReleased()) {
      closeQuietly(file);
      return yield this.#tooLate();
    }
    this.#file = file;
    try {
      const problem = checkRange(this.#attempt, this.range, file.opened);
      if (problem !== null) return yield err(problem);
      let position = offset;
      for await (const chunk of file.readStream({ offset, length, ...aborts })) {
        if (this.#hasAborted()) return yield this.#tellAbort();
        if (this.#wasReleased()) return yield this.#tooLate();
        if (chunk.isErr()) return yield this.#fail(share.value, chunk.error);
        yield ok(chunk.value);
        position += chunk.value.length;
      }
      if (position < offset + length) yield err(short(this.#attempt, this.range, position));
    } finally {
      this.release();
    }
  }

  #fail(share: SmbShare, error: Parameters<Place['fail']>[2]): Chunk {
    if (this.#hasAborted()) return this.#tellAbort();
    return err(this.place.fail(this.#attempt, share, error));
  }

  #hasAborted(): boolean {
    return this.signal?.aborted === true;
  }

  #wasReleased(): boolean {
    return this.#released;
  }

  #tellAbort(): Chunk {
    this.toldAbort = true;
    return err(aborted(this.#attempt));
  }

  #tooLate(): Chunk {
    return err(failure('invalid', this.#attempt, 'the next range was asked for already'));
  }
}

function checkRange(attempt: Attempt, range: Range, stat: FileStat): KeepError | null {
  const { identity = '', offset, length } = range;
  if (identity !== '' && identity !== identityOf(stat.id)) {
    return failure('changed', attempt, 'another file has taken its name');
  }
  return stat.size < offset + length ? short(attempt, range, stat.size) : null;
}

function short(attempt: Attempt, { offset, length }: Range, size: number): KeepError {
  return failure('short', attempt, `it has ${size} bytes, and bytes up to ${offset + length} were asked for`);
}
