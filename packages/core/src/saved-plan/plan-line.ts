import type { Binding } from '../ledger/line.js';
import type { LedgerHead } from '../ledger/run-record.js';
import type { RelativePath } from '../path/relative-path.js';
import type { Counts, Outcome } from '../plan/counts.js';

/** The format this version writes, and the only one it reads. */
export const PLAN_FORMAT = 1;

/** First line of a saved plan. */
export interface PlanHeader {
  readonly kind: 'plan';
  readonly format: number;
  /** The tool's version. */
  readonly version: string;
  /** When it was made: ISO 8601 UTC with milliseconds. */
  readonly at: string;
}

/** What the plan of one repo was made from. Where any of it is otherwise when it is executed, the plan is outdated. */
export interface PlanBasis {
  readonly source: string;
  readonly repo: string;
  /** The archive's id; null where there was no archive yet. */
  readonly archive: string | null;
  /** What the run is that would write: not what the ledger is bound to, which `rebind` may change. */
  readonly binding: Binding;
  readonly policy: PlanPolicy;
  /** How far the ledger reached; segment 0 where there was none. */
  readonly ledger: LedgerHead;
}

/** How the plan was made, as far as the steps depend on it. */
export interface PlanPolicy {
  /** Every file was compared by its bytes. */
  readonly checksum: boolean;
  /** A ledger of another origin or mapping is bound anew. */
  readonly rebind: boolean;
  /** SHA-256 of the rules of what to keep. */
  readonly rules: string;
}

/** Opens the part of one repo; its steps follow. */
export interface PlanSection extends PlanBasis {
  readonly kind: 'repo';
  /** What the target is called where the plan was made: its name in the configuration, or its folder. */
  readonly target: string;
  /** Files of which there is nothing to do, and that have no step. */
  readonly idle: Counts;
}

/** What is planned for one file, and what it was planned from. The parts of one repo are in path order, each path once. */
export interface PlannedStep {
  readonly kind: 'step';
  /** Empty for the repo's folder itself. */
  readonly path: RelativePath;
  readonly outcome: Outcome;
  /** One of the planner's reasons; a later version may have others. */
  readonly reason: string;
  /** Bytes that leave the source. */
  readonly bytes: number;
  readonly alarm: boolean;
  readonly source: PlannedSource | null;
  readonly target: PlannedTarget | null;
}

/** The source's file as it was scanned. */
export interface PlannedSource {
  readonly size: number;
  /** Nanoseconds since 1970; a decimal string in the file. */
  readonly mtime: bigint;
  readonly identity: string;
}

/** The target's file as it was listed. */
export interface PlannedTarget {
  readonly size: number;
  /** Nanoseconds since 1970; a decimal string in the file. */
  readonly mtime: bigint;
  /** Its name on the target, where that differs from the source's. */
  readonly stored?: RelativePath;
}

/** Last line: without it a plan is cut off. */
export interface PlanEnd {
  readonly kind: 'end';
  readonly repos: number;
  readonly steps: number;
  readonly bytes: number;
}

/** A line of a saved plan. */
export type PlanLine = PlanHeader | PlanSection | PlannedStep | PlanEnd;
