/** Frames have some KiB; whoever handles bytes by such pieces spends more time on the pieces than on the bytes. */
const BLOCK = 128 * 1024;
/** So many blocks of the process that nobody uses are kept: a fresh one for every piece would be garbage by the gigabyte. */
const KEPT = 32;
const free: Buffer[] = [];

/** Bytes that wait to be taken, copied together into large pieces. */
export class Gathering {
  readonly #blocks: { readonly bytes: Buffer; filled: number }[] = [];
  #length = 0;
  /** What was taken last. */
  #lent: Buffer | null = null;

  /** How many bytes wait. */
  get length(): number {
    return this.#length;
  }

  /** Copies them. */
  add(bytes: Buffer): void {
    this.#length += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const block = this.#open();
      const count = bytes.copy(block.bytes, block.filled, at);
      block.filled += count;
      at += count;
    }
  }

  /** The next piece, which is the caller's until the next call; null where none waits. */
  take(): Buffer | null {
    if (this.#lent !== null && free.length < KEPT) free.push(this.#lent);
    this.#lent = null;
    const block = this.#blocks.shift();
    if (block === undefined) return null;
    this.#length -= block.filled;
    this.#lent = block.bytes;
    return block.bytes.subarray(0, block.filled);
  }

  /** The last block where it has room, or a new one. */
  #open(): { readonly bytes: Buffer; filled: number } {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.filled < BLOCK) return last;
    const block = { bytes: free.pop() ?? Buffer.allocUnsafeSlow(BLOCK), filled: 0 };
    this.#blocks.push(block);
    return block;
  }
}
