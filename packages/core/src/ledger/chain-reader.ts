import type { Sha256 } from '../hash/sha256.js';
import type { Decoded } from './decode-line.js';
import { MAX_LINE_BYTES } from './line.js';
import type { LedgerHead } from './run-record.js';

/** Where a chain stops being one. Everything before `byte` holds. */
export interface ChainDamage {
  readonly byte: number;
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
  /** Written by a later version: nothing is wrong, but this one must not write. */
  readonly unsupported: boolean;
}

/** A line that was read and confirmed, and the fields of it that this version does not know. */
export interface ChainItem<T> {
  readonly value: T;
  readonly extra?: Record<string, unknown>;
}

const NOTHING = new Uint8Array(0);

/** A line that was read and waits for the next one to confirm it. */
interface Pending<T> {
  readonly decoded: Decoded<T>;
  readonly sha256: string;
  /** With its newline. */
  readonly bytes: number;
}

/**
 * Reads lines chained by `prev`, from chunks of any size: pure, and flat in memory. A line counts once the next one names its
 * digest, or once {@link ChainReader.end} says that there is no next one: so a changed line is never taken for true, though
 * only its successor can tell. After the first break nothing more is yielded. An unfinished last line is no break: see
 * {@link ChainReader.tornBytes}.
 *
 * @example
 * const state = new LedgerState();
 * const reader = new ChainReader(sha256, decodeLine, GENESIS, (line, extra) => state.apply(line, extra));
 * for (const { value } of reader.push(new TextEncoder().encode('{"kind":…'))) console.log(value.kind);
 * for (const { value } of reader.end()) console.log(value.kind);
 * if (reader.damage !== null) console.log(`line ${reader.damage.line}: ${reader.damage.reason}`);
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
  private pending: Pending<T> | null = null;
  private rest: Uint8Array = NOTHING;
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

  /** The lines that this chunk confirms. */
  *push(chunk: Uint8Array): Generator<ChainItem<T>, void> {
    if (this.isBroken()) return;
    // All lines in one go: decoding them one by one takes six times as long. Null where one of them is no UTF-8.
    const texts = this.textOf(chunk.subarray(0, Math.max(0, chunk.lastIndexOf(10))))?.split('\n');
    let start = 0;
    for (let end = chunk.indexOf(10), at = 0; end >= 0; end = chunk.indexOf(10, start), at++) {
      // Only a line that lies in two chunks is put together: joining whole chunks would double what is held.
      const whole = this.rest.length === 0;
      const bytes = this.completed(chunk.subarray(start, end));
      const item = this.line(bytes, whole ? texts?.[at] : undefined);
      if (item !== null) yield item;
      if (this.isBroken()) return;
      start = end + 1;
    }
    // A copy: the chunk is the caller's again, and of a Buffer `slice` would be a view.
    this.rest = concat(this.rest, chunk.subarray(start));
    if (this.rest.length >= MAX_LINE_BYTES) {
      const item = this.confirm();
      if (item !== null) yield item;
      this.fail('it is longer than a line may be');
    }
  }

  /**
   * There are no more bytes: the last line has nobody to confirm it but `expected`, digests that somebody noted of a file of
   * this many bytes. One that disagrees makes it damage.
   */
  *end(expected: readonly LedgerHead[] = []): Generator<ChainItem<T>, void> {
    const last = this.pending;
    if (last === null || this.damage !== null) return;
    const size = this.validBytes + last.bytes;
    if (expected.some((head) => head.size === size && head.head !== last.sha256)) {
      this.fail('it is not the line that was written there');
      return;
    }
    const item = this.confirm();
    if (item !== null) yield item;
  }

  /**
   * Takes in one more line, and gives the one before it, which this one confirms.
   *
   * @param known its text, where that was decoded already
   */
  private line(bytes: Uint8Array, known: string | undefined): ChainItem<T> | null {
    const text = bytes.length < MAX_LINE_BYTES ? (known ?? this.textOf(bytes)) : null;
    const decoded: Decoded<T> = text === null ? unreadable(bytes) : this.decode(text);
    const { prev } = decoded;
    const before = this.pending;
    // Where the line says nothing of the one before it, that one stands as it is, and this one is the break.
    if (prev !== undefined && prev !== (before === null ? this.head : before.sha256)) {
      if (before !== null) return this.fail('the line after it does not name its digest, or is another line');
      if (this.head !== null) return this.fail('its prev is not the digest of the line before');
    }
    const item = before === null ? null : this.confirm();
    if (this.damage === null)
      this.pending = { decoded, sha256: this.sha256.of(bytes), bytes: bytes.length + 1 };
    if (this.damage === null && prev === undefined) this.confirm();
    return item;
  }

  /** Makes the pending line count; null where it is the break. */
  private confirm(): ChainItem<T> | null {
    const pending = this.pending;
    if (pending === null) return null;
    const { decoded } = pending;
    if (!decoded.ok) return this.fail(decoded.reason, decoded.unsupported);
    const problem = this.accept(decoded.value, decoded.extra);
    if (problem !== null) return this.fail(problem);
    this.pending = null;
    this.firstPrev ??= decoded.prev;
    this.head = pending.sha256;
    this.validBytes += pending.bytes;
    this.lines++;
    return decoded.extra === undefined
      ? { value: decoded.value }
      : { value: decoded.value, extra: decoded.extra };
  }

  /** The line that these bytes end. */
  private completed(bytes: Uint8Array): Uint8Array {
    if (this.rest.length === 0) return bytes;
    const whole = concat(this.rest, bytes);
    this.rest = NOTHING;
    return whole;
  }

  private isBroken(): boolean {
    return this.damage !== null;
  }

  private textOf(bytes: Uint8Array): string | null {
    try {
      return this.utf8.decode(bytes);
    } catch {
      return null;
    }
  }

  private fail(reason: string, unsupported = false): null {
    this.damage = { byte: this.validBytes, line: this.lines + 1, reason, unsupported };
    this.rest = NOTHING;
    this.pending = null;
    return null;
  }
}

function unreadable(bytes: Uint8Array): { ok: false; reason: string } {
  const long = bytes.length >= MAX_LINE_BYTES;
  return { ok: false, reason: long ? 'it is longer than a line may be' : 'it is no UTF-8' };
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
