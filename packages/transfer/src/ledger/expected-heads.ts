import type { LedgerHead } from '@sessionkeep/core';

/** A head that a ledger must extend, and who says so, as the subject of a sentence. */
export interface ExpectedHead {
  readonly head: LedgerHead;
  readonly by: string;
}

/**
 * How far a ledger must reach: as far as its last run recorded, and as far as this machine remembers to have written. Without
 * them nothing would tell that its end was cut off.
 */
export function expectedHeads(last: LedgerHead | null, remembered: LedgerHead | null): ExpectedHead[] {
  return [
    ...(last === null ? [] : [{ head: last, by: 'the last run recorded' }]),
    ...(remembered === null ? [] : [{ head: remembered, by: 'this machine wrote' }]),
  ];
}

/**
 * What is wrong with a run list that ends before the run that this machine remembers, or null: it is remembered only once it
 * is recorded. Read the memory before the list: another run may record meanwhile.
 */
export function cutRunList(last: LedgerHead | null, remembered: LedgerHead | null): string | null {
  if (remembered === null || (last !== null && reaches(last, remembered))) return null;
  return 'runs.log does not reach as far as this machine recorded: its end was cut off, or all of it';
}

function reaches(last: LedgerHead, { segment, size }: LedgerHead): boolean {
  return last.segment > segment || (last.segment === segment && last.size >= size);
}
