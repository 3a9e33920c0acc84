import { printable, type KeepError, type LiveRecord, type Reason } from '@sessionkeep/core';
import type { Place } from '../archive/place.js';
import type { Listener, VerifyOutcome } from '../events.js';
import type { VerifyReport } from '../report.js';

/** From the least to the gravest: a file that several checks speak of gets the gravest verdict. */
const GRAVITY: readonly VerifyOutcome[] = [
  'matching',
  'retained',
  'new',
  'grown',
  'changed',
  'refused',
  'failed',
  'divergent',
  'corrupt',
  'missing',
];

const DAMAGE: ReadonlySet<VerifyOutcome> = new Set(['divergent', 'missing', 'corrupt']);

interface Verdict {
  readonly outcome: VerifyOutcome;
  /** Why something is refused. */
  readonly reason?: Reason;
  readonly error?: KeepError;
}

/** Gathers what the checks find, one verdict a file; a file that nobody spoke of is as recorded. */
export class Verdicts {
  bytesRead = 0;
  private readonly back = { files: 0, bytes: 0, keptFiles: 0, keptBytes: 0 };
  private readonly found = new Map<string, Verdict>();
  private readonly counts: Record<VerifyOutcome, number>;
  private readonly alarms: string[] = [];
  private failure: KeepError | null = null;

  constructor(
    private readonly place: Place,
    private readonly tell: Listener,
  ) {
    this.counts = Object.fromEntries(GRAVITY.map((outcome) => [outcome, 0])) as Record<VerifyOutcome, number>;
  }

  file(path: string, outcome: VerifyOutcome, more: Omit<Verdict, 'outcome'> = {}): void {
    // So is counted who is not spoken of.
    if (outcome === 'matching') return;
    const before = this.found.get(path);
    if (before !== undefined && GRAVITY.indexOf(before.outcome) >= GRAVITY.indexOf(outcome)) return;
    this.found.set(path, { outcome, ...more });
  }

  /** What the archive has to be read back. */
  kept(files: number, bytes: number): void {
    this.back.keptFiles = files;
    this.back.keptBytes = bytes;
  }

  /** A kept file was read back. */
  readBack(bytes: number): void {
    this.back.files++;
    this.back.bytes += bytes;
  }

  read(bytes: number, total: number, done: number, files: number): void {
    this.bytesRead += bytes;
    this.tell({
      type: 'progress',
      ...this.place,
      bytes: this.bytesRead,
      totalBytes: total,
      files: done,
      totalFiles: files,
    });
  }

  alarm(message: string): void {
    this.alarms.push(message);
    this.tell({ type: 'notice', ...this.place, level: 'alarm', message });
  }

  note(message: string): void {
    this.tell({ type: 'notice', ...this.place, level: 'info', message });
  }

  fail(error: KeepError): void {
    this.failure ??= error;
  }

  /** True when any file is damaged. */
  get damage(): boolean {
    for (const { outcome } of this.found.values()) if (DAMAGE.has(outcome)) return true;
    return false;
  }

  /** Takes back what was said of files that a backup has recorded anew in the meantime. */
  pardon(recordedAnew: (path: string) => boolean): void {
    for (const [path, { outcome }] of this.found) {
      if (DAMAGE.has(outcome) && recordedAnew(path)) this.found.set(path, { outcome: 'changed' });
    }
  }

  /** Counts every verdict, and the records that nobody spoke of. */
  settle(records: ReadonlyMap<string, LiveRecord>): void {
    for (const path of records.keys()) if (!this.found.has(path)) this.counts.matching++;
    for (const [path, { outcome, ...more }] of this.found) {
      this.counts[outcome]++;
      const alarm = DAMAGE.has(outcome);
      if (alarm && this.alarms.length < 1000) this.alarms.push(`${printable(path)}: ${outcome}`);
      if (outcome === 'retained' || outcome === 'matching') continue;
      this.tell({ type: 'file', ...this.place, path, outcome, bytes: 0, alarm, ...more });
    }
  }

  report(sourceRead: boolean): VerifyReport {
    const { counts, bytesRead, alarms, failure } = this;
    const interrupted = failure?.kind === 'aborted';
    return {
      ...this.place,
      counts,
      bytesRead,
      readBack: { ...this.back },
      alarms,
      failure: interrupted ? null : failure,
      interrupted,
      sourceRead,
    };
  }
}
