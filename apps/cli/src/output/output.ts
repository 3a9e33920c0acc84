import type { Observer, Summary } from '@sessionkeep/runner';

/** Where a command tells what happens: to a person, or to a program. */
export interface Output extends Observer {
  /** Lines that only people need, since programs have had the events. */
  list(lines: () => readonly string[]): void;
  /** The end. People see `lines` (a table, a sentence) and the errors; programs the summary. */
  finish(summary: Summary, lines: readonly string[]): void;
}
