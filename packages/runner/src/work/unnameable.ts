import type { KeepError } from '@sessionkeep/core';
import { unnameableFolders } from '@sessionkeep/transfer';
import type { OpenSource } from './open-source.js';
import type { RunTotals } from './run-totals.js';

/** The project folders that no repo can be made of, of sources whose folders are all meant. */
export async function unnameable(
  sources: readonly OpenSource[],
  totals: Pick<RunTotals, 'hasFailed'>,
): Promise<readonly KeepError[]> {
  const errors: KeepError[] = [];
  for (const { transport, selected } of sources) {
    if (selected.repos !== 'auto' || selected.wantedRepo !== null) continue;
    if (totals.hasFailed(selected.name)) continue;
    const found = await unnameableFolders(transport);
    errors.push(
      ...found.match(
        (all) => all,
        (error) => [error],
      ),
    );
  }
  return errors;
}
