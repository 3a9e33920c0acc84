import type { KeepError } from '@sessionkeep/core';
import { exitCode, type ExitCode, failedEnding } from '@sessionkeep/runner/program';
import type { Args } from '../args/args.js';
import type { Output } from '../output/output.js';

/** Ends a command that could not begin. */
export function refuse(args: Args, output: Output, errors: readonly KeepError[]): ExitCode {
  const code = exitCode(errors.map(failedEnding));
  output.finish({ command: args.command, exitCode: code, alarms: [], errors }, []);
  return code;
}
