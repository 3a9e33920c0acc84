import type { Result } from 'neverthrow';
import type { SmbError } from '../error/smb-error.js';
import { bufferOf } from './file-steps.js';
import { WINDOW } from './share-context.js';
import { WriteWindow } from './write-window.js';

export interface FileWriterOptions {
  /** Where the first byte goes. */
  readonly offset: number;
  /** How much goes into one request. */
  readonly size: () => number;
  readonly write: (offset: number, bytes: Buffer) => Promise<Result<null, SmbError>>;
  /** Called once when a write has failed. */
  readonly failed?: () => void;
  /** Called with each chunk when the server has all of it. */
  readonly release?: (chunk: Uint8Array) => void;
}

/** Writes chunks one after another, with several requests under way. */
export class FileWriter {
  readonly #options: FileWriterOptions;
  readonly #window: WriteWindow;
  #at: number;

  constructor(options: FileWriterOptions) {
    this.#options = options;
    this.#window = new WriteWindow(WINDOW, options.failed);
    this.#at = options.offset;
  }

  /** The first error of a write; then nothing more is written. */
  get error(): SmbError | null {
    return this.#window.error;
  }

  /** Where the next chunk goes. */
  get position(): number {
    return this.#at;
  }

  /** Takes a chunk, and resolves when all of it is under way. It must not change until `drained`, or its `release`. */
  async add(chunk: Uint8Array): Promise<void> {
    const { size, write, release } = this.#options;
    const bytes = bufferOf(chunk);
    const start = this.#at;
    this.#at += bytes.length;
    let left = bytes.length;
    for (let from = 0; from < bytes.length && this.#window.error === null;) {
      const piece = bytes.subarray(from, from + size());
      const target = start + from;
      from += piece.length;
      const room = this.#window.room(piece.length);
      if (room !== null) await room;
      const written = write(target, piece);
      this.#window.add(piece.length, written);
      if (release === undefined) continue;
      void written.then((result) => {
        if (result.isErr()) return;
        left -= piece.length;
        if (left === 0) release(chunk);
      });
    }
  }

  /** Resolves when nothing is under way. */
  drained(): Promise<void> {
    return this.#window.drained();
  }
}
