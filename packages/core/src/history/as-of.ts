import { LedgerState } from '../ledger/ledger-state.js';
import type { Aside, AsideLine, FileLine, Line, LiveRecord, StateLine } from '../ledger/line.js';
import { restates } from './restates.js';

/** A file as a past moment had it, and where its bytes lie now. */
export interface FileAsOf {
  /** Its bytes are the first `record.size` ones of the place named by `ended`. */
  readonly record: LiveRecord;
  /**
   * How its generation ended: the bytes lie in `versions/<ended.sha256>` or, when a crash came between the line and the
   * move, still in the live file. Null: in the live file.
   */
  readonly ended: Aside | null;
  /** When the source was last seen to have it like this: `at` of the line that made the record. */
  readonly since: string;
  /** How many times what lay under its name had been put aside by then. */
  readonly versions: number;
}

/**
 * Replays a ledger and answers for one moment: every file that was kept by then, deleted ones too, and where its
 * bytes lie today. Lines are applied in order, all segments from the first.
 */
export class AsOf {
  /** The ledger up to the end: what a new line would be checked against. */
  readonly now = new LedgerState();
  /** What changed after the moment, as it was then; null for what was not known yet. All else is as it is now. */
  private readonly then = new Map<string, LiveRecord | null>();
  /** How generations that were live then have ended since. */
  private readonly ended = new Map<string, Aside>();
  /** Of bytes put aside where a generation had ended already: how that one ended. */
  private readonly firstAside = new Map<string, Aside>();
  private readonly since = new Map<string, string>();
  private readonly versions = new Map<string, number>();
  /** One text for all the lines of a moment. */
  private lastAt = '';

  /** @param moment ISO 8601 UTC with milliseconds; lines of that very millisecond count. Null: the latest. */
  constructor(private readonly moment: string | null) {}

  /** Adds a line; says what is wrong with it, or null. */
  apply(line: Line, extra?: Record<string, unknown>): string | null {
    const known = 'path' in line ? this.now.records.get(line.path) : undefined;
    const problem = this.now.apply(line, extra);
    if (problem !== null || !('path' in line)) return problem;
    if (this.moment === null || line.at <= this.moment) this.before(line, known);
    else this.after(line, known);
    return null;
  }

  private before(line: FileLine | AsideLine | StateLine, known: LiveRecord | undefined): void {
    const { path, kind } = line;
    if (line.at !== this.lastAt) this.lastAt = line.at;
    const begins = kind === 'kept' || kind === 'adopted';
    if (begins || kind === 'grown' || known === undefined) this.since.set(path, this.lastAt);
    if (begins) this.firstAside.delete(path);
    if (kind !== 'aside') return;
    this.versions.set(path, (this.versions.get(path) ?? 0) + 1);
    // What is found in the place of a generation that had ended already does not end it again.
    if (known?.aside !== undefined && !this.firstAside.has(path)) this.firstAside.set(path, known.aside);
  }

  private after(line: FileLine | AsideLine | StateLine, known: LiveRecord | undefined): void {
    const { path } = line;
    if (!this.then.has(path) && !restates(line, known)) this.then.set(path, known ?? null);
    // Only the first aside after the moment ends the generation that was live then.
    if (line.kind !== 'aside' || this.ended.has(path) || this.then.get(path)?.status !== 'live') return;
    this.ended.set(path, { size: line.size, sha256: line.sha256, lost: line.lost });
  }

  /** Every file of that moment, in the order in which they were first kept. */
  *files(): Generator<FileAsOf, void> {
    for (const path of this.now.records.keys()) {
      const file = this.file(path);
      if (file !== null) yield file;
    }
  }

  /** The file that had this path at that moment; null when none had. */
  file(path: string): FileAsOf | null {
    const then = this.then.get(path);
    const record = then === undefined ? this.now.records.get(path) : then;
    if (record === undefined || record === null || record.status === 'pruned') return null;
    const ended = this.firstAside.get(path) ?? record.aside ?? this.ended.get(path) ?? null;
    return { record, ended, since: this.since.get(path) ?? '', versions: this.versions.get(path) ?? 0 };
  }
}
