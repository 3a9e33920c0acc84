import { hostIdentity, isAlive, sharesProcesses } from './host-identity.js';
import type { LockFile } from './lock-files.js';

/** How often a holder touches its lock file. */
export const HEARTBEAT_MS = 15_000;
/** A lock file untouched for so long is nobody's any more. */
export const STALE_AFTER = 120n * 1_000_000_000n;
/** How far ahead of the target's clock a heartbeat may be before it is no heartbeat: clocks tick in steps of up to 2 s. */
const TOLERANCE = 2n * 1_000_000_000n;

/**
 * - `held`: somebody has it, or may have it.
 * - `stale`: its holder is gone.
 * - `future`: its time lies ahead of the target's clock, so that it would never grow old.
 */
export type Verdict = 'held' | 'stale' | 'future';

/** What this host knows of the lock's process: null unless it was one of its own. */
export function lifeOf(lock: LockFile): 'alive' | 'dead' | null {
  if (lock.record === null) return null;
  const { machine, holder } = lock.record;
  if (!sharesProcesses(machine, hostIdentity())) return null;
  return isAlive(holder.pid, machine.start) ? 'alive' : 'dead';
}

/** Judges a lock whose process may live, by the target's clock. */
export function judgeByClock(mtime: bigint, now: bigint): Verdict {
  if (mtime > now + TOLERANCE) return 'future';
  return now - mtime > STALE_AFTER ? 'stale' : 'held';
}
