import type { Observer, Summary } from '@sessionkeep/runner';
import type { FileDone } from '@sessionkeep/transfer';

/** Where a command tells what happens: to a person, or to a program. */
export interface Output extends Observer {
  /** Lines that only people need, since programs have had the events. */
  list(lines: () => readonly string[]): void;
  /** The end. People see `lines` (a table, a sentence) and the errors; programs the summary. */
  finish(summary: Summary, lines: readonly string[]): void;
}

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

export function isTrouble(event: FileDone): boolean {
  return event.alarm || TROUBLE.has(event.outcome);
}
