import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from 'neverthrow';
import type { KeepError, LeaseHolder, RelativePath } from '@sessionkeep/core';
import type { Attempt } from '../failure.js';
import { LOCKING, type Place } from '../place.js';
import { closeQuietly } from '../write-file.js';
import { HeldLease } from './held-lease.js';
import { lockPaths, openLock, writeRecord } from './lock-files.js';
import type { LockRecord } from './lock-record.js';
import { lockedBy } from './locked-by.js';

/**
 * Takes the lease kept in `folder`, or says who has it. While it is held it guards every change. A connection that is lost on the way
 * is made again once: the server has ended then what was taken over it.
 */
export async function takeLease(
  place: Place,
  folder: RelativePath,
  holder: LeaseHolder,
): Promise<Result<HeldLease, KeepError>> {
  const attempt = place.attempt(LOCKING, folder);
  const wanted: Wanted = {
    place,
    attempt,
    folder: place.at(folder),
    record: { holder, token: randomBytes(16).toString('hex') },
  };
  const taken = await take(wanted);
  const lost = taken.isErr() && taken.error.kind === 'unreachable' && taken.error.retry;
  return lost ? take(wanted) : taken;
}

interface Wanted {
  readonly place: Place;
  readonly attempt: Attempt;
  /** On the share. */
  readonly folder: string;
  readonly record: LockRecord;
}

const HINT = 'wait for that run to end; the server frees the lock when its connection ends';

async function take({ place, attempt, folder, record }: Wanted): Promise<Result<HeldLease, KeepError>> {
  const share = await place.share(attempt);
  if (share.isErr()) return err(share.error);
  const paths = lockPaths(folder);
  const first = await openLock(share.value, paths);
  const isMissing = first.isErr() && first.error.kind === 'not-found';
  const made = isMissing ? await place.makeFolder(attempt, folder) : ok(undefined);
  if (made.isErr()) return err(made.error);
  const lock = isMissing ? await openLock(share.value, paths) : first;
  if (lock.isErr()) {
    const { error } = lock;
    return err(
      error.kind === 'busy'
        ? { ...(await lockedBy(share.value, paths, attempt)), hint: HINT }
        : place.fail(attempt, share.value, error),
    );
  }
  const before = Date.now();
  const written = await writeRecord(share.value, paths, record);
  if (written.isErr()) {
    closeQuietly(lock.value);
    return err(place.fail(attempt, share.value, written.error));
  }
  const clockOffset = offsetOf(written.value, before, Date.now());
  const lease = new HeldLease({
    place,
    share: share.value,
    lock: lock.value,
    paths,
    attempt,
    record,
    clockOffset,
  });
  place.guards.add(lease);
  return ok(lease);
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
