import { err, ok, type Result } from 'neverthrow';
import type { KeepError, RelativePath } from '@sessionkeep/core';
import type { SmbError, SmbFile, SmbShare } from '@sessionkeep/smb2';
import { readOnlyFailure, smbFailure, type Attempt } from './failure.js';
import type { Sessions } from './sessions.js';

/** What only looks: all else needs the right to write on the share, and the leases that are held. */
const LOOKING: ReadonlySet<string> = new Set(['open', 'stat', 'list', 'scan', 'read', 'digest']);

/** What leases themselves do. */
export const LOCKING = 'lock';

/** Most folders that are remembered to be there: a forgotten one costs a question. */
const MOST_REMEMBERED = 10_000;

/** Something without which nothing may be changed. */
export interface Guard {
  /** Whether it is held on this share, if need be by getting it back there. */
  holds(share: SmbShare): Promise<Result<void, KeepError>>;
}

/** The root of one transport: where it lies on the share, and which folders were made there since the last flush. */
export class Place {
  readonly name: string;
  readonly #root: string;
  readonly #sessions: Sessions;
  /** Asked before every change, so that none is made over a fresh connection by who has lost a lease with the last one. */
  readonly guards = new Set<Guard>();
  /** Folders of the share in which folders were made whose names may not be durable, and how many that were. */
  readonly #unflushed = new Map<string, number>();
  /** Folders of the share that were there when last heard of. */
  readonly #there = new Set<string>();
  /** Folders of the share that are being made. */
  readonly #making = new Map<string, Promise<Result<void, KeepError>>>();

  constructor(name: string, root: string, sessions: Sessions) {
    this.name = name;
    this.#root = root;
    this.#sessions = sessions;
  }

  attempt(operation: string, path: string): Attempt {
    return { transport: this.name, operation, path };
  }

  /** A path below the root as a path of the share. */
  at(path: RelativePath): string {
    if (path === '') return this.#root;
    return this.#root === '' ? path : `${this.#root}/${path}`;
  }

  /** Does something on the share, over a fresh connection where the last one was lost. */
  async run<T>(
    attempt: Attempt,
    call: (share: SmbShare) => Promise<Result<T, SmbError>>,
  ): Promise<Result<T, KeepError>> {
    const share = await this.share(attempt);
    if (share.isErr()) return err(share.error);
    const done = await call(share.value);
    return done.mapErr((error) => this.fail(attempt, share.value, error));
  }

  /** The share, connected to. */
  async share(attempt: Attempt): Promise<Result<SmbShare, KeepError>> {
    const share = (await this.#sessions.share()).mapErr((error) => smbFailure(attempt, error));
    if (share.isErr() || LOOKING.has(attempt.operation) || attempt.operation === LOCKING) return share;
    for (const guard of this.guards) {
      const held = await guard.holds(share.value);
      if (held.isErr()) return err(held.error);
    }
    return share;
  }

  /** The error of an attempt on this share. One that says that the share is gone makes the next attempt connect again. */
  fail(attempt: Attempt, share: SmbShare, error: SmbError): KeepError {
    this.#sessions.report(share, error);
    const refused = error.kind === 'denied' && !share.rights.write && !LOOKING.has(attempt.operation);
    return refused ? readOnlyFailure(attempt, error) : smbFailure(attempt, error);
  }

  /** Whether this share is the one that calls go to now: its connection is there, and so are the files open on it. */
  isCurrent(share: SmbShare): boolean {
    return this.#sessions.isCurrent(share);
  }

  /** Takes a file away that was not written to its end: now, or as soon as there is a connection again. */
  async discard(share: SmbShare, { path, opened: { id } }: SmbFile): Promise<void> {
    // Without a number it could not be told from a file that somebody else has put there since.
    if (id !== null) await this.#sessions.discard(share, { path, mark: { id } });
    else if (this.isCurrent(share)) (await share.remove(path)).unwrapOr(null);
  }

  /** Makes a new file; one of which no reply told whether it was made is taken away as soon as there is a connection again. */
  async makeFile(share: SmbShare, path: string): Promise<Result<SmbFile, SmbError>> {
    const since = this.#sessions.serverTime;
    const opened = await share.open(path, { mode: 'create', access: ['write'] });
    if (opened.isErr() && opened.error.retry && since !== null && !this.isCurrent(share))
      await this.#sessions.takeAway({ path, mark: { since } });
    return opened;
  }

  /** Notes that a folder of the share is there. */
  seen(path: string): void {
    if (this.#there.size >= MOST_REMEMBERED) this.#there.clear();
    this.#there.add(path);
  }

  /**
   * Makes the folder that a new file is to lie in, unless it was seen: a whole file would travel in vain to a folder that is missing.
   * Where it cannot, making the file says so; and one that was seen and is gone is made by {@link makeFolder}.
   */
  async readyFolder(attempt: Attempt, path: string): Promise<void> {
    if (path !== '' && !this.#there.has(path)) (await this.makeFolder(attempt, path)).unwrapOr(undefined);
  }

  /** Makes a folder of the share and those above it that are missing. That one is there already is fine. */
  async makeFolder(attempt: Attempt, path: string): Promise<Result<void, KeepError>> {
    // Many files of one folder come at the same time.
    const making = this.#making.get(path) ?? this.#makeFolder(attempt, path);
    this.#making.set(path, making);
    const made = await making;
    if (this.#making.get(path) === making) this.#making.delete(path);
    return made;
  }

  async #makeFolder(attempt: Attempt, path: string): Promise<Result<void, KeepError>> {
    const made = await this.#makeOne(attempt, path);
    if (made.isOk() || made.error.kind !== 'not-found' || path === '') return made;
    const above = await this.makeFolder(attempt, parentOf(path));
    return above.isErr() ? above : this.#makeOne(attempt, path);
  }

  async #makeOne(attempt: Attempt, path: string): Promise<Result<void, KeepError>> {
    const made = await this.run(attempt, (share) => share.mkdir(path));
    if (made.isErr() && made.error.kind !== 'exists') return err(made.error);
    const parent = parentOf(path);
    if (made.isOk()) this.#unflushed.set(parent, this.unflushedIn(parent) + 1);
    this.seen(path);
    return ok(undefined);
  }

  unflushedIn(folder: string): number {
    return this.#unflushed.get(folder) ?? 0;
  }

  /** Notes that a folder was flushed, unless another folder was made in it since there were `count`. */
  markFlushed(folder: string, count: number): void {
    if (this.unflushedIn(folder) === count) this.#unflushed.delete(folder);
  }
}

/** The folder of the share above one. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
