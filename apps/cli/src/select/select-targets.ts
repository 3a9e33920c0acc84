import { keepError, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { existsSync } from 'node:fs';
import type { Args } from '../args/args.js';
import type { LoadedConfig } from '../config/load-config.js';
import { resolvePath } from '../config/resolve-path.js';
import type { Context } from '../context.js';

/** Where backups land. */
export interface SelectedTarget {
  /** Its name in the configuration; else the folder as it was given. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** The id that the configuration pins. */
  readonly id: string | null;
}

const DEFAULT_FOLDER = './claude-sessions';

/** The targets that `--to` (or `--from-archive`) picks; without it every one of the configuration. */
export function selectTargets(
  args: Args,
  loaded: LoadedConfig | null,
  context: Context,
): Result<readonly SelectedTarget[], KeepError> {
  const to = args.values.get('to');
  const archive = args.values.get('from-archive');
  if (to !== undefined && archive !== undefined)
    return err(usage('--to and --from-archive mean the same', 'give one of them'));
  const given = to ?? archive;
  if (loaded === null) return ok([folderTarget(given ?? DEFAULT_FOLDER, context)]);
  const { targets } = loaded.config;
  const known: SelectedTarget[] = targets.map(({ name, path, id }) => ({
    name,
    id,
    path: resolvePath(path, loaded.folder, context.home),
  }));
  if (given === undefined) {
    return known.length > 0
      ? ok(known)
      : err(usage('the configuration names no target', 'add one under targets:, or pass --to DIR'));
  }
  const named = known.find(({ name }) => name === given);
  if (named !== undefined) return ok([named]);
  if (/[/\\]|^[.~]/.test(given) || existsSync(resolvePath(given, context.cwd, context.home)))
    return ok([folderTarget(given, context)]);
  const names =
    known.length > 0
      ? `the configuration has ${known.map(({ name }) => name).join(', ')}`
      : 'the configuration has none';
  return err(usage(`there is no target "${given}"`, `${names}; for a folder write ./${given}`));
}

/** The one target of a command that works on one. */
export function selectOneTarget(
  args: Args,
  loaded: LoadedConfig | null,
  context: Context,
): Result<SelectedTarget, KeepError> {
  return selectTargets(args, loaded, context).andThen((targets) => {
    const [only] = targets;
    if (only !== undefined && targets.length === 1) return ok(only);
    return err(
      usage('there are several targets', `pick one with --to: ${targets.map(({ name }) => name).join(', ')}`),
    );
  });
}

function folderTarget(given: string, { cwd, home }: Context): SelectedTarget {
  return { name: given, path: resolvePath(given, cwd, home), id: null };
}

function usage(message: string, hint: string): KeepError {
  return keepError('usage', 'select target', message, { hint });
}
