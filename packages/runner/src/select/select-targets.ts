import { keepError, type KeepError } from '@sessionkeep/core';
import type { TargetConfig } from '@sessionkeep/core/config';
import { err, ok, Result } from 'neverthrow';
import { existsSync } from 'node:fs';
import type { Choice } from '../choice.js';
import type { LoadedConfig } from '../config/load-config.js';
import { resolvePath } from '../config/resolve-path.js';
import type { World } from '../world.js';
import { configuredLocation } from '../location/configured-location.js';
import { givenLocation } from '../location/given-location.js';
import { locationText, type ArchiveLocation } from '../location/location.js';

/** Where backups land. */
export interface SelectedTarget {
  /** Its name in the configuration; else the folder as it was given, or the share's URL. */
  readonly name: string;
  readonly location: ArchiveLocation;
  /** The id that the configuration pins. */
  readonly id: string | null;
}

const DEFAULT_FOLDER = './claude-sessions';

/** The targets that `--to` (or `--from-archive`) picks; without it every one of the configuration. */
export function selectTargets(
  choice: Choice,
  loaded: LoadedConfig | null,
  world: World,
): Result<readonly SelectedTarget[], KeepError> {
  const to = choice.to;
  const archive = choice.fromArchive;
  if (to !== undefined && archive !== undefined)
    return err(usage('--to and --from-archive mean the same', 'give one of them'));
  const given = to ?? archive;
  if (loaded === null) return givenTarget(given ?? DEFAULT_FOLDER, choice, world);
  const known = loaded.config.targets;
  const select = (target: TargetConfig): Result<SelectedTarget, KeepError> =>
    configuredLocation('targets', target, loaded, choice, world).map((location) => ({
      name: target.name,
      location,
      id: target.id,
    }));
  if (given === undefined) {
    return known.length > 0
      ? Result.combine(known.map(select))
      : err(usage('the configuration names no target', 'add one under targets:, or pass --to DIR'));
  }
  const named = known.find(({ name }) => name === given);
  if (named !== undefined) return select(named).map((target) => [target]);
  if (/[/\\]|^[.~]/.test(given) || existsSync(resolvePath(given, world.cwd, world.home)))
    return givenTarget(given, choice, world);
  const names =
    known.length > 0
      ? `the configuration has ${known.map(({ name }) => name).join(', ')}`
      : 'the configuration has none';
  return err(usage(`there is no target "${given}"`, `${names}; for a folder write ./${given}`));
}

/** The one target of a command that works on one. */
export function selectOneTarget(
  choice: Choice,
  loaded: LoadedConfig | null,
  world: World,
): Result<SelectedTarget, KeepError> {
  return selectTargets(choice, loaded, world).andThen((targets) => {
    const [only] = targets;
    if (only !== undefined && targets.length === 1) return ok(only);
    return err(
      usage('there are several targets', `pick one with --to: ${targets.map(({ name }) => name).join(', ')}`),
    );
  });
}

function givenTarget(
  given: string,
  choice: Choice,
  world: World,
): Result<readonly SelectedTarget[], KeepError> {
  return givenLocation(given, '--to', choice, world).map((location) => [
    { name: location.type === 'local' ? given : locationText(location), location, id: null },
  ]);
}

function usage(message: string, hint: string): KeepError {
  return keepError('usage', 'select target', message, { hint });
}
