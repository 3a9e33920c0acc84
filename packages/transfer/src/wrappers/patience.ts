import type { KeepError } from '@sessionkeep/core';

export interface RetryOptions {
  /** How often a call is made at most, the first time included. */
  readonly attempts: number;
  /** Waits before the next try; `attempt` is how many there were. */
  readonly wait: (attempt: number) => Promise<void>;
  /** Once aborted nothing is tried again. */
  readonly signal?: AbortSignal;
}

/** The tries of all calls of one transport. */
export interface SharedPatience extends RetryOptions {
  readonly outage: Outage;
}

/**
 * A medium that was waited for in vain: who is asked next is not waited for as long again, call by call, but given up at once,
 * until one call gets through.
 */
export class Outage {
  isOn = false;
}

const GONE: ReadonlySet<KeepError['kind']> = new Set(['unreachable', 'timeout']);

/** Counts the tries of one call. */
export class Patience {
  private tries = 1;

  constructor(private readonly options: SharedPatience) {}

  /** Waits, if another try may help and is allowed; false when it is not. */
  async again(error: KeepError): Promise<boolean> {
    const { attempts, outage, wait } = this.options;
    const isLast = this.tries >= attempts;
    // Whatever else it says, it was there to say it.
    outage.isOn = GONE.has(error.kind) && (outage.isOn || isLast);
    if (!error.retry || isLast || outage.isOn || this.stopped()) return false;
    await wait(this.tries++);
    return !this.stopped();
  }

  /** Something came through: the next failure is a new one. */
  restart(): void {
    this.tries = 1;
    this.options.outage.isOn = false;
  }

  private stopped(): boolean {
    return this.options.signal?.aborted === true;
  }
}
