import type { Result } from 'neverthrow';
import type { KeepError } from '../error/keep-error.js';
import type { Hasher } from '../hash/sha256.js';
import type { ScanEntry } from '../manifest/entry.js';
import type { RelativePath } from '../path/relative-path.js';
import type { NameRules, Traits } from './traits.js';

/** Every call of the port answers with a Result and never rejects. */
export type Answer<T> = Promise<Result<T, KeepError>>;

/** A stream of bytes. An `err` is its last item; whoever stops iterating early makes the producer let go. */
export type Bytes = AsyncIterable<Result<Uint8Array, KeepError>>;

/** The bytes `offset … offset + length` of a file, exactly. */
export interface Range {
  readonly path: RelativePath;
  readonly offset: number;
  readonly length: number;
  /** When given and not empty: the entry's `identity`; another file under this name is the error `changed`. */
  readonly identity?: string;
}

/** What {@link Transport.read} gives for one range. */
export interface RangeRead {
  readonly range: Range;
  /**
   * Ends after exactly `range.length` bytes, or with one `err`: `short` when the file has fewer, `not-found`,
   * `changed`, `denied`, … Chunks are at most 1 MiB and are the consumer's only until it asks for the next one.
   */
  readonly chunks: Bytes;
}

/** What {@link Transport.digest} gives for one range. */
export interface RangeDigest {
  readonly range: Range;
  /** Lower-case hex of the range's bytes. */
  readonly sha256: string;
  /** The hash at the range's end, to go on from, where the transport digested in this process. */
  readonly state?: Hasher;
}

/** What a medium says of one path. */
export interface FileStat {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly size: number;
  /** Nanoseconds since 1970, as the medium reports it. */
  readonly mtime: bigint;
  readonly identity: string;
}

/** A child of a folder, as {@link Transport.list} gives it. */
export interface ListEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** How {@link Transport.scan} is asked. */
export interface ScanOptions {
  readonly signal?: AbortSignal;
  /** True for what is neither yielded nor, for a folder, entered. May be asked about any path, in any order. */
  readonly skip?: (path: RelativePath, folder: boolean) => boolean;
}

/** What every call takes that may last: a signal that ends it with `aborted`. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** How a file is written. */
export interface WriteOptions extends CallOptions {
  /** Set on the writing handle after the last byte, in nanoseconds since 1970; without it the medium's own. */
  readonly mtime?: bigint;
  /** Says the SHA-256 of all the bytes once the last was taken, for wrappers that would have to find it out again. */
  readonly sha256?: () => string;
}

/** A whole file in memory, to be made under `path` by way of `temporary`. */
export interface SmallFile {
  readonly path: RelativePath;
  readonly temporary: RelativePath;
  /** No transport looks at them any more when it has answered with `ok`. */
  readonly bytes: Uint8Array;
  /** In nanoseconds since 1970; without it the medium's own. */
  readonly mtime?: bigint;
}

/** A lease on a folder: one writer at a time. */
export interface Lease {
  /** The target's clock, in nanoseconds since 1970: this machine's, shifted by what the target's files said when the lease was taken. */
  now(): bigint;
  /** How far the target's clock is ahead of this machine's, in nanoseconds. */
  readonly clockOffset: bigint;
  /** `ok` while nobody else holds or broke the lease; else `lease-lost`. Asked before every mutation, so it is cheap. */
  check(): Answer<void>;
  /** Gives the lease back. Safe to call twice, and after it was lost. */
  release(): Answer<void>;
}

/** Who holds a lease: written into it, and shown to whoever finds it taken. */
export interface LeaseHolder {
  readonly run: string;
  readonly host: string;
  readonly user: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
}

/**
 * One place where files lie: a disk, a share, a pod. Bound to a root; every path is relative to it.
 *
 * # Obligations
 * - No call follows a link out of the root, for reading or writing, even when a folder is swapped for a link in mid-run.
 * - New files are 0600 and new folders 0700 where the medium has modes; missing parent folders are made by every write.
 * - A missing path is `not-found`, never an empty answer, unless said otherwise.
 * - `error.retry` is true only when the very same call may succeed if made again.
 * - An aborted `signal` ends the call with `aborted`, soon; what was published stays published.
 * - After any failure the transport is still usable, unless every later call says `unreachable`.
 */
export interface Transport {
  /** How messages call this place, e.g. `/Volumes/secure/claude-sessions`. Holds no secret. */
  readonly name: string;
  readonly traits: Traits;

