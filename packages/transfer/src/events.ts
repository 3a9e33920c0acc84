import type { Counts, KeepError, Outcome, Reason } from '@sessionkeep/core';
import type { Place } from './archive/place.js';

/** What a run tells while it goes on. Paths are as in the source: whoever shows them makes them printable. */
export type TransferEvent =
  /** The plan stands: how much there is to do. */
  | ({
      readonly type: 'planned';
      readonly steps: number;
      readonly bytes: number;
      readonly counts: Counts;
    } & Place)
  | FileDone
  /** Bytes went by; `bytes` of `totalBytes`. */
  | ({
      readonly type: 'progress';
      readonly bytes: number;
      readonly totalBytes: number;
      readonly files: number;
      readonly totalFiles: number;
    } & Place)
  | Notice;

/** A file was dealt with and its line is durable (or, in a dry run, would be). Unchanged files are not told. */
export interface FileDone extends Place {
  readonly type: 'file';
  readonly path: string;
  readonly outcome: Outcome | RestoreOutcome | VerifyOutcome;
  readonly reason?: Reason;
  readonly bytes: number;
  readonly alarm: boolean;
  readonly error?: KeepError;
}

/** Something a person should know: a damaged ledger, an alarm, a hint; `detail` is for who looks for a mistake. */
export interface Notice extends Place {
  readonly type: 'notice';
  readonly level: 'detail' | 'info' | 'warning' | 'alarm';
  readonly message: string;
}

/** Is told what a run does, in order, while it does it. Called synchronously: it must not throw, and should be quick. */
export type Listener = (event: TransferEvent) => void;

/**
 * What became of a file that was to be restored. `identical`: it was there with those bytes; `refused`: with others, or twice wanted;
 * `corrupt`: the archive has other bytes than were recorded; `lost`: the bytes had been lost when it was put aside;
 * `elsewhere`: its session lived last in another project folder, which has it.
 */
export type RestoreOutcome =
  'restored' | 'identical' | 'refused' | 'failed' | 'corrupt' | 'lost' | 'elsewhere';

/** What verifying a file found. */
export type VerifyOutcome =
  /** Ledger, archive and (where it still has the file) source agree. */
  | 'matching'
  /** The source has more bytes behind the recorded ones. */
  | 'grown'
  /** The source was rewritten or touched since: another size or time, other bytes. Not kept yet, nothing wrong. */
  | 'changed'
  /** At the source and not in the ledger: not kept yet. */
  | 'new'
  /** In the archive and whole; not at the source any more. */
  | 'retained'
  /** The source has other bytes under the recorded size and time. */
  | 'divergent'
  /** Recorded, and not in the archive. */
  | 'missing'
  /** In the archive with other bytes than recorded. */
  | 'corrupt'
  | 'refused'
  | 'failed';
