import type { KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import type { Choice } from '../choice.js';
import { openConfig } from '../config/open-config.js';
import type { LoadedConfig } from '../config/load-config.js';
import type { World } from '../world.js';

import { checkAllFolders } from '../select/check-all-folders.js';
import { failureOf, type FailedSource } from '../pods/locate-pods.js';
import { checkOverlap } from '../select/check-overlap.js';
import type { Passwords } from '../password/passwords.js';
import { selectSources } from '../select/select-sources.js';
import { selectTargets, type SelectedTarget } from '../select/select-targets.js';
import type { SelectedSource } from '../select/selected-source.js';
import type { Engine } from './engine.js';
import { unknownFolders } from './unknown-folders.js';

/** What a backup or a verification is about: found out and checked before anything is touched. */
export interface Work {
  readonly sources: readonly SelectedSource[];
  /** Those that cannot be gone to now. */
  readonly failed: readonly FailedSource[];
  readonly targets: readonly SelectedTarget[];
  readonly config: LoadedConfig | null;
}

/** What a run can do without. */
export interface WorkOptions {
  /** The work can be done without a source: the default folder need not be there. */
  readonly archiveAlone?: boolean;
  /** Those that were asked for before. */
  readonly passwords?: Passwords;
}

/** Finds out what a run is about, and checks it: configuration, sources, targets, folders, pods, passwords. Nothing is written; an error is a mistake, or that none of the sources can be gone to. */
export async function chooseWork(
  choice: Choice,
  world: World,
  engine: Engine,
  { archiveAlone = false }: WorkOptions = {},
): Promise<Result<Work, readonly KeepError[]>> {
  const config = await openConfig(choice, world);
  if (config.isErr()) return err(config.error);
  const sources = selectSources(choice, config.value, world);
  const targets = selectTargets(choice, config.value, world);
  if (sources.isErr()) return err([sources.error]);
  if (targets.isErr()) return err([targets.error]);
  const optional = archiveAlone && config.value === null && choice.from === undefined;
  await engine.passwords.prepare([...sources.value, ...targets.value].map(({ location }) => location));
  const { there, missing, errors: notThere, failed } = await checkAllFolders(sources.value, engine);
  const errors = [...checkOverlap(sources.value, targets.value), ...(optional ? [] : notThere)];
  if (errors.length > 0) return err(errors);
  // With none left there is nothing to do but to say so.
  if (there.length === 0 && failed.length > 0) return err(failed.map(failureOf));
  const work = { sources: there, failed, targets: targets.value, config: config.value };
  const slips = await unknownFolders({ ...work, missing }, engine);
  return slips.length > 0 ? err(slips) : ok(work);
}