  /**
   * Finds out how names and times behave below `folder`. With `write` it makes and removes one file there, and no file
   * is left; folders that it made may be. With `look` it changes nothing and says what can be known so. Called once a run.
   */
  probe(folder: RelativePath, mode: 'write' | 'look'): Answer<NameRules>;

  /**
   * Everything below `folder` that is no folder, in batches, in no promised order, each path once, relative to `folder`.
   * A missing `folder` is one `err` `not-found`; a folder below it that cannot be read is an `unreadable` entry and
   * the rest goes on. A link to a regular file inside the root is a file; every other link is a `refused` entry.
   * Memory is flat: a batch holds at most some thousand entries. Called once a repo and run.
   */
  scan(folder: RelativePath, options?: ScanOptions): AsyncIterable<Result<readonly ScanEntry[], KeepError>>;

  /** The immediate children of a folder, sorted by name; names that are unsafe or no UTF-8 are left out. */
  list(folder: RelativePath): Answer<readonly ListEntry[]>;

  /** Of the path itself, not of what a link points to; a link is answered as `link`. */
  stat(path: RelativePath): Answer<FileStat>;

  /**
   * Reads ranges one after another, in order. Each `RangeRead` is consumed (or abandoned) before the next is asked
   * for. A range that fails does not end the iteration; the next is served all the same. After an abort one range gives
   * `aborted`, and the iteration may end there. Costs as few round trips as the medium allows, so callers hand in many
   * at once.
   */
  read(ranges: readonly Range[], options?: CallOptions): AsyncIterable<RangeRead>;

  /** SHA-256 of each range, in order; an answer for every range, errors and an abort as `read` has them. */
  digest(ranges: readonly Range[], options?: CallOptions): AsyncIterable<Result<RangeDigest, KeepError>>;

  /**
   * Writes a new file of exactly `length` bytes and makes its data durable. `exists` when the name is taken, and then
   * nothing is touched. If `bytes` fails, ends early (`short`) or runs over (`invalid`), no file of that name is left, where that
   * can be helped. Answers with what the medium then reports. The name itself is durable only after `flush` of its folder.
   */
  create(path: RelativePath, bytes: Bytes, length: number, options?: WriteOptions): Answer<FileStat>;

  /**
   * Writes `bytes` at `offset` of an existing file, durable on return; the file then ends at `offset + length`. What lay
   * beyond `offset` before the call is cut first. `short` when the file has fewer than `offset` bytes, and then nothing
   * is touched. A failure in the middle leaves the first `offset` bytes intact. Makes no parent folders: where they are
   * missing the file is too, which is `not-found`.
   */
  append(
    path: RelativePath,
    offset: number,
    bytes: Bytes,
    length: number,
    options?: WriteOptions,
  ): Answer<FileStat>;

  /**
   * Makes a whole small file appear under `path` at once: written to `temporary`, durable, mtime set, renamed without
   * replacing (`exists`). A file that an earlier failure left under `temporary` is replaced. On failure there is no new
   * file under `path`; `temporary` may be left.
   */
  publish(file: SmallFile): Answer<FileStat>;

  /**
   * Never replaces: `exists` when `to` is taken. A crash leaves the file under one of both names, or under both, also
   * when only one of the two folders was flushed since.
   */
  rename(from: RelativePath, to: RelativePath): Answer<void>;

  /** Removes a file, a link itself, or an empty folder. A missing one is fine. */
  remove(path: RelativePath): Answer<void>;

  /** Sets the time of an existing file; answers with what the medium then reports. A crash may take the time back. */
  setModifiedTime(path: RelativePath, mtime: bigint): Answer<FileStat>;

  /**
   * Makes creations, renames and removals in these folders durable, and the names of the folders that lead there, as
   * far as this transport made them. A missing folder is fine.
   */
  flush(folders: readonly RelativePath[]): Answer<void>;

  /**
   * Takes the lease kept in `folder`. `locked`, naming the holder in the message and with `retry: false`, when somebody
   * has it. A holder that died is no holder.
   */
  lease(folder: RelativePath, holder: LeaseHolder): Answer<Lease>;

  /**
   * Ends whoever's lease there is, dead or alive, and says whose it was; null where there was none. `locked`, naming the holder,
   * where the server alone ends leases. With `spareLiving` it is `locked`, too, and nothing is ended, where the holder is known
   * to be a process that is alive on this machine.
   */
  breakLease(folder: RelativePath, options?: { readonly spareLiving?: boolean }): Answer<LeaseHolder | null>;

  /** Lets go of everything. Called once; leases are released before. */
  close(): Promise<void>;
}
