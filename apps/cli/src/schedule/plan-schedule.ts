import { keepError, type KeepError } from '@sessionkeep/core';
import { type LoadedConfig, type Location, selectSources, selectTargets } from '@sessionkeep/runner';
import { findConfig, type FoundConfig, resolvePath, usualConfigs } from '@sessionkeep/runner/program';
import { loadConfig } from '@sessionkeep/runner/config';
import type { Program, Schedule } from '@sessionkeep/schedule';
import { err, ok, type Result } from 'neverthrow';
import type { Args } from '../args/args.js';
import { choiceOf } from '../args/choice-of.js';
import type { Context } from '../context.js';
import { configuredSchedule } from './configured-schedule.js';
import type { Host } from './host.js';

/** What is to run, and when. */
export interface PlannedSchedule {
  readonly schedule: Schedule;
  /** Without the variables that only some schedulers need. */
  readonly program: Program;
  /** Every place that a run goes to. */
  readonly locations: readonly Location[];
}

/** Reads the configuration, and what it says of a schedule. */
export function planSchedule(
  args: Args,
  host: Host,
  context: Context,
): Result<PlannedSchedule, readonly KeepError[]> {
  const found = findConfig(args.values.get('config'), context);
  if (found.isErr()) return err([found.error]);
  const config = found.value;
  if (config === null) return err([noConfig(context)]);
  return loadConfig(config).andThen((loaded) => {
    const schedule = configuredSchedule(loaded);
    if (schedule.isErr()) return err([schedule.error]);
    if (schedule.value === null) return err([noSchedule(config)]);
    const locations = locationsOf(loaded, args, context);
    if (locations.isErr()) return err([locations.error]);
    const program = programOf(config, host, context);
    return ok({ schedule: schedule.value, program, locations: locations.value });
  });
}

/** The same as a backup by this configuration would go to, so that what it refuses is refused now. */
function locationsOf(
  loaded: LoadedConfig,
  args: Args,
  context: Context,
): Result<readonly Location[], KeepError> {
  return selectTargets(choiceOf(args), loaded, context).andThen((targets) =>
    selectSources(choiceOf(args), loaded, context).map((sources) =>
      [...targets, ...sources].map(({ location }) => location),
    ),
  );
}

/** Folders that a shell's environment moves, which no scheduler knows of. */
const CARRIED = ['CLAUDE_CONFIG_DIR', 'XDG_STATE_HOME'] as const;

function programOf({ path }: FoundConfig, { program }: Host, { env, cwd, home }: Context): Program {
  const set = CARRIED.flatMap((name) => {
    const value = env[name] ?? '';
    return value === '' ? [] : [[name, resolvePath(value, cwd, home)] as const];
  });
  return {
    argv: [...program, 'backup', '--config', path],
    environment: Object.fromEntries(set),
    jitterOption: '--jitter',
  };
}

function noConfig(context: Context): KeepError {
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

function noSchedule({ shown }: FoundConfig): KeepError {
  return keepError('usage', 'read config', `${shown} says no schedule`, {
    hint: "write into it: schedule: '0 3 * * *'",
  });
}
