import { err, ok } from 'neverthrow';
import type { Decoded, DecodeFault } from './decode-fault.js';
import { momentOf } from './file-time.js';

const EMPTY = Buffer.alloc(0);
const UNBOUND = 2 ** 32;

/**
 * A bounded cursor over bytes nobody has vouched for, little-endian as in all of SMB.
 *
 * The first thing that is wrong is remembered, and from then on every read gives zero or nothing: a decoder
 * reads straight down and says {@link end} once. It never throws, and what it gives are views, never copies, so
 * that no length in the bytes decides over memory. A loop over entries asks {@link failed} in each round.
 */
export class Reader {
  private at: number;
  private fault: DecodeFault | null = null;

  /** Reads `source` from `start` up to `limit`; offsets count from the start of `source`. */
  constructor(
    private readonly source: Buffer,
    private readonly structure: string,
    start = 0,
    private readonly limit = source.length,
  ) {
    this.at = start;
    if (start > limit) this.fail(`it begins at ${start} and ends at ${limit}`);
  }

  get failed(): boolean {
    return this.fault !== null;
  }

  /** Where the next read begins. */
  get position(): number {
    return this.at;
  }

  get left(): number {
    return this.failed ? 0 : this.limit - this.at;
  }

  u8(): number {
    return this.take(1) ? this.source.readUInt8(this.at - 1) : 0;
  }

  u16(): number {
    return this.take(2) ? this.source.readUInt16LE(this.at - 2) : 0;
  }

  u32(): number {
    return this.take(4) ? this.source.readUInt32LE(this.at - 4) : 0;
  }

  u64(): bigint {
    return this.take(8) ? this.source.readBigUInt64LE(this.at - 8) : 0n;
  }

  /** A 64-bit size or offset as a number; one that a number cannot hold exactly is a fault. */
  size(): number {
    const low = this.u32();
    const value = low + this.u32() * UNBOUND;
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    this.fail(`${value} is no size`);
    return 0;
  }

  /** A FILETIME in nanoseconds since 1970, or null where none is set. */
  moment(): bigint | null {
    return this.take(8) ? momentOf(this.source.readBigInt64LE(this.at - 8)) : null;
  }

  /** The next `length` bytes, as a view. */
  bytes(length: number): Buffer {
    return this.take(length) ? this.source.subarray(this.at - length, this.at) : EMPTY;
  }

  /** What is left, as a view. */
  rest(): Buffer {
    return this.bytes(this.left);
  }

  skip(length: number): void {
    this.take(length);
  }

  /** Goes on at `offset`, which counts from the start of the source. */
  seek(offset: number): void {
    if (this.failed) return;
    if (offset > this.limit) this.fail(`offset ${offset} is past the end at ${this.limit}`);
    else this.at = offset;
  }

  /** The `length` bytes at `offset` from the start of the source, as a view; the cursor stays. */
  slice(offset: number, length: number): Buffer {
    if (this.failed || length === 0) return EMPTY;
    if (offset + length <= this.limit) return this.source.subarray(offset, offset + length);
    this.fail(`${length} bytes at offset ${offset} go past the end at ${this.limit}`);
    return EMPTY;
  }

  /** The UTF-16LE text of `length` bytes, exactly: a lone surrogate, which Windows allows in names, stays one. */
  text(length: number): string {
    if (length % 2 !== 0) this.fail(`a text of ${length} bytes is not UTF-16`);
    return this.bytes(length).toString('utf16le');
  }

  /** Reads a 16-bit StructureSize, by which the versions of a structure differ. */
  structureSize(wanted: number): void {
    const found = this.u16();
    if (!this.failed && found !== wanted) this.fail(`its structure size is ${found}, not ${wanted}`);
  }

  /** Remembers what is wrong, unless something was already. */
  fail(problem: string): void {
    this.fault ??= { structure: this.structure, problem, at: this.at };
  }

  /** The value that was read, or the first thing that was wrong. */
  end<T>(value: T): Decoded<T> {
    return this.fault === null ? ok(value) : err(this.fault);
  }

  private take(length: number): boolean {
    if (this.failed) return false;
    if (length > this.limit - this.at) {
      this.fail(`${length} bytes wanted, ${this.limit - this.at} are left`);
      return false;
    }
    this.at += length;
    return true;
  }
}
