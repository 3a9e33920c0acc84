const UNBOUND = 2 ** 32;

/**
 * Fills a structure of a known size from its start, little-endian. A value that its field cannot hold is a bug of
 * the caller and throws; what comes from users is checked before it gets here.
 */
export class Writer {
  private readonly target: Buffer;
  private at = 0;

  constructor(size: number) {
    this.target = Buffer.alloc(size);
  }

  u8(value: number): this {
    this.at = this.target.writeUInt8(value, this.at);
    return this;
  }

  u16(value: number): this {
    this.at = this.target.writeUInt16LE(value, this.at);
    return this;
  }

  u32(value: number): this {
    this.at = this.target.writeUInt32LE(value, this.at);
    return this;
  }

  u64(value: bigint): this {
    this.at = this.target.writeBigUInt64LE(value, this.at);
    return this;
  }

  /** A 64-bit size or offset that is a whole number up to 2^53 - 1. */
  size(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no size`);
    return this.u32(value % UNBOUND).u32(Math.floor(value / UNBOUND));
  }

  bytes(value: Uint8Array): this {
    if (value.length > this.target.length - this.at) throw new RangeError('no room for these bytes');
    this.target.set(value, this.at);
    this.at += value.length;
    return this;
  }

  /** Leaves bytes zero. */
  skip(length: number): this {
    this.at += length;
    return this;
  }

  /** The structure, which must be full. */
  end(): Buffer {
    if (this.at !== this.target.length)
      throw new RangeError(`${this.at} of ${this.target.length} bytes filled`);
    return this.target;
  }
}

/** How many bytes bring `length` to a multiple of `unit`. */
export function paddingOf(length: number, unit = 8): number {
  return (unit - (length % unit)) % unit;
}
