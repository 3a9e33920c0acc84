import type { KeepError } from '@sessionkeep/core';

export interface RetryOptions {
  /** How often a call is made at most, the first time included. */
  readonly attempts: number;
  /** Waits before the next try; `attempt` is how many there were. */
  readonly wait: (attempt: number) => Promise<void>;
  /** Once aborted nothing is tried again. */
  readonly signal?: AbortSignal;
}

/** Counts the tries of one call. */
export class Patience {
  private tries = 1;

  constructor(private readonly options: RetryOptions) {}

  /** Waits, if another try may help and is allowed; false when it is not. */
  async again(error: KeepError): Promise<boolean> {
    if (!error.retry || this.tries >= this.options.attempts || this.stopped()) return false;
    await this.options.wait(this.tries++);
    return !this.stopped();
  }

  /** Something came through: the next failure is a new one. */
  restart(): void {
    this.tries = 1;
  }

  private stopped(): boolean {
    return this.options.signal?.aborted === true;
  }
}
