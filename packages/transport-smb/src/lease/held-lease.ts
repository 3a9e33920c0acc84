import { err, ok, type Result } from 'neverthrow';
import type { KeepError, Lease } from '@sessionkeep/core';
import type { SmbFile, SmbShare } from '@sessionkeep/smb2';
import { failure, type Attempt } from '../failure.js';
import type { Guard, Place } from '../place.js';
import { closeQuietly } from '../write-file.js';
import { closeLock, openLock, readRecord, removeRecord, type LockPaths } from './lock-files.js';
import { describeHolder, type LockRecord } from './lock-record.js';

/** What a lease that was taken consists of. */
export interface Holding {
  readonly place: Place;
  readonly share: SmbShare;
  readonly lock: SmbFile;
  readonly paths: LockPaths;
  readonly attempt: Attempt;
  readonly record: LockRecord;
  readonly clockOffset: bigint;
}

const MILLISECOND = 1_000_000n;

/** How long a look at the server is believed, while the connection lives: it may end a handle by itself. */
const BELIEVED_MS = 5000;

type Done = Result<void, KeepError>;

/**
 * A lease that was taken: a handle that the server lets nobody else have while our connection lives. When the connection is
 * lost, the lock is taken again on the next one; if the record beside it is still ours, nobody had it in between.
 */
export class HeldLease implements Lease, Guard {
  readonly clockOffset: bigint;
  readonly #holding: Holding;
  #share: SmbShare;
  #lock: SmbFile;
  #looked = Date.now();
  #looking: Promise<Done> | null = null;
  /** Why it is ours no more; final. */
  #ended: KeepError | null = null;

  constructor(holding: Holding) {
    this.clockOffset = holding.clockOffset;
    this.#holding = holding;
    this.#share = holding.share;
    this.#lock = holding.lock;
  }

  now(): bigint {
    return BigInt(Date.now()) * MILLISECOND + this.clockOffset;
  }

  check(): Promise<Done> {
    if (this.#ended !== null) return Promise.resolve(err(this.#ended));
    const isConnected = this.#holding.place.isCurrent(this.#share);
    if (isConnected && Date.now() - this.#looked < BELIEVED_MS) return Promise.resolve(ok(undefined));
    return (this.#looking ??= this.#ask(isConnected));
  }

  holds(share: SmbShare): Promise<Done> {
    return share === this.#share && this.#ended === null ? Promise.resolve(ok(undefined)) : this.check();
  }

  async release(): Promise<Done> {
    this.#holding.place.guards.delete(this);
    if (this.#ended !== null) return ok(undefined);
    this.#end('it was given back');
    // With the connection the server has ended the lease itself.
    if (!this.#holding.place.isCurrent(this.#share)) return ok(undefined);
    await removeRecord(this.#share, this.#holding.paths);
    const closed = await closeLock(this.#lock);
    // A connection that is lost at this moment ends it as well.
    if (closed.isOk() || closed.error.kind === 'closed' || closed.error.retry) return ok(undefined);
    return err(this.#holding.place.fail(this.#holding.attempt, this.#share, closed.error));
  }

  async #ask(isConnected: boolean): Promise<Done> {
    try {
      return await (isConnected ? this.#look() : this.#takeAgain());
    } finally {
      this.#looking = null;
    }
  }

  /** Sees that the handle is there and nobody else has signed, as who got round the lock would. */
  async #look(): Promise<Done> {
    const { place, paths, attempt, record } = this.#holding;
    const [handle, signed] = await Promise.all([this.#lock.stat(), readRecord(this.#share, paths)]);
    const failed = handle.isErr() ? handle.error : signed.isErr() ? signed.error : null;
    if (failed !== null) {
      if (failed.kind === 'closed' && !failed.retry) return err(this.#end('the server has ended it'));
      return err(place.fail(attempt, this.#share, failed));
    }
    const there = signed.unwrapOr(null);
    if (there?.token !== record.token) {
      // Who is not believed to hold it keeps it from nobody.
      closeQuietly(this.#lock);
      return err(this.#end(whoseNow(there)));
    }
    this.#looked = Date.now();
    return ok(undefined);
  }

  /** On a fresh connection. */
  async #takeAgain(): Promise<Done> {
    const { place, paths, attempt, record } = this.#holding;
    const share = await place.share(attempt);
    if (share.isErr()) return err(share.error);
    const lock = await openLock(share.value, paths);
    const signed = await readRecord(share.value, paths);
    if (signed.isErr()) {
      if (lock.isOk()) closeQuietly(lock.value);
      return err(place.fail(attempt, share.value, signed.error));
    }
    const isOurs = signed.value?.token === record.token;
    if (lock.isErr()) {
      if (lock.error.kind === 'busy' && !isOurs) return err(this.#end(whoseNow(signed.value)));
      // Busy, and ours: the server has not noticed yet that our last connection is gone.
      return err(place.fail(attempt, share.value, lock.error));
    }
    if (!isOurs || this.#ended !== null) {
      closeQuietly(lock.value);
      return err(this.#ended ?? this.#end('somebody else had it while the connection was lost'));
    }
    this.#share = share.value;
    this.#lock = lock.value;
    this.#looked = Date.now();
    return ok(undefined);
  }

  #end(why: string): KeepError {
    this.#ended = failure(
      'lease-lost',
      this.#holding.attempt,
      `this run does not hold the lock any more: ${why}`,
    );
    return this.#ended;
  }
}

function whoseNow(record: LockRecord | null): string {
  return record === null ? 'somebody removed its record' : `now it is held by ${describeHolder(record)}`;
}
