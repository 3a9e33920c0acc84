import { keepError } from '@sessionkeep/core';
import { EXIT, type ExitCode } from '@sessionkeep/runner/program';
import type { Args } from '../args/args.js';
import { isCommandName } from '../args/command-table.js';
import { commandHelp, overview } from '../args/help-text.js';
import type { Context } from '../context.js';
import { refuseCommandLine } from '../run/refuse-command-line.js';

/** `sessionkeep help [COMMAND]`, and `--help` of every command. */
export async function run(args: Args, { stdout, stderr, version }: Context): Promise<ExitCode> {
  if (args.flags.has('man')) {
    const { manPage } = await import('../man/man-page.js');
    stdout.write(manPage(version));
    return EXIT.done;
  }
  const about = args.command === 'help' ? args.operands[0] : args.command;
  if (about !== undefined && !isCommandName(about)) {
    const error = keepError('usage', 'help', `there is no command "${about}"`, {
      hint: 'run `sessionkeep help`',
    });
    return refuseCommandLine([], error, stdout, stderr);
  }
  stdout.write(about === undefined || about === 'help' ? overview() : commandHelp(about));
  return EXIT.done;
}
