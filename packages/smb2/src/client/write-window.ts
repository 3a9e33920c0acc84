import type { Result } from 'neverthrow';
import type { SmbError } from '../error/smb-error.js';

/** Writes that are under way at the same time, up to a number of bytes. The first error is kept. */
export class WriteWindow {
  readonly #limit: number;
  readonly #failed: (() => void) | undefined;
  #underWay = 0;
  #wake: (() => void) | null = null;
  #error: SmbError | null = null;

  /** `failed` is called once, with the first error. */
  constructor(limit: number, failed?: () => void) {
    this.#limit = limit;
    this.#failed = failed;
  }

  get error(): SmbError | null {
    return this.#error;
  }

  /** Null if there is room for so many bytes more; else it resolves when there is. A write larger than all fits alone. */
  room(size: number): Promise<void> | null {
    if (this.#hasRoom(size)) return null;
    return this.#until(() => this.#hasRoom(size));
  }

  add(size: number, write: Promise<Result<null, SmbError>>): void {
    this.#underWay += size;
    void write.then((result) => {
      this.#underWay -= size;
      if (result.isErr() && this.#error === null) {
        this.#error = result.error;
        this.#failed?.();
      }
      this.#wake?.();
    });
  }

  /** Resolves when nothing is under way. */
  async drained(): Promise<void> {
    await this.#until(() => this.#underWay === 0);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.#wake = null;
  }

  #hasRoom(size: number): boolean {
    return this.#underWay === 0 || this.#underWay + size <= this.#limit;
  }
}
