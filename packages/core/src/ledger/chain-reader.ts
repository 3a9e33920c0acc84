import type { Sha256 } from '../hash/sha256.js';
import type { Decoded } from './decode-line.js';
import { MAX_LINE_BYTES } from './line.js';

/** Where a chain stops being one. Everything before `byte` holds. */
export interface ChainDamage {
  readonly byte: number;
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
  /** Written by a later version: nothing is wrong, but this one must not write. */
  readonly unsupported: boolean;
}

export interface ChainItem<T> {
  readonly value: T;
  readonly extra?: Record<string, unknown>;
}

/**
 * Reads lines chained by `prev`, from chunks of any size: pure, and flat in memory. After the first break nothing
 * more is yielded. An unfinished last line is no break: see {@link ChainReader.tornBytes}.
 */
export class ChainReader<T> {
  /** SHA-256 of the last valid line; before the first one, what its `prev` must be, or null when anything may be. */
  head: string | null;
  /** `prev` of the first line. */
  firstPrev: string | null = null;
  /** Bytes up to the end of the last valid line. */
  validBytes = 0;
  lines = 0;
  damage: ChainDamage | null = null;
  private rest: Uint8Array = new Uint8Array(0);
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  /**
   * @param decode parses one line's text
   * @param accept says what is wrong with a line in its place, or null
   */
  constructor(
    private readonly sha256: Sha256,
    private readonly decode: (text: string) => Decoded<T>,
    expectedPrev: string | null = null,
    private readonly accept: (value: T, extra?: Record<string, unknown>) => string | null = () => null,
  ) {
    this.head = expectedPrev;
  }

  /** Bytes of an unfinished last line. */
  get tornBytes(): number {
    return this.damage === null ? this.rest.length : 0;
  }

  /** The complete lines that this chunk ends. */
  *push(chunk: Uint8Array): Generator<ChainItem<T>, void> {
    if (this.damage !== null) return;
    const bytes = this.rest.length === 0 ? chunk : concat(this.rest, chunk);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      const item = this.line(bytes.subarray(start, end));
      if (item === null) return;
      start = end + 1;
      yield item;
    }
    // A copy: the chunk is the caller's again, and of a Buffer `slice` would be a view.
    this.rest = new Uint8Array(bytes.subarray(start));
    if (this.rest.length >= MAX_LINE_BYTES) this.fail('it is longer than a line may be');
  }

  private line(bytes: Uint8Array): ChainItem<T> | null {
    if (bytes.length >= MAX_LINE_BYTES) return this.fail('it is longer than a line may be');
    let text: string;
    try {
      text = this.utf8.decode(bytes);
    } catch {
      return this.fail('it is no UTF-8');
    }
    const decoded = this.decode(text);
    if (!decoded.ok) return this.fail(decoded.reason, decoded.unsupported);
    if (this.head !== null && decoded.prev !== this.head)
      return this.fail('its prev is not the digest of the line before');
    const problem = this.accept(decoded.value, decoded.extra);
    if (problem !== null) return this.fail(problem);
    this.firstPrev ??= decoded.prev;
    this.head = this.sha256.of(bytes);
    this.validBytes += bytes.length + 1;
    this.lines++;
    return decoded.extra === undefined
      ? { value: decoded.value }
      : { value: decoded.value, extra: decoded.extra };
  }

  private fail(reason: string, unsupported = false): null {
    this.damage = { byte: this.validBytes, line: this.lines + 1, reason, unsupported };
    this.rest = new Uint8Array(0);
    return null;
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
