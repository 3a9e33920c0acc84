/** A running SHA-256 (FIPS 180-4). `copy` lets a prefix be proven and the rest be added without reading it twice. */
export interface Hasher {
  /** Adds bytes behind those so far. */
  update(bytes: Uint8Array): void;
  /** Lower-case hex of all bytes so far. The hasher may be used no more afterwards; `copy()` first to go on. */
  hex(): string;
  /** A hasher of the same bytes so far, which goes on by itself. */
  copy(): Hasher;
}

/** SHA-256, handed in by whoever composes the parts: `core` itself has no crypto. */
export interface Sha256 {
  /** A hasher of no bytes yet. */
  start(): Hasher;
  /** Lower-case hex of these bytes, or of the text's UTF-8. */
  of(data: Uint8Array | string): string;
}

/** What SHA-256 gives for no bytes at all. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const HEX64 = /^[0-9a-f]{64}$/;

/** True for 64 lower-case hexadecimal digits, as every digest here is written. */
export function isSha256(text: unknown): text is string {
  return typeof text === 'string' && HEX64.test(text);
}
