import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { err, ok, type Result } from 'neverthrow';
import type { KeepError, LeaseHolder, RelativePath } from '@sessionkeep/core';
import type { SmbFile, SmbShare } from '@sessionkeep/smb2';
import { failure, type Attempt } from '../failure.js';
import { LOCKING, type Place } from '../place.js';
import { closeQuietly } from '../write-file.js';
import { HeldLease } from './held-lease.js';
import { lockPaths, openLock, readRecord, writeRecord, type LockPaths } from './lock-files.js';
import { describeHolder, type LockRecord } from './lock-record.js';

/** Takes the lease kept in `folder`, or says who has it. While it is held it guards every change. */
export async function takeLease(
  place: Place,
  folder: RelativePath,
  holder: LeaseHolder,
): Promise<Result<HeldLease, KeepError>> {
  const attempt = place.attempt(LOCKING, folder);
  const made = await place.makeFolder(attempt, place.at(folder));
  if (made.isErr()) return err(made.error);
  const share = await place.share(attempt);
  if (share.isErr()) return err(share.error);
  const paths = lockPaths(place.at(folder));
  const lock = await openLock(share.value, paths);
  if (lock.isErr()) {
    const { error } = lock;
    return err(
      error.kind === 'busy'
        ? await locked(share.value, paths, attempt)
        : place.fail(attempt, share.value, error),
    );
  }
  return settle(place, { share: share.value, lock: lock.value, paths, attempt }, holder);
}

interface Taken {
  readonly share: SmbShare;
  readonly lock: SmbFile;
  readonly paths: LockPaths;
  readonly attempt: Attempt;
}

/** Signs what was taken. */
async function settle(
  place: Place,
  { share, lock, paths, attempt }: Taken,
  holder: LeaseHolder,
): Promise<Result<HeldLease, KeepError>> {
  const record: LockRecord = { holder, token: randomBytes(16).toString('hex') };
  const before = Date.now();
  const written = await writeRecord(share, paths, record);
  if (written.isErr()) {
    closeQuietly(lock);
    return err(place.fail(attempt, share, written.error));
  }
  const clockOffset = offsetOf(written.value, before, Date.now());
  const lease = new HeldLease({ place, share, lock, paths, attempt, record, clockOffset });
  place.guards.add(lease);
  return ok(lease);
}

/** A holder signs right after it has taken the lock: who comes in between looks again. */
const LOOKS = 5;
const BETWEEN_LOOKS_MS = 50;

async function locked(share: SmbShare, paths: LockPaths, attempt: Attempt): Promise<KeepError> {
  let record: LockRecord | null = null;
  for (let look = 1; record === null && look <= LOOKS; look++) {
    if (look > 1) await sleep(BETWEEN_LOOKS_MS);
    record = (await readRecord(share, paths)).unwrapOr(null);
  }
  return {
    ...failure('locked', attempt, `it is held by ${describeHolder(record)}`),
    hint: 'wait for that run to end; the server frees the lock when its connection ends',
  };
}

const MILLISECOND = 1_000_000n;
/** A file's time comes from a clock that ticks up to every 10 ms. */
const TICK = 10n * MILLISECOND;

/** How far the server's clock is ahead; none when the times agree as well as they can, or it did not say. */
function offsetOf(mtime: bigint | null, before: number, after: number): bigint {
  const from = BigInt(before) * MILLISECOND;
  const to = BigInt(after + 1) * MILLISECOND;
  if (mtime === null || (mtime >= from - TICK && mtime <= to)) return 0n;
  return mtime - (from + to) / 2n;
}
