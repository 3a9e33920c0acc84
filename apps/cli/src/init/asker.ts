import type { Answer } from '@sessionkeep/core';

export interface Choice<T> {
  readonly value: T;
  readonly label: string;
  /** Said beside it while it is looked at. */
  readonly about?: string;
  /** Why it cannot be chosen; null or nothing when it can. */
  readonly problem?: string | null;
}

interface TextQuestion {
  /** May have several lines. */
  readonly message: string;
  /** Stands there to be taken or edited. */
  readonly initial?: string;
  /** What is wrong with what was typed, or null. */
  readonly check: (text: string) => string | null;
}

/** Somebody who answers questions. Every answer may be `aborted`: by Ctrl-C, Escape or a signal. */
export interface Asker {
  begin(title: string): void;
  text(question: TextQuestion): Answer<string>;
  /** One of several. */
  one<T>(message: string, choices: readonly Choice<T>[]): Answer<T>;
  /** Some of several, in their order. */
  some<T>(message: string, choices: readonly Choice<T>[], options: SomeOptions): Answer<readonly T[]>;
  confirm(message: string): Answer<boolean>;
  /** Says something between the questions. */
  say(lines: readonly string[]): void;
  /** The last of it. */
  end(line: string): void;
  /** How wide a choice's label may be. */
  width(): number;
}

interface SomeOptions {
  /** All of them are chosen at first. */
  readonly ticked: boolean;
  /** None is an answer too. */
  readonly none?: boolean;
}
