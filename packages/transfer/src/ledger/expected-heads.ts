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
