import { close, fstatSync, lstatSync, write, type BigIntStats } from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import type { KeepError, Lease } from '@sessionkeep/core';
import { codeOf, failure, systemFailure, type Attempt } from '../failure.js';
import { sameInode } from '../file-stat.js';
import { HEARTBEAT_MS } from './judge-lock.js';
import { lockName, lockNumbers, readHead, removeLock } from './lock-files.js';

/** A lock file that this process made, open, so that no other file can get its inode. */
export interface OwnLock {
  readonly folder: string;
  readonly absolute: string;
  readonly number: number;
  readonly fd: number;
  /** Exactly what was written into it. */
  readonly text: string;
}

const MILLISECOND = 1_000_000n;

/** A lease that was taken. Its heartbeat keeps no process alive and ends with {@link HeldLease.release}. */
export class HeldLease implements Lease {
  readonly clockOffset: bigint;
  readonly #lock: OwnLock;
  readonly #attempt: Attempt;
  readonly #onRelease: (lease: HeldLease) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #bytes: Buffer;
  #beating = false;
  #released = false;

  constructor(lock: OwnLock, clockOffset: bigint, attempt: Attempt, onRelease: (lease: HeldLease) => void) {
    this.clockOffset = clockOffset;
    this.#lock = lock;
    this.#attempt = attempt;
    this.#onRelease = onRelease;
    this.#bytes = Buffer.from(lock.text);
    this.#timer = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
  }

  now(): bigint {
    return BigInt(Date.now()) * MILLISECOND + this.clockOffset;
  }

  check(): Promise<Result<void, KeepError>> {
    return Promise.resolve(this.#check());
  }

  async release(): Promise<Result<void, KeepError>> {
    if (this.#released) return ok(undefined);
    const removed = this.#removeOwn();
    await this.letGo();
    return removed;
  }

  /** Stops the heartbeat and leaves the lock file to grow old. */
  async letGo(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    clearInterval(this.#timer);
    this.#onRelease(this);
    // A beat under way still writes to it, and closes it then.
    // On the thread pool: with the last handle of a removed file the file system gives its blocks back.
    if (!this.#beating) await new Promise((closed) => close(this.#lock.fd, closed));
  }

  #check(): Result<void, KeepError> {
    if (this.#released) return err(this.#lost('it was given back'));
    try {
      const [highest] = lockNumbers(this.#lock.folder);
      if (highest === this.#lock.number && this.#isOurs()) return ok(undefined);
      return err(
        this.#lost(
          highest === undefined ? 'somebody removed the lock' : `${lockName(highest)} was put above it`,
        ),
      );
    } catch (cause) {
      const code = codeOf(cause);
      return err(
        code === 'ENOENT' || code === 'ENOTDIR'
          ? this.#lost('the lock is gone')
          : systemFailure(this.#attempt, cause),
      );
    }
  }

  /** The same inode; or the same words, since some network file systems number their files anew. */
  #isOurs(): boolean {
    const there = lstatSync(this.#lock.absolute, { bigint: true });
    const own: BigIntStats = fstatSync(this.#lock.fd, { bigint: true });
    return sameInode(there, own) || (there.isFile() && readHead(this.#lock.absolute) === this.#lock.text);
  }

  #removeOwn(): Result<void, KeepError> {
    try {
      if (!this.#isOurs()) return ok(undefined);
    } catch (cause) {
      return codeOf(cause) === 'ENOENT' ? ok(undefined) : err(systemFailure(this.#attempt, cause));
    }
    if (removeLock(this.#lock.absolute)) return ok(undefined);
    return err(failure('denied', this.#attempt, 'the lock file cannot be removed'));
  }

  /**
   * Writes the same bytes again: so the time is the target's own. A beat that fails is made up for by the next; if none
   * gets through, `check` will tell.
   */
  #beat(): void {
    if (this.#beating) return;
    this.#beating = true;
    write(this.#lock.fd, this.#bytes, 0, this.#bytes.length, 0, () => {
      this.#beating = false;
      if (this.#released) close(this.#lock.fd, () => undefined);
    });
  }

  #lost(why: string): KeepError {
    return failure('lease-lost', this.#attempt, `this run does not hold the lock any more: ${why}`);
  }
}
