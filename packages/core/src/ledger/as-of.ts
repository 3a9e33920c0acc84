import { LedgerState } from './ledger-state.js';
import type { Aside, Line, LiveRecord } from './line.js';

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
 *
 * @example
 * const asOf = new AsOf('2026-03-31T18:00:00.000Z');
 * // for every line of every segment, in order: asOf.apply(line)
 * for (const { record, ended } of asOf.files()) console.log(record.path, record.size, ended?.sha256 ?? 'live');
 */
export class AsOf {
  /** The ledger up to the end: what a new line would be checked against. */
  readonly now = new LedgerState();
  private readonly then = new LedgerState();
  private readonly ended = new Map<string, Aside>();
  private readonly since = new Map<string, string>();
  private readonly versions = new Map<string, number>();

  /** @param moment ISO 8601 UTC with milliseconds; lines of that very millisecond count. Null: the latest. */
  constructor(private readonly moment: string | null) {}

  /** Adds a line; says what is wrong with it, or null. */
  apply(line: Line, extra?: Record<string, unknown>): string | null {
    const problem = this.now.apply(line, extra);
    if (problem !== null) return problem;
    if (this.moment === null || line.at <= this.moment) this.before(line, extra);
    else this.after(line);
    return null;
  }

  private before(line: Line, extra?: Record<string, unknown>): void {
    if (line.kind === 'aside') this.versions.set(line.path, (this.versions.get(line.path) ?? 0) + 1);
    const known = 'path' in line && this.then.records.has(line.path);
    // A second aside is of bytes found in the place of a generation that had ended already.
    if (line.kind === 'aside' && this.then.records.get(line.path)?.status === 'aside') return;
    this.then.apply(line, extra);
    if (!('path' in line)) return;
    if (line.kind === 'kept' || line.kind === 'adopted' || line.kind === 'grown')
      this.since.set(line.path, line.at);
    else if (!known) this.since.set(line.path, line.at);
  }

  private after(line: Line): void {
    if (line.kind !== 'aside') return;
    const record = this.then.records.get(line.path);
    // Only the first aside after the moment ends the generation that was live then.
    if (record?.status !== 'live' || this.ended.has(line.path)) return;
    this.ended.set(line.path, { size: line.size, sha256: line.sha256, lost: line.lost });
  }

  /** Every file of that moment, in the order in which they were first kept. */
  *files(): Generator<FileAsOf, void> {
    for (const record of this.then.records.values()) {
      if (record.status === 'pruned') continue;
      const ended = record.aside ?? this.ended.get(record.path) ?? null;
      const { path } = record;
      yield { record, ended, since: this.since.get(path) ?? '', versions: this.versions.get(path) ?? 0 };
    }
  }
}
