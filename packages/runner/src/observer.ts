import type { KeepError } from '@sessionkeep/core';
import type { Listener } from '@sessionkeep/transfer';
import type { ExitCode } from './ending/exit-code.js';

/** Who is told what happens in a run, while it happens. */
export interface Observer {
  /**
   * For the engine: told while it works on a target's repos.
   *
   * @param target null where there is only one archive that can be meant
   * @param several there are more targets than this, so that people must be told which one it is
   */
  listener(target: string | null, several?: boolean): Listener;
  /** So many repos are about to be worked on. */
  expect(repos: number): void;
  /** What a repo came to: `text` for people, behind the name that {@link listener} gives it; `fields` for programs. */
  repo(name: string, text: string, fields: Readonly<Record<string, unknown>>): void;
  /** Something a person should know. */
  note(message: string): void;
  /** What helps to find a mistake: which configuration, which target. */
  detail(message: string): void;
  /** Something that should be seen to, and keeps nothing from being done. */
  warn(message: string): void;
}

/** What a run came to as a whole. */
export interface Summary {
  readonly command: string;
  readonly exitCode: ExitCode;
  /** Damage that was found, a sentence each. */
  readonly alarms: readonly string[];
  /** What failed as a whole; of files that failed the observer was told. */
  readonly errors: readonly KeepError[];
  /** The command's own fields. */
  readonly [field: string]: unknown;
}
