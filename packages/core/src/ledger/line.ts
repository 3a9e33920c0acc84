import type { RelativePath } from '../path/relative-path.js';

/** The format this version writes, and the only one it appends to. */
export const LEDGER_FORMAT = 1;

/** Longest line, in UTF-8 bytes with its newline. */
export const MAX_LINE_BYTES = 64 * 1024;

/** `prev` of the first line of the first segment. */
export const GENESIS = '0'.repeat(64);

/** How paths map to project folders: `flat` lies directly in the repo's folder, `folders` keeps one subfolder a project. */
export type Layout = 'flat' | 'folders';

/** What a ledger belongs to. Another origin or layout is refused unless it is bound anew. */
export interface Binding {
  readonly origin: string;
  readonly layout: Layout;
  /** The project folder of a flat repo, or the names and patterns of one with folders. */
  readonly projects: readonly string[];
}

/** The segment before this one, when it could not be continued: named by its content, so that it stays provable. */
export interface BrokenSegment {
  readonly segment: number;
  /** SHA-256 of the whole broken file as found. */
  readonly sha256: string;
  /** SHA-256 of its last valid line; {@link GENESIS} when it had none. */
  readonly lastValid: string;
  readonly validLines: number;
  readonly reason: string;
}

/** First line of every segment. */
export interface HeaderLine extends Stamp, Binding {
  readonly kind: 'header';
  readonly format: number;
  readonly segment: number;
  readonly source: string;
  readonly repo: string;
  /** The target's id, from `target.json`. */
  readonly target: string;
  readonly broken?: BrokenSegment;
}

export interface ReboundLine extends Stamp, Binding {
  readonly kind: 'rebound';
}

/** When (the target's clock, ISO 8601 UTC with milliseconds, never before the line before) and in which run. */
export interface Stamp {
  readonly at: string;
  readonly run: string;
}

/** What every line about a file says of the bytes kept: the first `size` bytes of its generation hash to `sha256`. */
export interface FileFacts {
  readonly path: RelativePath;
  /** The name on the target, where it differs from the source's. */
  readonly stored?: RelativePath;
  readonly size: number;
  readonly sha256: string;
  /** The source's modification time, nanoseconds since 1970; a decimal string in the file. */
  readonly mtime: bigint;
  /** The modification time the target reports; a decimal string in the file. */
  readonly targetMtime: bigint;
}

/** What a line says happened to a file. `kept` and `adopted` begin a generation; the ledger's format is in docs/archive-format.md. */
export type FileKind = 'kept' | 'adopted' | 'grown' | 'restamped' | 'gone' | 'back' | 'pruned';

export interface FileLine extends Stamp, FileFacts {
  readonly kind: FileKind;
}

/**
 * Ends a generation: `size` and `sha256` are of *all* bytes found, which lie in `versions/<sha256>` from then on.
 * With `lost`, the bytes that the record before this line spoke of were not among them.
 */
export interface AsideLine extends Stamp, FileFacts {
  readonly kind: 'aside';
  readonly lost: boolean;
}

/** A live path's whole state, at the opening of a segment. */
export interface StateLine extends Stamp, FileFacts {
  readonly kind: 'state';
  readonly status: LiveRecord['status'];
  readonly gone: boolean;
  readonly aside?: Aside;
}

/**
 * How a generation ended: size and digest of all bytes that were found and now lie in `versions/<sha256>`.
 * `lost`: those that had been recorded were not among them.
 */
export interface Aside {
  readonly size: number;
  readonly sha256: string;
  readonly lost: boolean;
}

/** A line of a ledger. */
export type Line = HeaderLine | ReboundLine | FileLine | AsideLine | StateLine;

/** What the lines so far say of one path. */
export interface LiveRecord extends FileFacts {
  /** `aside`: its generation has ended and no new one began: a rewrite was cut off. */
  readonly status: 'live' | 'aside' | 'pruned';
  /** The source had deleted it when last seen. */
  readonly gone: boolean;
  /** How the last generation ended, while `status` is `aside`. */
  readonly aside?: Aside;
  /** Fields of a later version, kept as they are. */
  readonly extra?: Readonly<Record<string, unknown>>;
}
