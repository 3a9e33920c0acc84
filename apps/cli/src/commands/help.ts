import { keepError } from '@sessionkeep/core';
import type { Args } from '../args/args.js';
import { isCommandName } from '../args/command-table.js';
import { commandHelp, overview } from '../args/help-text.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../run/exit-code.js';
import { refuseCommandLine } from './refuse-command-line.js';

/** `sessionkeep help [COMMAND]`, and `--help` of every command. */
export function run(args: Args, { stdout, stderr }: Context): Promise<ExitCode> {
  const about = args.command === 'help' ? args.operands[0] : args.command;
  if (about !== undefined && !isCommandName(about)) {
    const error = keepError('usage', 'help', `there is no command "${about}"`, {
      hint: 'run `sessionkeep help`',
    });
    return Promise.resolve(refuseCommandLine([], error, stdout, stderr));
  }
  stdout.write(about === undefined || about === 'help' ? overview() : commandHelp(about));
  return Promise.resolve(EXIT.done);
}
