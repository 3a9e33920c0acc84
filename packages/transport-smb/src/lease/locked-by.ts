import { setTimeout as sleep } from 'node:timers/promises';
import type { KeepError } from '@sessionkeep/core';
import type { SmbShare } from '@sessionkeep/smb2';
import { failure, type Attempt } from '../failure.js';
import { readRecord, type LockPaths } from './lock-files.js';
import { describeHolder, type LockRecord } from './lock-record.js';

/** A holder signs right after it has taken the lock: who comes in between looks again. */
const LOOKS = 5;
const BETWEEN_LOOKS_MS = 50;

/** Says who has a lock that could not be had. */
export async function lockedBy(share: SmbShare, paths: LockPaths, attempt: Attempt): Promise<KeepError> {
  let record: LockRecord | null = null;
  for (let look = 1; record === null && look <= LOOKS; look++) {
    if (look > 1) await sleep(BETWEEN_LOOKS_MS);
    record = (await readRecord(share, paths)).unwrapOr(null);
  }
  return failure('locked', attempt, `it is held by ${describeHolder(record)}`);
}
