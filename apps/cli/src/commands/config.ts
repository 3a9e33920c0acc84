import { openEngine } from '../work/open-engine.js';
import { keepError } from '@sessionkeep/core';
import { EXIT, type ExitCode, findConfig, plural, usualConfigs } from '@sessionkeep/runner/program';
import { loadConfig } from '@sessionkeep/runner/config';
import type { Args } from '../args/args.js';
import { checkMachine } from '../check/check-machine.js';
import { configCounts, configLines } from '../check/config-lines.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import { refuse } from '../work/finish.js';

/** `sessionkeep config check`, `sessionkeep config schema`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  return args.operands[0] === 'schema' ? schema(context) : check(args, context);
}

async function schema({ stdout }: Context): Promise<ExitCode> {
  const { configJsonSchema } = await import('@sessionkeep/core/config');
  stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  return EXIT.done;
}

async function check(args: Args, context: Context): Promise<ExitCode> {
  const output = openOutput(args, context);
  const { stdout } = context;
  const found = findConfig(args.values.get('config'), context);
  if (found.isErr()) return refuse(args, output, [found.error]);
  if (found.value === null) return refuse(args, output, [noConfig(context)]);
  const loaded = loadConfig(found.value);
  if (loaded.isErr()) return refuse(args, output, loaded.error);
  const engine = await openEngine(context, output);
  const checked = await checkMachine(loaded.value, args, engine, context);
  await engine.pods.close();
  const { sources, targets, errors, warnings } = checked;
  const code = errors.length > 0 ? EXIT.usage : EXIT.done;
  if (!args.flags.has('json')) {
    for (const line of configLines(checked, stdout.columns())) stdout.write(`${line}\n`);
  }
  for (const warning of warnings) output.warn(warning);
  if (code === EXIT.done && !args.flags.has('json')) {
    const but = warnings.length > 0 ? `, ${plural(warnings.length, 'warning')}` : '';
    stdout.write(`${found.value.shown} is fine: ${configCounts(checked)}${but}\n`);
  }
  const file = found.value.path;
  output.finish(
    { command: 'config', exitCode: code, file, sources, targets, warnings, alarms: [], errors },
    [],
  );
  return code;
}

function noConfig(context: Context): ReturnType<typeof keepError> {
  const [here, user] = usualConfigs(context);
  return keepError(
    'usage',
    'find config',
    `there is no configuration: neither ${here.shown} nor ${user.shown}`,
    {
      hint: 'make one with `sessionkeep init`, or name one with --config FILE',
    },
  );
}
