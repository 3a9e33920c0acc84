import type { FileDone } from '@sessionkeep/transfer';

/** Outcomes that are told at once, whatever else is going on. */
const TROUBLE: ReadonlySet<string> = new Set([
  'refused',
  'failed',
  'damaged',
  'divergent',
  'missing',
  'corrupt',
  'lost',
]);

/** Whether a person should hear of a file at once. */
export function isTrouble(event: FileDone): boolean {
  return event.alarm || TROUBLE.has(event.outcome);
}
