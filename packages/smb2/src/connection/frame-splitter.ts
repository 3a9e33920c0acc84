import { err, ok, type Result } from 'neverthrow';
import type { DecodeFault } from '../bytes/decode-fault.js';
import { decodeFramePrefix, FRAME_PREFIX } from '../wire/framing.js';

/** What is read before the length of a frame is known, and all of small frames: the most that is ever copied. */
const STANDING_SIZE = 64 * 1024;
/** From how many missing bytes on a frame is read into its own memory. */
const WORTH_ITS_OWN = 16 * 1024;

/**
 * Cuts the stream of a socket into frames, wherever the network cut it. The socket reads into what
 * {@link nextBuffer} gives, which is the memory of the frame itself once its length is known.
 */
export class FrameSplitter {
  readonly #onFrame: (frame: Buffer) => void;
  readonly #standing = Buffer.allocUnsafeSlow(STANDING_SIZE);
  readonly #prefix = Buffer.alloc(FRAME_PREFIX);
  #prefixFilled = 0;
  #frame: Buffer | null = null;
  #filled = 0;
  #readsIntoFrame = false;
  #stopped = false;

  /** The longest frame that is taken; it grows when the server has told what it may send. */
  longest: number;

  constructor(longest: number, onFrame: (frame: Buffer) => void) {
    this.longest = longest;
    this.#onFrame = onFrame;
  }

  /** Where the next bytes are to go. */
  nextBuffer(): Buffer {
    this.#readsIntoFrame = this.#frame !== null && this.#frame.length - this.#filled >= WORTH_ITS_OWN;
    return this.#readsIntoFrame && this.#frame !== null ? this.#frame.subarray(this.#filled) : this.#standing;
  }

  /** Takes the `count` bytes that came into the last {@link nextBuffer}. An error is the end of the stream. */
  take(count: number): Result<null, DecodeFault> {
    if (this.#readsIntoFrame) {
      this.#filled += count;
      this.#deliverWhole();
      return ok(null);
    }
    return this.#copy(this.#standing.subarray(0, count));
  }

  /** Gives no more frames, not even those that have come already. */
  stop(): void {
    this.#stopped = true;
    this.#frame = null;
  }

  #copy(chunk: Buffer): Result<null, DecodeFault> {
    let at = 0;
    while (at < chunk.length && !this.#stopped) {
      if (this.#frame === null) {
        at += this.#fillPrefix(chunk, at);
        if (this.#prefixFilled < FRAME_PREFIX) break;
        const length = decodeFramePrefix(this.#prefix, this.longest);
        if (length.isErr()) return err(length.error);
        this.#prefixFilled = 0;
        this.#filled = 0;
        this.#frame = Buffer.allocUnsafe(length.value);
      }
      const copied = chunk.copy(this.#frame, this.#filled, at);
      this.#filled += copied;
      at += copied;
      this.#deliverWhole();
    }
    return ok(null);
  }

  #fillPrefix(chunk: Buffer, at: number): number {
    const copied = chunk.copy(this.#prefix, this.#prefixFilled, at);
    this.#prefixFilled += copied;
    return copied;
  }

  #deliverWhole(): void {
    const frame = this.#frame;
    if (frame === null || this.#filled < frame.length) return;
    this.#frame = null;
    this.#onFrame(frame);
  }
}
