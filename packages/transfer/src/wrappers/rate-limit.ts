/** What a limit tells time and waits by. Tests hand in one that never really waits. */
export interface Clock {
  /** Milliseconds; never goes back. */
  now(): number;
  /** Resolves after so many milliseconds, or as soon as `signal` is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** So many bytes a second, for everybody who takes from it together. */
export interface RateLimit {
  readonly bytesPerSecond: number;
  /** The most that is to be taken at once, a tenth of a second's worth: more would not flow but come in gushes. */
  readonly slice: number;
  /** Resolves when so many bytes may go by: first come, first served; at once when `signal` is aborted. Never rejects. */
  take(bytes: number, signal?: AbortSignal): Promise<void>;
}

/** Idle time that counts as saved up, at most. */
const BURST_MS = 100;

/**
 * A limit for {@link withThrottle}, shared by every transport that is to be held to it together. What was not used is
 * saved up for a tenth of a second only: over any stretch of time at most `bytesPerSecond` times its length, and that
 * tenth, go by.
 *
 * @param bytesPerSecond more than zero
 */
export function createRateLimit(bytesPerSecond: number, clock: Clock = REAL_CLOCK): RateLimit {
  if (!(bytesPerSecond > 0))
    throw new RangeError(`a limit of ${String(bytesPerSecond)} bytes a second lets nothing by`);
  // When all that was taken so far will have gone by.
  let paidUntil = clock.now();
  return {
    bytesPerSecond,
    slice: Math.max(1, Math.floor((bytesPerSecond * BURST_MS) / 1000)),
    async take(bytes, signal) {
      const now = clock.now();
      paidUntil = Math.max(paidUntil, now - BURST_MS) + (bytes * 1000) / bytesPerSecond;
      if (paidUntil > now && signal?.aborted !== true) await clock.sleep(paidUntil - now, signal);
    },
  };
}

const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done);
    }),
};
