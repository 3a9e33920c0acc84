import type { Seams } from '../../src/connection/seams.js';
import { FIXED_RANDOM } from './scripted-peer.js';

/** A clock that only goes when it is told to. */
export class FakeClock implements Seams {
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  #now = 0;

  readonly random = FIXED_RANDOM;
  readonly now = (): number => this.#now;
  readonly wallClock = (): bigint => 1_700_000_000_000_000_000n;

  readonly after = (milliseconds: number, callback: () => void): (() => void) => {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** How many timers there are. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Lets so many milliseconds pass, and calls back what they bring. */
  advance(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers]
        .filter(({ at }) => at <= until)
        .sort((one, other) => one.at - other.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = until;
  }
}
