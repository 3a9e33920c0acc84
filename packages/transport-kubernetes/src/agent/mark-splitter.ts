/** A piece of what lies before a mark, or which mark it was. */
export type Split = { readonly bytes: Buffer } | { readonly mark: number };

/**
 * Finds marks in a stream, wherever its pieces are cut. Bytes are handed on as they come, without a copy but where a piece ends
 * like a mark begins. A piece is not looked at any more when the next one is wanted.
 */
export class MarkSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /** Adds what came. */
  push(piece: Buffer): void {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
  }

  /** The next bytes before the first of these marks, or that mark; null when more must come first. */
  next(...marks: readonly Buffer[]): Split | null {
    const rest = this.#rest;
    let certain = rest.length;
    for (const [mark, bytes] of marks.entries()) {
      // One that begins behind another is looked for when its turn comes, and not again and again before.
      const within = rest.subarray(0, certain + bytes.length - 1);
      const found = within.indexOf(bytes);
      if (found === 0) {
        this.#rest = rest.subarray(bytes.length);
        return { mark };
      }
      certain = Math.min(certain, found > 0 ? found : within.length - overlap(within, bytes));
    }
    if (certain === 0) {
      // A copy, though a short one: what it is a part of is not ours to keep.
      this.#rest = Buffer.from(rest);
      return null;
    }
    this.#rest = rest.subarray(certain);
    return { bytes: rest.subarray(0, certain) };
  }
}

/** How many bytes at the end of `bytes` may be the beginning of `mark`. */
function overlap(bytes: Buffer, mark: Buffer): number {
  const first = mark[0] ?? 0;
  let from = Math.max(0, bytes.length - mark.length + 1);
  for (;;) {
    from = bytes.indexOf(first, from);
    if (from < 0) return 0;
    if (bytes.compare(mark, 0, bytes.length - from, from, bytes.length) === 0) return bytes.length - from;
    from++;
  }
}
