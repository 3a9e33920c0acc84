import { futimesSync } from 'node:fs';

const SECOND = 1_000_000_000n;

/**
 * Sets the modification time of an open file as exactly as Node can: it takes seconds as a double, which near the year
 * 2026 has steps of 238 ns, so what the medium then holds is up to that far from what was asked. Whole microseconds
 * and coarser come back as they were, give or take the last one. Throws what `futimes` throws.
 */
export function setTimes(fd: number, mtime: bigint): void {
  const seconds = toSeconds(mtime);
  // As text: Node replaces a negative number, a time before 1970, by the present.
  const time = seconds < 0 ? String(seconds) : seconds;
  futimesSync(fd, time, time);
}

/** Nanoseconds as the nearest double of seconds. */
export function toSeconds(time: bigint): number {
  return Number(time / SECOND) + Number(time % SECOND) / 1e9;
}

/** What a medium that keeps nanoseconds holds after {@link setTimes}: libuv cuts the fraction of the double. */
export function settable(mtime: bigint): bigint {
  const seconds = toSeconds(mtime);
  const whole = Math.floor(seconds);
  return BigInt(whole) * SECOND + BigInt(Math.trunc((seconds - whole) * 1e9));
}
