import type { KeepError } from '@sessionkeep/core';
import { errorLine, EXIT, type ExitCode, plainError } from '@sessionkeep/runner/program';
import type { Screen } from '../render/screen.js';

/** Says what is wrong with a command line: to people always, and to a program that asked for `--json`. */
export function refuseCommandLine(
  argv: readonly string[],
  error: KeepError,
  stdout: Screen,
  stderr: Screen,
): ExitCode {
  stderr.write(`${stderr.styles.red('error:')} ${errorLine(error)}\n`);
  if (argv.includes('--json')) {
    const summary = {
      type: 'summary',
      command: argv[0],
      ok: false,
      exitCode: EXIT.usage,
      alarms: [],
      errors: [plainError(error)],
    };
    stdout.write(`${JSON.stringify(summary)}\n`);
  }
  return EXIT.usage;
}
