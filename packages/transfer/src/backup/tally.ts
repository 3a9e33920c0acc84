import {
  addCounts,
  count,
  noCounts,
  printable,
  type Counts,
  type KeepError,
  type LedgerHead,
  type Outcome,
  type Step,
  type Transport,
} from '@sessionkeep/core';
import type { Result } from 'neverthrow';
import { targetFailure } from '../archive/target-failure.js';
import type { Place } from '../archive/place.js';
import type { Listener } from '../events.js';
import type { BackupReport } from '../report.js';

/** Sentences kept for the report; the events tell of every one. */
const MOST_ALARMS = 1000;

/** Counts what a run comes to, and tells it. */
export class Tally {
  readonly counts = noCounts();
  bytesMoved = 0;
  linesWritten = 0;
  /** Where the ledger ends; null as long as that is not known. */
  ledger: LedgerHead | null = null;
  /** Why the target takes nothing more, or null. */
  targetFailure: KeepError | null = null;
  private stopped = 0;
  private readonly alarms: string[] = [];
  private failure: KeepError | null = null;
  private partial = false;
  private expected = { steps: 0, bytes: 0, done: 0 };
  private lastProgress = 0;

  constructor(
    private readonly place: Place,
    private readonly tell: Listener,
  ) {}

  /** The plan stands. */
  planned(steps: number, bytes: number, idle: Counts): void {
    addCounts(this.counts, idle);
    this.expected = { steps, bytes, done: 0 };
    this.tell({ type: 'planned', ...this.place, steps, bytes, counts: idle });
  }

  /** Bytes left the source. Told a few times a second, not for every chunk. */
  moved(bytes: number): void {
    this.bytesMoved += bytes;
    const now = Date.now();
    if (now - this.lastProgress < 100) return;
    this.lastProgress = now;
    this.progress();
  }

  /** A step has come to its end. */
  step(step: Step, result: Result<void, KeepError>): void {
    this.expected.done++;
    const outcome = result.isOk() ? step.outcome : failedAs(step, result.error);
    const alarm = step.alarm || outcome === 'damaged';
    const error = result.isErr() ? result.error : step.error;
    if (outcome === 'failed' && error?.kind === 'aborted') {
      this.stopped++;
      this.counts.files++;
    } else count(this.counts, outcome);
    if (alarm) this.alarm(`${printable(step.path)}: ${step.reason}`, false);
    if (result.isErr() && outcome !== 'failed') this.partial = true;
    const { path, reason, bytes } = step;
    this.tell({ type: 'file', ...this.place, path, outcome, reason, bytes, alarm, ...(error && { error }) });
  }

  /** A step was left because the run ended before it: that is said once, for all of them. */
  notDone({ path, reason, alarm }: Step): void {
    this.expected.done++;
    this.stopped++;
    this.counts.files++;
    if (alarm) this.alarm(`${printable(path)}: ${reason}`);
  }

  /** Damage that was found: the run exits 4, whatever could be mended. */
  alarm(message: string, tell = true): void {
    if (this.alarms.length < MOST_ALARMS) this.alarms.push(message);
    if (tell) this.tell({ type: 'notice', ...this.place, level: 'alarm', message });
  }

  /** Something a person should know, and that is as it should be. */
  note(message: string): void {
    this.tell({ type: 'notice', ...this.place, level: 'info', message });
  }

  /** Something was not done, and the rest goes on. */
  incomplete(message: string): void {
    this.partial = true;
    this.tell({ type: 'notice', ...this.place, level: 'warning', message });
  }

  /** For who looks for a mistake. */
  detail(message: string): void {
    this.tell({ type: 'notice', ...this.place, level: 'detail', message });
  }

  /** What ended the run. The first such thing is the reason; the rest follows from it. */
  fail(error: KeepError): void {
    this.failure ??= error;
  }

  /**
   * What ended the run while it was carried out. A full target is a part not done, as everything kept before is whole.
   *
   * @param target null where it is the source that ended it
   */
  end(error: KeepError, target: Pick<Transport, 'name'> | null): void {
    this.targetFailure = target === null ? null : targetFailure(error, target);
    const left =
      this.stopped === 1 ? '1 file was not done' : `${this.stopped.toString()} files were not done`;
    const told = { ...(this.targetFailure ?? error), message: `${error.message}; ${left}` };
    if (error.kind === 'full') this.incomplete([told.message, told.hint].join('; '));
    else this.fail(told);
  }

  get outcome(): 'done' | 'partial' | 'damage' | 'interrupted' | 'failed' {
    if (this.failure?.kind === 'aborted') return 'interrupted';
    if (this.failure !== null) return 'failed';
    if (this.alarms.length > 0 || this.counts.damaged > 0) return 'damage';
    return this.partial || this.counts.failed > 0 || this.counts.refused > 0 ? 'partial' : 'done';
  }

  report(): BackupReport {
    this.progress();
    const { counts, stopped, bytesMoved, linesWritten, ledger, alarms, failure, targetFailure } = this;
    return {
      ...this.place,
      outcome: this.outcome,
      counts,
      stopped,
      bytesMoved,
      linesWritten,
      ledger,
      alarms,
      failure: failure?.kind === 'aborted' ? null : failure,
      targetFailure,
      interrupted: failure?.kind === 'aborted',
    };
  }

  private progress(): void {
    const { steps, bytes, done } = this.expected;
    if (steps === 0) return;
    this.tell({
      type: 'progress',
      ...this.place,
      bytes: this.bytesMoved,
      totalBytes: bytes,
      files: done,
      totalFiles: steps,
    });
  }
}

/** A step that was not about a file of the source does not become one by failing. */
function failedAs(step: Step, error: KeepError): Outcome {
  if (step.source !== undefined) return 'failed';
  return error.kind === 'damaged' ? 'damaged' : step.outcome;
}
