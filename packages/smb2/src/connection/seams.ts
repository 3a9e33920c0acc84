import { randomBytes } from 'node:crypto';

/** What a connection takes from the world beside its socket; tests hand in their own. */
export interface Seams {
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
  /** Nanoseconds since 1970. */
  readonly wallClock: () => bigint;
  /** Calls back once after that many milliseconds, without keeping the process alive; gives what takes it back. */
  readonly after: (milliseconds: number, callback: () => void) => () => void;
  readonly random: (size: number) => Buffer;
}

export const REAL_SEAMS: Seams = {
  now: () => performance.now(),
  wallClock: () => BigInt(Date.now()) * 1_000_000n,
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  },
  random: randomBytes,
};
