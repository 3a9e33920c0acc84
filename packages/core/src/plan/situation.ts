import type { LiveRecord } from '../ledger/line.js';
import type { FileEntry, UnreadableEntry } from '../manifest/entry.js';
import type { RelativePath } from '../path/relative-path.js';
import type { TargetEntry } from './step.js';

/** How the planner decides what a stat alone may prove. */
export interface Policy {
  /** Ask about every file, whatever its time says. */
  readonly checksum: boolean;
  /** The source's clock when the scan began, nanoseconds. */
  readonly now: bigint;
  /** The coarser side's step of modification times, nanoseconds. */
  readonly timeStep: bigint;
}

/** All that is known of one path. */
export interface Situation {
  readonly path: RelativePath;
  readonly source: FileEntry | null;
  /** Set when the file is there but could not be looked at. */
  readonly unreadable: UnreadableEntry | null;
  /** Without a `source`: whether its absence was seen, or could not be (unreadable folder, no longer mapped). */
  readonly absence: 'absent' | 'unreadable' | 'unmapped';
  readonly record: LiveRecord | null;
  readonly target: TargetEntry | null;
}

/** True when two times are one at this step. */
export function sameTime(a: bigint, b: bigint, step: bigint): boolean {
  return a === b || (step > 1n && a / step === b / step);
}
