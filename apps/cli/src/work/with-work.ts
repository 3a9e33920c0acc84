import {
  chooseWork,
  type Engine,
  instanceOf,
  locationText,
  readLimits,
  type Work,
  type WorkOptions,
} from '@sessionkeep/runner';
import type { ExitCode } from '@sessionkeep/runner/program';
import { openEngine } from './open-engine.js';
import type { Args } from '../args/args.js';
import { choiceOf, limitsOf } from '../args/choice-of.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import type { Output } from '../output/output.js';
import { refuse } from './finish.js';

/** Work that was found out and checked, and what it is done with. */
export interface Begun {
  readonly work: Work;
  readonly engine: Engine;
  readonly output: Output;
}

/** Begins a command on sources and targets, or ends it where the command line or the configuration is wrong. */
export async function withWork(
  args: Args,
  context: Context,
  options: WorkOptions,
  command: (begun: Begun) => Promise<ExitCode>,
): Promise<ExitCode> {
  const output = openOutput(args, context);
  const limits = readLimits(limitsOf(args));
  if (limits.isErr()) return refuse(args, output, [limits.error]);
  const { passwords } = options;
  const engine = await openEngine(context, output, {
    limits: limits.value,
    ...(passwords !== undefined && { passwords }),
  });
  try {
    const work = await chooseWork(choiceOf(args), context, engine, options);
    if (work.isErr()) return refuse(args, output, work.error);
    tellOf(work.value, output);
    return await command({ work: work.value, engine, output });
  } finally {
    await engine.pods.close();
  }
}

function tellOf({ config, sources }: Work, output: Output): void {
  output.detail(config === null ? 'configuration: none' : `configuration: ${config.shown}`);
  for (const { name, location } of sources) {
    const instance = instanceOf(location);
    output.detail(`source ${name}: ${locationText(location)}${instance === null ? '' : `, ${instance}`}`);
  }
}
