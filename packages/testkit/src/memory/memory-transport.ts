import {
  comparePaths,
  type Answer,
  type Bytes,
  type CallOptions,
  type FileStat,
  type KeepError,
  type Lease,
  type LeaseHolder,
  type ListEntry,
  type NameRules,
  type Range,
  type RangeDigest,
  type RangeRead,
  type RelativePath,
  type ScanEntry,
  type ScanOptions,
  type SmallFile,
  type Traits,
  type Transport,
  type WriteOptions,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { takeLease, type LeaseTable } from './memory-lease.js';
import { digestRanges, readRanges } from './memory-read.js';
import { scanFolder } from './memory-scan.js';
import { problem, type MemoryTree } from './memory-tree.js';
import {
  appendFile,
  changeTime,
  createFile,
  publishFile,
  removePath,
  renameFile,
  statOf,
} from './memory-write.js';
import { nodeSha256 } from './node-sha256.js';

/** What kind of transport reaches it. */
export interface MemoryTransportOptions {
  readonly name?: string;
  readonly traits?: Partial<Traits>;
  /** Bytes of a chunk that is read; 64 KiB unless told otherwise. */
  readonly chunkSize?: number;
  /** Entries of a batch that is scanned; 1000 unless told otherwise. */
  readonly batchSize?: number;
  /** False leaves the hash's state out of digests, as a transport does that has them made elsewhere. */
  readonly hashState?: boolean;
  /** How far leases say that the disk's clock is ahead, in nanoseconds. */
  readonly clockOffset?: bigint;
}

/** The port over a {@link MemoryDisk}, which makes it. */
export class MemoryTransport implements Transport {
  readonly name: string;
  readonly traits: Traits;

  constructor(
    private readonly tree: MemoryTree,
    private readonly leases: LeaseTable,
    private readonly options: MemoryTransportOptions,
  ) {
    this.name = options.name ?? 'memory';
    this.traits = { digestsInPlace: true, publishLimit: 65_536, lanes: 4, ...options.traits };
  }

  async probe(folder: RelativePath, mode: 'write' | 'look'): Answer<NameRules> {
    if (mode === 'look') return ok(this.tree.rules);
    if (this.tree.readOnly) return err(problem('read-only', 'probe', folder, 'read-only file system'));
    return this.tree.makeFolder(folder, 'probe').map(() => {
      this.tree.tick();
      return this.tree.rules;
    });
  }

  scan(folder: RelativePath, options?: ScanOptions): AsyncIterable<Result<readonly ScanEntry[], KeepError>> {
    return scanFolder(this.tree, folder, this.options.batchSize ?? 1000, options);
  }

  async list(folder: RelativePath): Answer<readonly ListEntry[]> {
    return this.tree.find(folder, 'list').andThen((node) => {
      if (node === undefined) return err(problem('not-found', 'list', folder, 'no such folder'));
      if (node.kind === 'link') return err(problem('unsafe', 'list', folder, 'it is a link'));
      if (node.kind !== 'folder') return err(problem('not-found', 'list', folder, 'not a folder'));
      if (node.unreadable) return err(problem('denied', 'list', folder, 'permission denied'));
      const named = [...node.children.values()].filter(
        (child) => child.node.kind !== 'other' || !child.node.reason.startsWith('name-'),
      );
      const entries = named.map((child): ListEntry => ({ name: child.name, kind: child.node.kind }));
      return ok(entries.sort((a, b) => comparePaths(a.name, b.name)));
    });
  }

  async stat(path: RelativePath): Answer<FileStat> {
    return this.tree
      .find(path, 'stat')
      .andThen((node) =>
        node === undefined ? err(problem('not-found', 'stat', path, 'no such file')) : ok(statOf(node)),
      );
  }

  read(ranges: readonly Range[], options?: CallOptions): AsyncIterable<RangeRead> {
    return readRanges(this.tree, ranges, this.options.chunkSize ?? 65_536, options);
  }

  digest(ranges: readonly Range[], options?: CallOptions): AsyncIterable<Result<RangeDigest, KeepError>> {
    return digestRanges(this.tree, ranges, nodeSha256, this.options.hashState ?? true, options);
  }

  create(path: RelativePath, bytes: Bytes, length: number, options?: WriteOptions): Answer<FileStat> {
    return createFile(this.tree, path, bytes, length, options);
  }

  append(
    path: RelativePath,
    offset: number,
    bytes: Bytes,
    length: number,
    options?: WriteOptions,
  ): Answer<FileStat> {
    return appendFile(this.tree, path, offset, bytes, length, options);
  }

  async publish(file: SmallFile): Answer<FileStat> {
    return publishFile(this.tree, file);
  }

  async rename(from: RelativePath, to: RelativePath): Answer<void> {
    return renameFile(this.tree, from, to);
  }

  async remove(path: RelativePath): Answer<void> {
    return removePath(this.tree, path);
  }

  async setModifiedTime(path: RelativePath, mtime: bigint): Answer<FileStat> {
    return changeTime(this.tree, path, mtime);
  }

  async flush(folders: readonly RelativePath[]): Answer<void> {
    for (const folder of folders) {
      const done = this.tree.flush(folder);
      if (done.isErr()) return err(done.error);
    }
    return ok();
  }

  lease(folder: RelativePath, holder: LeaseHolder): Answer<Lease> {
    return takeLease(this.tree, this.leases, folder, holder, this.options.clockOffset ?? 0n);
  }

  async breakLease(folder: RelativePath): Answer<LeaseHolder | null> {
    const taken = this.leases.get(folder);
    this.leases.delete(folder);
    return ok(taken?.holder ?? null);
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }
}
