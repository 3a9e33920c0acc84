import type { Clock } from '../src/wrappers/rate-limit.js';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Time that passes only while everybody sleeps, and then at once up to whoever wakes first. */
export class VirtualTime implements Clock {
  #now = 0;
  #passing = false;
  readonly #sleepers = new Set<Sleeper>();

  now(): number {
    return this.#now;
  }

  /** How many sleep. */
  get asleep(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const sleeper = {
        until: this.#now + ms,
        wake: () => {
          if (this.#sleepers.delete(sleeper)) resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake);
      this.#pass();
    });
  }

  #pass(): void {
    if (this.#passing || this.#sleepers.size === 0) return;
    this.#passing = true;
    // By then all that could go on without waiting has done so.
    setImmediate(() => {
      this.#passing = false;
      const first = [...this.#sleepers].sort((a, b) => a.until - b.until)[0];
      if (first === undefined) return;
      this.#now = first.until;
      first.wake();
      this.#pass();
    });
  }
}
