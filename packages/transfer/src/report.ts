import type { Counts, KeepError, LedgerHead } from '@sessionkeep/core';
import type { Place } from './archive/place.js';
import type { RestoreOutcome, VerifyOutcome } from './events.js';
import type { SourceAnswer } from './status/ask-source.js';

/** How one repo's backup ended. */
export interface BackupReport extends Place {
  readonly outcome: 'done' | 'partial' | 'damage' | 'interrupted' | 'failed';
  readonly counts: Counts;
  /** Files that a run which ended early did not get to: counted among `files`, and not among `failed`. */
  readonly stopped: number;
  readonly bytesMoved: number;
  /** Damage that was found, a sentence each; the run exits 4 when there is any. */
  readonly alarms: readonly string[];
  /** What kept the run from being done at all, or ended it early. */
  readonly failure: KeepError | null;
  /** Set when the target takes nothing more, of other repos neither: it is full, read-only or gone. */
  readonly targetFailure: KeepError | null;
  readonly interrupted: boolean;
  /** Lines that the ledger grew by. */
  readonly linesWritten: number;
  /** Where the ledger ends; null in a dry run, and where the run did not come so far as to record itself. */
  readonly ledger: LedgerHead | null;
}

/** How the backup of a whole source ended: the worst of its repos' outcomes, and their sums. */
export interface SourceReport {
  readonly source: string;
  readonly outcome: BackupReport['outcome'];
  readonly counts: Counts;
  readonly bytesMoved: number;
  /** In the order of their names, the extras behind. */
  readonly repos: readonly BackupReport[];
  /** Project folders that could not be backed up, as no repo can be made of their names: the outcome is `partial` then. */
  readonly refused: readonly KeepError[];
}

/** How one repo's verification ended. */
export interface VerifyReport extends Place {
  readonly counts: Readonly<Record<VerifyOutcome, number>>;
  /** Bytes read, source and archive. */
  readonly bytesRead: number;
  /** How much of what the archive keeps, live files and versions, was read back, and how much that is in all. */
  readonly readBack: {
    readonly files: number;
    readonly bytes: number;
    readonly keptFiles: number;
    readonly keptBytes: number;
  };
  /** Damage of the ledger, of versions, of the run list: a sentence each. */
  readonly alarms: readonly string[];
  readonly failure: KeepError | null;
  readonly interrupted: boolean;
  /** False when only the archive was looked at. */
  readonly sourceRead: boolean;
}

/** How a restore ended. */
export interface RestoreReport {
  readonly counts: Readonly<Record<RestoreOutcome, number>>;
  /** Files that a restore which ended early did not get to; in no count. */
  readonly stopped: number;
  readonly bytesMoved: number;
  readonly alarms: readonly string[];
  readonly failure: KeepError | null;
  readonly interrupted: boolean;
}

/** What `status` knows of a repo. Times are ISO 8601, or null when there was none. */
export interface RepoStatus extends Place {
  readonly files: number;
  readonly gone: number;
  readonly bytes: number;
  readonly versions: number;
  readonly versionBytes: number;
  /** The end of the last run, by its writer's clock. */
  readonly lastRun: string | null;
  readonly lastOutcome: string | null;
  /** The end and the begin of the last run that kept all it could read. */
  readonly lastSuccess: string | null;
  readonly lastSuccessBegan: string | null;
  /** How far the archive's clock was ahead of the writer's in the last run, milliseconds. */
  readonly clockOffsetMs: number | null;
  readonly newestSession: string | null;
  readonly segments: number;
  /** What is wrong with the ledger, or null. */
  readonly damage: string | null;
  readonly projects: readonly string[];
  readonly origin: string | null;
  readonly atSource: SourceAnswer;
}
