import type { NameRules } from '@sessionkeep/core';

/** What kind of disk it is. */
export interface MemoryDiskOptions {
  /** How names and times behave; what is left out is as on a POSIX file system. */
  readonly rules?: Partial<NameRules>;
  /** Bytes of file content that fit; beyond them writes are `full`. */
  readonly capacity?: number;
  /** Where the disk's clock starts, in nanoseconds since 1970. */
  readonly clock?: bigint;
  /** How far each mutation moves the clock, in nanoseconds. */
  readonly step?: bigint;
}

/** What a crash takes. */
export interface CrashOptions {
  /** What becomes of names that no flush made durable: all kept, all lost, or each by `seed`. */
  readonly lose: 'nothing' | 'unflushed' | 'some';
  readonly seed?: number;
}

/** A file as a test sees it. */
export interface DiskFile {
  readonly bytes: Uint8Array;
  readonly mtime: bigint;
}

/** 2025-10-09T08:53:20Z: where a disk's clock starts unless told otherwise. */
export const DISK_EPOCH = 1_760_000_000_000_000_000n;
