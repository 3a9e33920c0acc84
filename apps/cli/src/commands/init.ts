import { openEngine } from '../work/open-engine.js';
import { keepError, type Answer, type KeepError } from '@sessionkeep/core';
import { type Engine, givenLocation, hostName, locationText, openTarget } from '@sessionkeep/runner';
import {
  EXIT,
  type ExitCode,
  findConfig,
  plural,
  resolvePath,
  usualConfigs,
} from '@sessionkeep/runner/program';
import { err, ok, type Result } from 'neverthrow';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { makeArgs, type Args } from '../args/args.js';
import { choiceOf } from '../args/choice-of.js';
import type { Context } from '../context.js';
import { askSetup } from '../init/ask-setup.js';
import { FOLDER } from '../init/ask-target.js';
import type { Asker } from '../init/asker.js';
import { carryOut, type CarriedOut } from '../init/carry-out.js';
import { defaultSetup, type SetupWish } from '../init/default-setup.js';
import { findSources } from '../init/find-sources.js';
import { portablePath, shortLocation } from '../init/portable-path.js';
import type { Setup } from '../init/setup.js';
import { configExists } from '../init/write-config.js';
import { openOutput } from '../output/open-output.js';
import { shellWord } from '../render/shell-word.js';
import { refuse } from '../work/finish.js';
import { run as plan } from './plan.js';

/** How many files of a repo the plan of a first backup names: they may be thousands, and all are new. */
const FILES_SHOWN = 5;

/** `sessionkeep init`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const output = openOutput(args, context);
  const configs = configPlaces(args, context);
  if (configs.isErr()) return refuse(args, output, [configs.error]);
  const asker = await openAsker(args, context);
  if (asker.isErr()) return refuse(args, output, [asker.error]);
  const engine = await openEngine(context, output);
  const setup = await decide(args, context, configs.value, asker.value, engine);
  if (setup.isErr()) return stop(args, context, setup.error, asker.value);
  const options = { overwrite: args.flags.has('overwrite'), rebind: args.flags.has('rebind') };
  const done = await carryOut(setup.value, engine, options, context);
  if (done.isErr()) return stop(args, context, done.error, asker.value);
  const lines = doneLines(setup.value, done.value, context);
  if (asker.value === null) for (const line of lines) output.note(line);
  else {
    asker.value.say(lines);
    asker.value.end('This is what the first backup does:');
  }
  const { config } = setup.value;
  const code = await plan(makeArgs('plan', { config }), context, {
    most: FILES_SHOWN,
    passwords: engine.passwords,
  });
  if (code === EXIT.interrupted) return code;
  const named = configOption(config, context);
  // To be pasted, so never broken into lines.
  output.list(() => [
    'Every file:',
    `  sessionkeep plan${named}`,
    'The first backup:',
    `  sessionkeep backup${named}`,
  ]);
  return code;
}

/** Where the configuration may be written; an error where one is that may not be replaced. */
function configPlaces({ values, flags }: Args, context: Context): Result<readonly string[], KeepError> {
  const given = values.get('config');
  const [here, user] = usualConfigs(context).map(({ path }) => path);
  const places = given === undefined ? [here, user] : [resolvePath(given, context.cwd, context.home)];
  const [first = '', ...others] = places.filter((path) => path !== undefined);
  if (flags.has('overwrite')) return ok([first, ...others]);
  // One in this folder would be found before any other.
  if (existsSync(first)) return err(configExists(first));
  return ok([first, ...others.filter((path) => !existsSync(path))]);
}

/** Who is asked; null with `--yes`. Without a terminal nobody can answer, and nothing may wait for it. */
async function openAsker(
  { flags }: Args,
  { stdout, signal }: Context,
): Promise<Result<Asker | null, KeepError>> {
  if (flags.has('yes')) return ok(null);
  if (!isatty(0) || !stdout.isTTY) {
    return err(
      keepError('usage', 'ask', 'init asks questions, and there is no terminal to ask at', {
        hint: 'with --yes it asks none: sessionkeep init --yes --to DIR',
      }),
    );
  }
  // Read by nothing else: other commands start without it.
  const { clackAsker } = await import('../init/clack-asker.js');
  return ok(clackAsker(() => stdout.columns(), signal));
}

async function decide(
  args: Args,
  context: Context,
  configs: readonly string[],
  asker: Asker | null,
  engine: Engine,
): Answer<Setup> {
  const { values, flags } = args;
  const { cwd, hostname } = context;
  const to = values.get('to');
  const given = to === undefined ? ok(null) : givenLocation(to, '--to', choiceOf(args), context);
  if (given.isErr()) return err(given.error);
  asker?.begin('sessionkeep: what to keep, and where');
  const found = await findSources(values.get('from'), context);
  if (found.isErr()) return err(found.error);
  const target = given.value;
  const rebind = flags.has('rebind');
  const wish: Omit<SetupWish, 'config'> = {
    found: found.value,
    sourceName: values.get('source') ?? null,
    usualName: hostName(hostname),
    openArchive: (location) =>
      openTarget(engine, { name: locationText(location), location, id: null }, { create: false, rebind }),
  };
  const [config = ''] = configs;
  return asker === null
    ? defaultSetup({ ...wish, config }, target ?? { type: 'local', path: join(cwd, FOLDER) })
    : askSetup({ ...wish, target, configs, args }, asker, context);
}

/** Ends without having written a configuration. */
function stop(args: Args, context: Context, error: KeepError, asker: Asker | null): ExitCode {
  if (error.kind !== 'aborted' || asker === null) return refuse(args, openOutput(args, context), [error]);
  asker.end('Nothing was written.');
  return EXIT.interrupted;
}

function doneLines({ config, target }: Setup, { folders }: CarriedOut, { home }: Context): string[] {
  const archive = shortLocation(target.location, home);
  return [
    `Wrote ${portablePath(config, { home })}.`,
    folders.length === 0
      ? `The archive ${archive} has all its folders.`
      : `Made ${plural(folders.length, 'folder')} in the archive ${archive}.`,
  ];
}

/** How a command line names the configuration: not at all where it is found by itself. */
function configOption(config: string, context: Context): string {
  const found = findConfig(undefined, context);
  return found.isOk() && found.value?.path === config ? '' : ` --config ${shellWord(config)}`;
}
