import { keepError, printable, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import type { Schedule } from '../schedule/schedule.js';

/** What a scheduler starts. */
export interface Program {
  /** The program's absolute path, and its arguments. No shell reads them. */
  readonly argv: readonly [program: string, ...args: string[]];
  /**
   * What is set beside the little that a scheduler sets by itself. What is written here can be read by others: no
   * secrets.
   */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The option by which it waits by itself before it begins, at most as long as its value says, for schedulers that
   * know no jitter: `--jitter`. Null where it has none.
   */
  readonly jitterOption: string | null;
}

/** A text for a scheduler, and what a person should know before relying on it. */
export interface Rendered {
  readonly text: string;
  /** What the scheduler does otherwise than the schedule says, a sentence each without a full stop. */
  readonly caveats: readonly string[];
}

/** Refuses what no scheduler's file can hold: control characters, paths that are relative, names that are none. */
export function checkProgram({ argv, environment }: Program): Result<void, KeepError> {
  const [path] = argv;
  if (!path.startsWith('/')) return err(invalid(`the program ${path} is no absolute path`));
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_]\w*$/.test(name)) return err(invalid(`"${name}" is no name of a variable`));
    const checked = checkText(`the variable ${name}`, value);
    if (checked.isErr()) return checked;
  }
  for (const arg of argv) {
    const checked = checkText('an argument', arg);
    if (checked.isErr()) return checked;
  }
  return ok(undefined);
}

/** Refuses control characters: a newline would begin another line of the file. */
export function checkText(what: string, text: string): Result<void, KeepError> {
  if (!/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/u.test(text)) return ok(undefined);
  return err(invalid(`${what} has control characters: ${text}`));
}

/** The program as it is started by a scheduler that knows no jitter. */
export function argvWithJitter({ argv, jitterOption }: Program, { jitterSeconds }: Schedule): string[] {
  return jitterSeconds === 0 || jitterOption === null
    ? [...argv]
    : [...argv, `${jitterOption}=${jitterSeconds.toString()}s`];
}

/** What to say where nobody waits. */
export function jitterCaveat(
  scheduler: string,
  { jitterOption }: Program,
  { jitterSeconds }: Schedule,
): string[] {
  if (jitterSeconds === 0 || jitterOption !== null) return [];
  return [`${scheduler} knows no jitter, and the program has no option for it: every run begins on time`];
}

/** Names in `message` may come from anywhere. */
export function invalid(message: string, hint?: string): KeepError {
  return keepError('invalid', 'render schedule', printable(message), hint === undefined ? {} : { hint });
}
