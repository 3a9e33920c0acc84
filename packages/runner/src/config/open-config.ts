import type { KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import type { Choice } from '../choice.js';
import type { World } from '../world.js';
import { findConfig } from './find-config.js';
import type { LoadedConfig } from './load-config.js';

/** The configuration that holds for this command line; null where there is none. */
export async function openConfig(
  choice: Choice,
  world: World,
): Promise<Result<LoadedConfig | null, readonly KeepError[]>> {
  const found = findConfig(choice.config, world);
  if (found.isErr()) return err([found.error]);
  if (found.value === null) return ok(null);
  // The YAML parser and the schema are read only by who has a configuration: they cost more than all the rest of the start.
  const { loadConfig } = await import('./load-config.js');
  return loadConfig(found.value);
}
