import { fstatSync, lstatSync, utimesSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from 'neverthrow';
import type { KeepError, LeaseHolder, RelativePath } from '@sessionkeep/core';
import { codeOf, failure, systemFailure, type Attempt } from '../failure.js';
import { ensureFolder } from '../find-folder.js';
import { correctMode, discard, makeFile, type NewFile } from '../new-file.js';
import { Place } from '../place.js';
import { toSeconds } from '../set-times.js';
import { flushData } from '../write-bytes.js';
import { HeldLease, type OwnLock } from './held-lease.js';
import { judgeByClock, lifeOf } from './judge-lock.js';
import { lockName, lockNumbers, readLock, removeLock, type LockFile } from './lock-files.js';
import { describeHolder, formatRecord, newRecord, UNKNOWN_HOLDER } from './lock-record.js';
import { sweepProbes, targetTime } from './target-clock.js';

/** Takes the lease kept in `folder`, or says who has it. `onRelease` is told when it ends. */
export async function takeLease(
  place: Place,
  folder: RelativePath,
  holder: LeaseHolder,
  onRelease: (lease: HeldLease) => void,
): Promise<Result<HeldLease, KeepError>> {
  const attempt = place.attempt('lock', folder);
  const absolute = ensureFolder(place, folder, attempt);
  if (absolute.isErr()) return err(absolute.error);
  const root = place.find(attempt);
  if (root.isErr()) return err(root.error);
  const taker = new Taker(root.value, absolute.value, attempt);
  try {
    return (await taker.take(holder)).map(
      ({ lock, clockOffset }) => new HeldLease(lock, clockOffset, attempt, onRelease),
    );
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}

interface Taken {
  readonly lock: OwnLock;
  readonly clockOffset: bigint;
}

class Taker {
  /** Locks found to be nobody's. */
  readonly #stale = new Set<number>();

  constructor(
    readonly root: string,
    readonly folder: string,
    readonly attempt: Attempt,
  ) {}

  async take(holder: LeaseHolder): Promise<Result<Taken, KeepError>> {
    const [highest] = lockNumbers(this.folder);
    const free = highest === undefined ? ok(undefined) : this.#settle(highest);
    if (free.isErr()) return err(free.error);
    const number = (highest ?? 0) + 1;
    const made = makeFile(this.root, Place.join(this.folder, lockName(number)), this.attempt);
    // Somebody was quicker by a moment.
    if (made.isErr())
      return err(made.error.kind === 'exists' ? this.#locked(readLock(this.folder, number)) : made.error);
    const lock = await this.#write(made.value, number, holder);
    const taken = lock.andThen((own) => this.#confirm(own.lock).map(() => own));
    if (taken.isErr()) {
      discard(made.value);
      return err(taken.error);
    }
    this.#clean();
    return ok(taken.value);
  }

  /** The lock with the highest number counts: `locked` unless nobody holds it. */
  #settle(number: number): Result<void, KeepError> {
    const lock = readLock(this.folder, number);
    if (lock === null || lifeOf(lock) === 'dead' || staysEmpty(lock)) {
      this.#stale.add(number);
      return ok(undefined);
    }
    const now = targetTime(this.root, this.folder, this.attempt);
    if (now.isErr()) return err(now.error);
    // The time is read again: its holder may have touched it since.
    const verdict = judgeByClock(readLock(this.folder, number)?.mtime ?? lock.mtime, now.value);
    if (verdict === 'stale') {
      this.#stale.add(number);
      return ok(undefined);
    }
    if (verdict === 'future') beginToAge(lock, now.value);
    return err(this.#locked(lock));
  }

  async #write(file: NewFile, number: number, holder: LeaseHolder): Promise<Result<Taken, KeepError>> {
    correctMode(file);
    const text = formatRecord(newRecord(holder, randomBytes(16).toString('hex')));
    const before = Date.now();
    writeSync(file.fd, text, 0);
    const flushed = await flushData(file.fd, this.attempt);
    const after = Date.now();
    const { mtimeNs } = fstatSync(file.fd, { bigint: true });
    const lock = { folder: this.folder, absolute: file.absolute, number, fd: file.fd, text };
    return flushed.map(() => ({ lock, clockOffset: offsetOf(mtimeNs, before, after) }));
  }

  /** Looks again: whoever put a lock above ours, or took one below while we judged an older state, has it. */
  #confirm(own: OwnLock): Result<void, KeepError> {
    for (const number of lockNumbers(this.folder)) {
      if (number === own.number || this.#stale.has(number)) continue;
      if (number > own.number) return err(this.#locked(readLock(this.folder, number)));
      const settled = this.#settle(number);
      if (settled.isErr()) return settled;
    }
    return ok(undefined);
  }

  /** What is left of those that are gone. Failing to remove it does no harm: it stays below ours. */
  #clean(): void {
    for (const number of this.#stale) removeLock(Place.join(this.folder, lockName(number)));
    sweepProbes(this.folder, () => targetTime(this.root, this.folder, this.attempt));
  }

  #locked(lock: LockFile | null): KeepError {
    const holder = lock?.record?.holder ?? UNKNOWN_HOLDER;
    return {
      ...failure('locked', this.attempt, `it is held by ${describeHolder(holder)}`),
      hint: 'wait for that run to end; if it cannot be running any more, use unlock',
    };
  }
}

/**
 * A lock dated in the future would never grow old. It is dated now: a holder that lives will touch it again, and one
 * that does not is found stale in two minutes. It is never taken at once.
 */
function beginToAge(lock: LockFile, now: bigint): void {
  try {
    utimesSync(lock.absolute, toSeconds(now), toSeconds(now));
  } catch (cause) {
    if (codeOf(cause) === '') throw cause;
  }
}

/**
 * A taker writes its record in the same breath as it makes its file: one that stays empty was killed in between. Should it merely have
 * been stopped there, it looks again before it takes anything, and finds the lock above its own.
 */
function staysEmpty(lock: LockFile): boolean {
  const isEmpty = (): boolean => lstatSync(lock.absolute, { throwIfNoEntry: false })?.size === 0;
  if (lock.record !== null || !isEmpty()) return false;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  return isEmpty();
}

const MILLISECOND = 1_000_000n;
/** A local file's time comes from a clock that ticks up to every 10 ms. */
const TICK = 10n * MILLISECOND;

/** How far the target's clock is ahead; none when the times agree as well as they can. */
function offsetOf(mtime: bigint, before: number, after: number): bigint {
  const from = BigInt(before) * MILLISECOND;
  const to = BigInt(after + 1) * MILLISECOND;
  if (mtime >= from - TICK && mtime <= to) return 0n;
  return mtime - (from + to) / 2n;
}
