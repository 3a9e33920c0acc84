import { keepError, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../world.js';
import { resolvePath } from './resolve-path.js';

const NAME = 'sessionkeep.yaml';

/** A configuration that is there. */
export interface FoundConfig {
  readonly path: string;
  /** How messages call it: as short as it can be found by. */
  readonly shown: string;
  /** The user named it or put it among their own: then it may have programs run. One in the working folder may be anybody's. */
  readonly isOwn: boolean;
}

/** The configuration to use: `given` (`--config`), else the working folder's, else the user's; null where there is none. */
export function findConfig(given: string | undefined, world: World): Result<FoundConfig | null, KeepError> {
  const { cwd, home } = world;
  if (given !== undefined) {
    const path = resolvePath(given, cwd, home);
    if (existsSync(path)) return ok({ path, shown: given, isOwn: true });
    return err(keepError('usage', 'find config', `no configuration at ${given}`, { hint: 'check --config' }));
  }
  return ok(usualConfigs(world).find(({ path }) => existsSync(path)) ?? null);
}

/** Where a configuration is looked for when none is named: in the working folder, then in the user's. */
export function usualConfigs({ cwd, env, home }: World): readonly [here: FoundConfig, user: FoundConfig] {
  const xdg = env['XDG_CONFIG_HOME'] ?? '';
  const user = join(xdg === '' ? join(home, '.config') : xdg, 'sessionkeep', NAME);
  return [
    { path: join(cwd, NAME), shown: NAME, isOwn: join(cwd, NAME) === user },
    { path: user, shown: user, isOwn: true },
  ];
}
