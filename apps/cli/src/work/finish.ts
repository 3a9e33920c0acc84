import type { KeepError } from '@sessionkeep/core';
import type { Args } from '../args/args.js';
import type { Output } from '../output/output.js';
import { exitCode, type ExitCode, type Ending } from '../run/exit-code.js';

/** Ends a command that could not begin. */
export function refuse(args: Args, output: Output, errors: readonly KeepError[]): ExitCode {
  const code = exitCode(
    errors.map((failure) => ({ failure, interrupted: false, damage: false, partial: false })),
  );
  output.finish({ command: args.command, exitCode: code, alarms: [], errors }, []);
  return code;
}

/** The ending of something that failed as a whole. */
export function failedEnding(failure: KeepError): Ending {
  return { failure, interrupted: false, damage: false, partial: false };
}
