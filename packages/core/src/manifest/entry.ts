import type { KeepError } from '../error/keep-error.js';
import type { RelativePath } from '../path/relative-path.js';

/** A regular file as a scan saw it. */
export interface FileEntry {
  readonly kind: 'file';
  readonly path: RelativePath;
  /** In bytes, frozen here: exactly this many are read later. */
  readonly size: number;
  /** Modification time in nanoseconds since 1970. */
  readonly mtime: bigint;
  /** Changes when another file takes the name (device and inode on a disk); empty where the medium has none. */
  readonly identity: string;
}

/** Why something that is no plain file is not read. */
export type RefusedAs =
  'link-out' | 'link-folder' | 'link-broken' | 'socket' | 'pipe' | 'device' | 'name-not-utf8' | 'name-unsafe';

/** Something that will never be read as a file. `path` may be lossy where the name itself is the reason. */
export interface RefusedEntry {
  readonly kind: 'refused';
  readonly path: RelativePath;
  readonly reason: RefusedAs;
}

/** A file, or a folder with all below it, whose state could not be found out. */
export interface UnreadableEntry {
  readonly kind: 'unreadable';
  readonly path: RelativePath;
  readonly folder: boolean;
  readonly error: KeepError;
}

/** What a scan can come upon. */
export type ScanEntry = FileEntry | RefusedEntry | UnreadableEntry;
