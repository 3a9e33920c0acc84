import type { LeaseHolder } from '@sessionkeep/core';
import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';

/**
 * Who is running: this process on this machine, under a fresh name for the run. Leases and run records carry it, for whoever finds
 * a lock or reads the history. Names of runs sort by time: `20260131T180000-9f86d081`.
 *
 * @param now milliseconds since 1970
 */
export function thisRun(now: number = Date.now()): LeaseHolder {
  const since = new Date(now).toISOString();
  const run = `${since.slice(0, 19).replace(/[-:]/g, '')}-${randomBytes(4).toString('hex')}`;
  return { run, host: hostname(), user: userName(), pid: process.pid, since };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A uid without an entry in the user database, as in many containers.
    return (process.getuid?.() ?? '').toString();
  }
}
