import {
  count,
  decide,
  isIdle,
  noCounts,
  sameTime,
  sortByPath,
  type Counts,
  type FileEntry,
  type LiveRecord,
  type NameRules,
  type Policy,
  type RelativePath,
  type TargetEntry,
} from '@sessionkeep/core';

/**
 * Settles files while they are listed: what both sides' sizes and times prove unchanged is counted and let go, so that of a
 * quarter of a million files with nothing to do none is held but in the ledger. The planner decides it, as it decides all.
 */
export class SettleUnchanged {
  readonly idle: Counts;
  private readonly counts = noCounts();
  /** Files that the target has as recorded. */
  private readonly asRecorded = new Set<string>();
  private readonly settled = new Set<string>();
  private readonly able: boolean;

  constructor(
    private readonly records: ReadonlyMap<string, LiveRecord>,
    private readonly policy: Policy,
    rules: NameRules,
  ) {
    this.idle = this.counts;
    // Where names fold, the planner must see all of them together.
    this.able = !rules.foldsCase && !rules.normalizes && !rules.maps && !policy.checksum;
  }

  /** True when a file of the target is as recorded, and so need not be held. */
  onTarget(entry: TargetEntry): boolean {
    const record = this.able ? this.records.get(entry.path) : undefined;
    if (record?.status !== 'live' || record.stored !== undefined || record.size !== entry.size) return false;
    if (!sameTime(record.targetMtime, entry.mtime, this.policy.timeStep)) return false;
    this.asRecorded.add(record.path);
    return true;
  }

  /** True when a file of the source is unchanged, and so need not be held. Called when the target has been listed. */
  onSource(source: FileEntry): boolean {
    const record = this.asRecorded.has(source.path) ? this.records.get(source.path) : undefined;
    if (record === undefined) return false;
    const { path } = record;
    const situation = {
      path,
      source,
      unreadable: null,
      absence: 'absent' as const,
      record,
      target: targetOf(record),
    };
    const decided = decide(situation, this.policy, new Map());
    if (!('step' in decided) || !isIdle(decided.step)) return false;
    count(this.counts, decided.step.outcome);
    this.asRecorded.delete(path);
    this.settled.add(path);
    return true;
  }

  /** What is left for the planner of the ledger, in order. */
  openRecords(): LiveRecord[] {
    return sortByPath([...this.records.values()].filter(({ path }) => !this.settled.has(path)));
  }

  /** What is left for it of the target: what was held, and what is as recorded but not settled. */
  openTarget(held: TargetEntry[]): TargetEntry[] {
    for (const path of this.asRecorded) {
      const record = this.records.get(path);
      if (record !== undefined) held.push(targetOf(record));
    }
    return sortByPath(held);
  }
}

function targetOf({ path, size, targetMtime }: LiveRecord): TargetEntry & { path: RelativePath } {
  return { path, size, mtime: targetMtime };
}
