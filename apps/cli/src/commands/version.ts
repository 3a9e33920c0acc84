import { EXIT, type ExitCode } from '@sessionkeep/runner/program';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';

/** `sessionkeep version`. */
export function run(_: Args, { stdout, version }: Context): Promise<ExitCode> {
  stdout.write(`${version}\n`);
  return Promise.resolve(EXIT.done);
}
