import { err, ok, type Result } from 'neverthrow';
import {
  SmbClient,
  type CallOptions,
  type ConnectOptions,
  type FileStat,
  type SmbError,
  type SmbShare,
} from '@sessionkeep/smb2';

/** A file that was made, or may have been, and not written to its end. */
export interface Leftover {
  /** Path on the share. */
  readonly path: string;
  /** What tells it from a file that somebody else has put there. */
  readonly mark: Mark;
}

/**
 * A file's number; or, where the reply that would have told it was lost, the server's time before the file was asked for: it is
 * empty then, and no older.
 */
type Mark = { readonly id: bigint } | { readonly since: bigint };

interface Session {
  readonly client: SmbClient;
  readonly share: SmbShare;
}

const CLOSED: SmbError = {
  kind: 'closed',
  operation: 'connect',
  message: 'could not connect: this transport is closed',
  retry: false,
};

const MILLISECOND = 1_000_000n;

/** Most files that are remembered to be taken away: as many as are ever written at once, and some. */
const MOST_LEFTOVERS = 256;

/**
 * One session on the server at a time, and a fresh one after it was lost. Before anything else a fresh session takes away what
 * was being made when the last one ended.
 */
export class Sessions {
  readonly #options: ConnectOptions;
  readonly #name: string;
  #current: Session | null = null;
  /** Whose session the next one takes the place of: its server may not have heard yet that the connection is gone. */
  #last: SmbClient | null = null;
  /** When it was signed in, by the clock of `performance`. */
  #lastAt = 0;
  #opening: Promise<Result<SmbShare, SmbError>> | null = null;
  #closed = false;
  #leftovers: Leftover[] = [];

  constructor(options: ConnectOptions, share: string) {
    this.#options = options;
    this.#name = share;
  }

  /** The share, connected to; every caller waits for the same connection, which goes by the options of the first. */
  share(call: CallOptions = {}): Promise<Result<SmbShare, SmbError>> {
    if (this.#closed) return Promise.resolve(err(CLOSED));
    if (this.#current?.client.connected === true) return Promise.resolve(ok(this.#current.share));
    this.#current = null;
    return (this.#opening ??= this.#openOnce(call));
  }

  isCurrent(share: SmbShare): boolean {
    return this.#current?.share === share && this.#current.client.connected;
  }

  /** Takes note of an error. The server may end a share or a session and leave the connection. */
  report(share: SmbShare, error: SmbError): void {
    if (error.kind !== 'closed' || !error.retry || this.#current?.share !== share) return;
    void this.#current.client.close();
    this.#current = null;
  }

  /** Takes a file away that was made on this share: now, or first thing when there is a session again. */
  async discard(share: SmbShare, leftover: Leftover): Promise<void> {
    if (!this.isCurrent(share)) return this.takeAway(leftover);
    const removed = await share.remove(leftover.path);
    if (removed.isErr() && removed.error.retry) this.#remember(leftover);
  }

  /** The same of what was made over a session that is lost: others may have a fresh one by the time that its writer hears of it. */
  async takeAway(leftover: Leftover): Promise<void> {
    (await this.#opening)?.unwrapOr(null);
    const current = this.#current;
    const isThere = current?.client.connected === true;
    if (!isThere || !(await removeLeftover(current.share, leftover))) this.#remember(leftover);
  }

  #remember(leftover: Leftover): void {
    this.#leftovers = [...this.#leftovers, leftover].slice(-MOST_LEFTOVERS);
  }

  /** The server's time, no later than it is; null where the server does not tell it. */
  get serverTime(): bigint | null {
    const time = this.#last?.info.serverTime ?? null;
    return time === null ? null : time + BigInt(Math.floor(performance.now() - this.#lastAt)) * MILLISECOND;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opening = await this.#opening;
    opening?.unwrapOr(null);
    await this.#current?.client.close();
  }

  async #openOnce(call: CallOptions): Promise<Result<SmbShare, SmbError>> {
    try {
      return await this.#open(call);
    } finally {
      this.#opening = null;
    }
  }

  async #open(call: CallOptions): Promise<Result<SmbShare, SmbError>> {
    const previous = this.#last === null ? {} : { previous: this.#last };
    const connected = await SmbClient.connect({ ...this.#options, ...previous, ...call });
    if (connected.isErr()) return err(connected.error);
    const client = connected.value;
    this.#last = client;
    this.#lastAt = performance.now();
    const share = await client.share(this.#name, call);
    if (share.isErr()) {
      await client.close();
      return err(share.error);
    }
    const leftovers = this.#leftovers;
    this.#leftovers = [];
    const removed = await Promise.all(leftovers.map((leftover) => removeLeftover(share.value, leftover)));
    this.#leftovers.push(...leftovers.filter((_, index) => removed[index] === false));
    this.#current = { client, share: share.value };
    return ok(share.value);
  }
}

/** Whether it is gone, or somebody else's. */
async function removeLeftover(share: SmbShare, { path, mark }: Leftover): Promise<boolean> {
  const found = await share.stat(path);
  if (found.isErr()) return !found.error.retry;
  if (!isMarked(found.value, mark)) return true;
  const removed = await share.remove(path);
  return removed.isOk() || !removed.error.retry;
}

/** By so much a file's time may be older than the moment it was made: file systems look at a clock that ticks. */
const TICK = 20n * MILLISECOND;

function isMarked({ kind, id, size, created }: FileStat, mark: Mark): boolean {
  if ('id' in mark) return id === mark.id;
  return kind === 'file' && size === 0 && created !== null && created >= mark.since - TICK;
}
