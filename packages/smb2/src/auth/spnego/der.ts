import { err, ok } from 'neverthrow';
import type { Decoded, DecodeFault } from '../../bytes/decode-fault.js';

/** Tags that SPNEGO uses (X.690); its own fields are {@link field}s. */
export const DerTag = {
  octets: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  sequence: 0x30,
  /** [APPLICATION 0], which holds a whole token. */
  application: 0x60,
} as const;

/** The tag of field number `number`, which holds one value. */
export function field(number: number): number {
  return 0xa0 + number;
}

/** A value with its tag and length. */
export function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(length)]), ...contents]);
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  if (length < 0x1_0000) return [0x82, length >> 8, length & 0xff];
  throw new RangeError(`a token of ${length} bytes`);
}

const EMPTY = Buffer.alloc(0);

/**
 * Reads values one after another. The first thing that is wrong is remembered, and from then on all is empty, as
 * with `Reader`. Only definite lengths of up to 4 bytes are taken.
 */
export class DerReader {
  private at = 0;
  private fault: DecodeFault | null = null;

  constructor(
    private readonly bytes: Buffer,
    private readonly structure: string,
  ) {}

  get hasMore(): boolean {
    return this.fault === null && this.at < this.bytes.length;
  }

  /** The content of the next value, which must have this tag. */
  value(tag: number): Buffer {
    const found = this.bytes[this.at];
    if (found === tag) return this.next();
    this.fail(`tag ${tag} wanted, ${found === undefined ? 'nothing is left' : `${found} found`}`);
    return EMPTY;
  }

  /** The content of the next value if it has this tag. */
  optional(tag: number): Buffer | null {
    return this.hasMore && this.bytes[this.at] === tag ? this.next() : null;
  }

  /** Takes over what went wrong inside a value. */
  join<T>(inner: Decoded<T>, instead: T): T {
    if (inner.isErr()) this.fail(inner.error.problem);
    return inner.unwrapOr(instead);
  }

  fail(problem: string): void {
    this.fault ??= { structure: this.structure, problem, at: this.at };
  }

  end<T>(value: T): Decoded<T> {
    return this.fault === null ? ok(value) : err(this.fault);
  }

  private next(): Buffer {
    if (this.fault !== null) return EMPTY;
    const first = this.bytes[this.at + 1];
    const sizeOfLength = first === undefined || first < 0x80 ? 0 : first - 0x80;
    const start = this.at + 2 + sizeOfLength;
    const isKnown = first !== undefined && first !== 0x80 && sizeOfLength <= 4 && start <= this.bytes.length;
    if (!isKnown) {
      this.fail('a value has no length');
      return EMPTY;
    }
    const length = sizeOfLength === 0 ? first : this.bytes.readUIntBE(this.at + 2, sizeOfLength);
    if (length > this.bytes.length - start) {
      this.fail(`a value of ${length} bytes goes past the end`);
      return EMPTY;
    }
    this.at = start + length;
    return this.bytes.subarray(start, this.at);
  }
}
