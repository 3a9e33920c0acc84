const PREFIX = 4;

/** Finds where messages begin in a stream of bytes, however it is cut; see {@link Place}. */
export class MessageScanner {
  #begun = 0;
  /** Bytes of the prefix of the next message that have come. */
  #prefix = 0;
  #length = 0;
  /** Bytes of the body that are still to come. */
  #left = 0;

  /** How many messages have begun. */
  get begun(): number {
    return this.#begun;
  }

  /** Takes the stream's next bytes; gives the offsets in them at which messages begin. */
  scan(chunk: Uint8Array): number[] {
    const starts: number[] = [];
    for (let at = 0; at < chunk.length;) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at);
        this.#left -= step;
        at += step;
        continue;
      }
      if (this.#prefix === 0) {
        starts.push(at);
        this.#begun++;
        this.#length = 0;
      }
      // The first byte is the frame's type.
      if (this.#prefix > 0) this.#length = this.#length * 256 + (chunk[at] ?? 0);
      at++;
      this.#prefix++;
      if (this.#prefix === PREFIX) {
        this.#left = this.#length;
        this.#prefix = 0;
      }
    }
    return starts;
  }
}
