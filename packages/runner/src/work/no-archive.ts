import { keepError, type KeepError } from '@sessionkeep/core';
import type { Archive } from '@sessionkeep/transfer';

/** What to say when a target has nothing to read. */
export function noArchive({ target }: Archive): KeepError {
  return keepError(
    'not-found',
    'open archive',
    `${target.name} is no archive: nothing was backed up there yet`,
    {
      transport: target.name,
      hint: 'check --to, or run `sessionkeep backup` first',
    },
  );
}
