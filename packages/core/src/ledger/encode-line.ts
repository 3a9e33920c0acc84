import type { Sha256 } from '../hash/sha256.js';
import { MAX_LINE_BYTES, type Line, type LiveRecord, type Stamp, type StateLine } from './line.js';

/** A line as it stands in the file, newline included, and what the next line's `prev` must be. */
export interface EncodedLine {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

const utf8 = new TextEncoder();

/** Puts `prev` into a line and encodes it: one JSON object, UTF-8, one newline. Throws when no reader would take it. */
export function encodeChained(value: object, prev: string, sha256: Sha256): EncodedLine {
  const text = JSON.stringify({ ...value, prev }, bigintAsDecimal);
  const bytes = utf8.encode(`${text}\n`);
  if (bytes.length > MAX_LINE_BYTES)
    throw new RangeError(`a line of ${bytes.length.toString()} bytes is too long`);
  return { bytes, sha256: sha256.of(text) };
}

function bigintAsDecimal(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Encodes a ledger line behind the one whose digest is `prev`. Throws a `RangeError` when it would be too long. */
export function encodeLine(line: Line, prev: string, sha256: Sha256): EncodedLine {
  return encodeChained(line, prev, sha256);
}

/** The line that carries a record over into a new segment. */
export function stateLine(record: LiveRecord, stamp: Stamp): StateLine {
  const { extra, ...known } = record;
  return { ...extra, kind: 'state', ...known, ...stamp };
}
