import { closeSync, fstatSync, fsyncSync, lstatSync, readdirSync, unlinkSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { Result } from 'neverthrow';
import type { KeepError } from '@sessionkeep/core';
import { codeOf, type Attempt } from '../failure.js';
import { makeFile } from '../new-file.js';
import { Place } from '../place.js';
import { STALE_AFTER } from './judge-lock.js';

const PREFIX = 'lock-probe-';

/** The target's time, from the modification time of a file that is made and removed for it. */
export function targetTime(root: string, folder: string, attempt: Attempt): Result<bigint, KeepError> {
  const absolute = Place.join(folder, PREFIX + randomBytes(6).toString('hex'));
  return makeFile(root, absolute, attempt).map(({ fd }) => {
    try {
      return writtenAt(fd);
    } finally {
      closeSync(fd);
      tryUnlink(absolute);
    }
  });
}

/** Removes probe files that a crash left: those older than any that is in use. The time is asked for only where there are any. */
export function sweepProbes(folder: string, targetNow: () => Result<bigint, KeepError>): void {
  const probes = readdirSync(folder).filter((name) => name.startsWith(PREFIX));
  if (probes.length === 0) return;
  const asked = targetNow();
  if (asked.isErr()) return;
  const now = asked.value;
  for (const name of probes) {
    const absolute = Place.join(folder, name);
    const stat = lstatSync(absolute, { bigint: true, throwIfNoEntry: false });
    if (stat !== undefined && now - stat.mtimeNs > STALE_AFTER) tryUnlink(absolute);
  }
}

/** On a network file system only a flush brings the server's own time. */
function writtenAt(fd: number): bigint {
  writeSync(fd, '.');
  fsyncSync(fd);
  return fstatSync(fd, { bigint: true }).mtimeNs;
}

function tryUnlink(absolute: string): void {
  try {
    unlinkSync(absolute);
  } catch (cause) {
    if (codeOf(cause) === '') throw cause;
  }
}
