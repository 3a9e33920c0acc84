import { LedgerState } from '../ledger/ledger-state.js';
import type { Line, LiveRecord } from '../ledger/line.js';
import { sortByPath } from '../path/compare-paths.js';
import type { RelativePath } from '../path/relative-path.js';
import { restates } from './restates.js';

/** What became of a file between two moments. */
export type DifferenceKind =
  /** Not kept before. */
  | 'new'
  /** The same bytes, and more behind them. */
  | 'grown'
  /** Other bytes; the old ones lie in a version. */
  | 'rewritten'
  /** The source deleted it; it stays in the archive. */
  | 'gone'
  /** The source has it again. */
  | 'back'
  /** The same bytes, another time. */
  | 'touched'
  /** Removed from the archive, by name. */
  | 'pruned';

/** What is different of one file. */
export interface Difference {
  readonly path: RelativePath;
  readonly kind: DifferenceKind;
  /** Null where it was not kept yet, or was pruned. */
  readonly before: LiveRecord | null;
  readonly after: LiveRecord | null;
  /** Bytes kept that were not kept before: all of a new or rewritten file's, those behind the old ones of one that grew. */
  readonly added: number;
  /** Its bytes are others, not only more; a file that is gone or back may have been rewritten too. */
  readonly rewritten: boolean;
}

/** How many files of each kind, and the bytes they added. */
export type DifferenceCounts = Readonly<Record<DifferenceKind, number>> & { readonly added: number };

/**
 * Replays a ledger and tells what is different between two moments: only their states count, so that a file that was
 * rewritten and rewritten back is not named. Lines are applied in order, all segments from the first.
 */
export class Differences {
  private readonly state = new LedgerState();
  /** What changed since, as it was before. */
  private readonly changed = new Map<RelativePath, LiveRecord | null>();
  /** Known before, and begun anew since. */
  private readonly anew = new Set<RelativePath>();
  private found: Difference[] | null = null;

  /**
   * @param since ISO 8601 UTC with milliseconds; lines of that very millisecond are before it
   * @param until the same; null: the latest
   */
  constructor(
    private readonly since: string,
    private readonly until: string | null,
  ) {}

  /** Adds a line; says what is wrong with it, or null. */
  apply(line: Line, extra?: Record<string, unknown>): string | null {
    if (this.until !== null && line.at > this.until) this.found ??= this.compare();
    const before = 'path' in line ? this.state.records.get(line.path) : undefined;
    const problem = this.state.apply(line, extra);
    if (problem !== null) return problem;
    const within = line.at > this.since && this.found === null;
    if (!within || !('path' in line) || restates(line, before)) return null;
    if (!this.changed.has(line.path)) this.changed.set(line.path, before ?? null);
    if (before === undefined) return null;
    // What a segment's opening says against the lines before it is of a generation nobody saw begin.
    if (line.kind === 'kept' || line.kind === 'adopted' || line.kind === 'state') this.anew.add(line.path);
    return null;
  }

  /** What is different, sorted by path. */
  list(): readonly Difference[] {
    return this.found ?? this.compare();
  }

  private compare(): Difference[] {
    const differences: Difference[] = [];
    for (const [path, before] of this.changed) {
      const after = this.state.records.get(path) ?? null;
      const difference = differenceOf(path, before, after, this.anew.has(path));
      if (difference !== null) differences.push(difference);
    }
    return sortByPath(differences);
  }
}

/** Sums up. */
export function countDifferences(differences: readonly Difference[]): DifferenceCounts {
  const counts = {
    new: 0,
    grown: 0,
    rewritten: 0,
    gone: 0,
    back: 0,
    touched: 0,
    pruned: 0,
    added: 0,
  };
  for (const { kind, added } of differences) {
    counts[kind]++;
    counts.added += added;
  }
  return counts;
}

/** @param anew whether a generation began in between: then more bytes are other bytes, not only more */
function differenceOf(
  path: RelativePath,
  was: LiveRecord | null,
  is: LiveRecord | null,
  anew: boolean,
): Difference | null {
  const before = was?.status === 'pruned' ? null : was;
  const after = is?.status === 'pruned' ? null : is;
  const of = (kind: DifferenceKind, added: number, rewritten = false): Difference => ({
    path,
    kind,
    before,
    after,
    added,
    rewritten,
  });
  if (after === null) return before === null ? null : of('pruned', 0);
  if (before === null) return of('new', after.size);
  const other = before.sha256 !== after.sha256 || before.size !== after.size;
  const rewritten = other && anew;
  const added = rewritten ? after.size : after.size - before.size;
  if (after.gone !== before.gone) return of(after.gone ? 'gone' : 'back', added, rewritten);
  if (other) return of(rewritten ? 'rewritten' : 'grown', added, rewritten);
  return before.mtime === after.mtime ? null : of('touched', 0);
}
