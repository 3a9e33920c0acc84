/** What a step comes to, as it is counted. */
export type Outcome =
  | 'unchanged'
  | 'copied'
  | 'appended'
  | 'superseded'
  | 'restamped'
  | 'adopted'
  | 'mended'
  | 'refused'
  | 'failed'
  /** Kept in the archive, not at the source any more (or not readable there now). */
  | 'retained'
  /** The archive's bytes are not what was recorded, and the source cannot mend them. */
  | 'damaged'
  /** Pruned by name, or not ours: left alone. */
  | 'left';

/**
 * How many files came to what. `files` (scanned) is the sum of all but `retained`, `damaged` and `left`; in an interrupted run
 * it also has those that were not got to.
 */
export type Counts = Readonly<Record<Outcome | 'files', number>>;

const OFF_SOURCE: ReadonlySet<Outcome> = new Set(['retained', 'damaged', 'left']);

/** Counts of nothing, to be counted into. */
export function noCounts(): Record<Outcome | 'files', number> {
  return {
    files: 0,
    unchanged: 0,
    copied: 0,
    appended: 0,
    superseded: 0,
    restamped: 0,
    adopted: 0,
    mended: 0,
    refused: 0,
    failed: 0,
    retained: 0,
    damaged: 0,
    left: 0,
  };
}

/** Counts one more step. */
export function count(counts: Record<Outcome | 'files', number>, outcome: Outcome): void {
  counts[outcome]++;
  if (!OFF_SOURCE.has(outcome)) counts.files++;
}

/** Adds `more` into `sum`. */
export function addCounts(sum: Record<Outcome | 'files', number>, more: Counts): void {
  for (const key of Object.keys(more) as (keyof Counts)[]) sum[key] += more[key];
}
