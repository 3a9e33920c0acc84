import { type Engine, type EngineOptions, startEngine } from '@sessionkeep/runner';
import type { Context } from '../context.js';
import type { Output } from '../output/output.js';

/** The engine of a command: what programs say that are asked for passwords goes to standard error. */
export function openEngine(
  context: Context,
  output: Output,
  options: Pick<EngineOptions, 'limits' | 'passwords'> = {},
): Promise<Engine> {
  const tell = (line: string): void => context.stderr.write(`${line}\n`);
  return startEngine(context, { ...options, observer: output, tell });
}
