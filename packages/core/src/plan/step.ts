import type { KeepError } from '../error/keep-error.js';
import type { LiveRecord } from '../ledger/line.js';
import type { FileEntry } from '../manifest/entry.js';
import type { RelativePath } from '../path/relative-path.js';
import type { Outcome } from './counts.js';

/**
 * One thing to do to one file. A step's operations are carried out in order; each writes its ledger line once its
 * effect is durable, but `aside`, whose line comes first.
 */
export type Op =
  /** A line and nothing else: the source has deleted the file, or has it again. */
  | { readonly do: 'note'; readonly as: 'gone' | 'back' }
  /** The bytes lie there already: say so. With `stamp` the target's time is set to `mtime` first. */
  | {
      readonly do: 'record';
      readonly as: 'adopted' | 'kept' | 'grown';
      readonly size: number;
      readonly sha256: string;
      readonly mtime: bigint;
      readonly stamp: boolean;
    }
  /**
   * Brings the source's first `size` bytes: all of them as a new file (`from` null), or those behind the `from` that the
   * live file has. With `expect`, anything else than these bytes is an error.
   */
  | {
      readonly do: 'fill';
      readonly as: 'kept' | 'grown' | 'restamped';
      readonly from: number | null;
      readonly size: number;
      readonly mtime: bigint;
      readonly expect: string | null;
    }
  /** Ends the generation. With `move` the live file becomes `versions/<sha256>`; with `recorded` the line is there already. */
  | {
      readonly do: 'aside';
      readonly size: number;
      readonly sha256: string;
      readonly lost: boolean;
      readonly move: boolean;
      readonly recorded: boolean;
    }
  /** Same bytes, other time. */
  | { readonly do: 'restamp'; readonly mtime: bigint }
  /** The live file is missing and `versions/<sha256>` has its bytes: copied back. */
  | {
      readonly do: 'putBack';
      readonly as: 'kept' | 'restamped';
      readonly size: number;
      readonly sha256: string;
      readonly mtime: bigint;
    };

/** Why a step is what it is: a closed vocabulary, one entry a cell or a rule. */
export type Reason =
  | 'unchanged'
  | 'new'
  | 'grew'
  | 'rewritten'
  | 'touched'
  | 'touched-in-archive'
  | 'already-there'
  | 'partly-there'
  | 'other-file-there'
  | 'crash-left-bytes'
  | 'crash-left-rewrite'
  | 'missing-in-archive'
  | 'short-in-archive'
  | 'changed-in-archive'
  | 'lost-in-archive'
  | 'lost-version'
  | 'deleted-at-source'
  | 'not-readable'
  | 'not-mapped'
  | 'pruned'
  | 'link-out'
  | 'link-folder'
  | 'link-broken'
  | 'socket'
  | 'pipe'
  | 'device'
  | 'name-not-utf8'
  | 'name-unsafe'
  | 'name-not-storable'
  | 'name-collision'
  | 'file-and-folder'
  | 'ask-failed'
  /** A saved plan names the file, and it has changed at the source since, other than by growing. */
  | 'source-changed-since-plan'
  | 'archive-changed-since-plan'
  /** Both sides are as they were, and something else would be done than the saved plan says. */
  | 'not-as-planned';

/** What is planned for one path, and why. */
export interface Step {
  readonly path: RelativePath;
  readonly outcome: Outcome;
  readonly reason: Reason;
  /** Damage was found (the tables' `!`), mended or not: the run exits 4. */
  readonly alarm: boolean;
  /** Bytes that will leave the source. */
  readonly bytes: number;
  readonly ops: readonly Op[];
  /** The source's file as scanned, when the step reads or describes it. */
  readonly source?: FileEntry;
  readonly record?: LiveRecord;
  /** What the target has under the name, as listed. */
  readonly target?: TargetEntry;
  /** Too young for its time to tell a later change: to be read last, after this moment (the source's clock, ns). */
  readonly readAfter?: bigint;
  readonly error?: KeepError;
}

/** A file on the target as listed. */
export interface TargetEntry {
  /** The source's name for it. */
  readonly path: RelativePath;
  readonly stored?: RelativePath;
  readonly size: number;
  readonly mtime: bigint;
}
