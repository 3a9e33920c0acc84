import type { KeepError } from '@sessionkeep/core';
import type { FileDone, Listener } from '@sessionkeep/transfer';
import type { ExitCode } from '../run/exit-code.js';

/** The last line of `--json`: the command's own fields beside these. */
export interface Summary {
  readonly command: string;
  readonly exitCode: ExitCode;
  /** Damage that was found, a sentence each. */
  readonly alarms: readonly string[];
  readonly errors: readonly KeepError[];
  readonly [field: string]: unknown;
}

/** Where a command tells what happens: to a person, or to a program. */
export interface Output {
  /** For the engine: told while it works. Programs are always told the target, if there is one; people when there are several. */
  listener(target: string | null, several?: boolean): Listener;
  /** So many repos are about to be worked on. */
  expect(repos: number): void;
  /** What a repo came to: `text` for people, behind the name that {@link listener} gives it; `fields` for programs. */
  repo(name: string, text: string, fields: Readonly<Record<string, unknown>>): void;
  /** Something a person should know. */
  note(message: string): void;
  /** What helps to find a mistake: which configuration, which target. For people who ask for it; programs are not told. */
  detail(message: string): void;
  warn(message: string): void;
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
