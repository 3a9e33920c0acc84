import { closeSync, constants, lstatSync, openSync, readdirSync, readSync, unlinkSync } from 'node:fs';
import { codeOf } from '../failure.js';
import { isRegular } from '../file-stat.js';
import { Place } from '../place.js';
import { parseRecord, type LockRecord } from './lock-record.js';

const NAME = /^lock-(\d{6,12})$/;

/** Longest lock file that is read. */
const LONGEST = 64 * 1024;

/** One lock file as it is now. */
export interface LockFile {
  readonly absolute: string;
  readonly number: number;
  /** Of the last heartbeat, by the target's clock. */
  readonly mtime: bigint;
  /** Null when it holds no record, or not yet. */
  readonly record: LockRecord | null;
}

export function lockName(number: number): string {
  return `lock-${String(number).padStart(6, '0')}`;
}

/** The numbers of the lock files in a folder, highest first. Throws what `readdir` throws. */
export function lockNumbers(folder: string): number[] {
  const numbers: number[] = [];
  for (const name of readdirSync(folder)) {
    const digits = NAME.exec(name)?.[1];
    if (digits !== undefined) numbers.push(Number(digits));
  }
  return numbers.sort((a, b) => b - a);
}

/** Reads a lock file; null when it is gone or no regular file, and so nobody's lock. */
export function readLock(folder: string, number: number): LockFile | null {
  const absolute = Place.join(folder, lockName(number));
  try {
    const stat = lstatSync(absolute, { bigint: true });
    if (!isRegular(stat)) return null;
    return { absolute, number, mtime: stat.mtimeNs, record: parseRecord(readHead(absolute)) };
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    throw cause;
  }
}

/** Removes a lock file; false when that is not allowed. */
export function removeLock(absolute: string): boolean {
  try {
    unlinkSync(absolute);
    return true;
  } catch (cause) {
    return codeOf(cause) === 'ENOENT';
  }
}

/** The first bytes of a lock file; none when it cannot be read, since then it still is somebody's lock. */
export function readHead(absolute: string): string {
  let fd: number;
  try {
    fd = openSync(absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if (codeOf(cause) === 'EACCES' || codeOf(cause) === 'EPERM') return '';
    throw cause;
  }
  try {
    const buffer = Buffer.alloc(LONGEST);
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, LONGEST, 0));
  } finally {
    closeSync(fd);
  }
}
