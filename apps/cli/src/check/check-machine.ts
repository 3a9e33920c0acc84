import type { KeepError } from '@sessionkeep/core';
import {
  checkAllFolders,
  type CheckedFolders,
  checkOverlap,
  type Engine,
  type FailedSource,
  failureOf,
  liesIn,
  type LoadedConfig,
  type Location,
  locationKey,
  locationText,
  openTarget,
  type SelectedSource,
  type SelectedTarget,
  selectSources,
  selectTargets,
  unknownFolders,
} from '@sessionkeep/runner';
import type { Archive } from '@sessionkeep/transfer';
import { err, ok, type Result } from 'neverthrow';
import type { Args } from '../args/args.js';
import { choiceOf } from '../args/choice-of.js';
import type { Context } from '../context.js';
import { configuredSchedule } from '../schedule/configured-schedule.js';
import { checkSource, idlePatterns } from './check-source.js';
import { checkTarget } from './check-target.js';
import type { CheckedConfig, CheckedSource, CheckedTarget } from './checked-config.js';

/** Holds a configuration against this machine: what only its folders, shares and archives can tell. Writes nothing. */
export async function checkMachine(
  loaded: LoadedConfig,
  args: Args,
  engine: Engine,
  context: Context,
): Promise<CheckedConfig> {
  const selected = selectAll(loaded, args, context);
  if (selected.isErr()) return { sources: [], targets: [], errors: [selected.error], warnings: [] };
  const { sources, targets } = selected.value;
  const errors = overlaps(sources, targets, loaded);
  const schedule = configuredSchedule(loaded);
  if (schedule.isErr()) errors.push(schedule.error);
  const warnings = [...sharedPlaces('sources', sources, loaded), ...sharedPlaces('targets', targets, loaded)];
  if (targets.length === 0) warnings.push('no target is named: every backup needs --to DIR');

  const checkedTargets: CheckedTarget[] = [];
  const archives: Archive[] = [];
  for (const target of targets) {
    const looked = await checkTarget(target, engine, loaded);
    checkedTargets.push(looked.target);
    errors.push(...looked.errors);
    warnings.push(...looked.warnings);
    if (looked.archive !== null) archives.push(looked.archive);
  }
  const folders = await checkAllFolders(sources, engine);
  const slips = await unknownFolders({ targets, missing: folders.missing }, engine);
  errors.push(...folders.errors, ...slips);
  warnings.push(...goneFolders(folders.missing, slips), ...folders.failed.map(awayText));

  const checkedSources: CheckedSource[] = [];
  for (const source of folders.there) {
    const checked = await checkWith(archives, source, engine);
    if (checked.isErr())
      warnings.push(`${source.at([locationKey(source.location)])}: ${checked.error.message}`);
    else {
      checkedSources.push(checked.value);
      warnings.push(...idlePatterns(source, checked.value));
    }
  }
  for (const { target } of archives) await target.close();
  return { sources: checkedSources, targets: checkedTargets, errors, warnings };
}

interface Selected {
  readonly sources: readonly SelectedSource[];
  readonly targets: readonly SelectedTarget[];
}

function selectAll(loaded: LoadedConfig, args: Args, context: Context): Result<Selected, KeepError> {
  const targets =
    loaded.config.targets.length === 0 ? ok([]) : selectTargets(choiceOf(args), loaded, context);
  return targets.andThen((to) =>
    selectSources(choiceOf(args), loaded, context).map((from) => ({ sources: from, targets: to })),
  );
}

function overlaps(
  sources: readonly SelectedSource[],
  targets: readonly SelectedTarget[],
  loaded: LoadedConfig,
): KeepError[] {
  return targets.flatMap((target) =>
    checkOverlap(sources, [target]).map((error) => ({
      ...error,
      message: `${loaded.at(['targets', target.name, locationKey(target.location)])}: ${error.message}`,
    })),
  );
}

/** Two of a kind in one place are mostly a slip, and harm nothing. */
function sharedPlaces(
  kind: 'sources' | 'targets',
  all: readonly { readonly name: string; readonly location: Location }[],
  loaded: LoadedConfig,
): string[] {
  return all.flatMap(({ name, location }, at) => {
    const other = all
      .slice(0, at)
      .find((one) => liesIn(one.location, location) && liesIn(location, one.location));
    return other === undefined
      ? []
      : [`${loaded.at([kind, name, locationKey(location)])}: is the folder of ${other.name} too`];
  });
}

/** Project folders that the source has no more, and an archive still knows. */
function goneFolders(missing: CheckedFolders['missing'], slips: readonly KeepError[]): string[] {
  return [...missing.values()]
    .flat()
    .filter(({ error }) => !slips.includes(error))
    .map(({ error }) => `${error.message}; the archive knows it, and keeps what it has`);
}

/** It may only be so now. */
function awayText(source: FailedSource): string {
  const { message, hint } = failureOf(source);
  return hint === undefined ? message : `${message}; ${hint}`;
}

/** Without an archive automatic repos are named as the first backup would name them. */
async function checkWith(
  [archive]: readonly Archive[],
  source: SelectedSource,
  engine: Engine,
): Promise<Result<CheckedSource, KeepError>> {
  if (archive !== undefined) return checkSource(source, archive, engine);
  const { location } = source;
  const none = await openTarget(
    engine,
    { name: locationText(location), location, id: null },
    { create: false },
  );
  if (none.isErr()) return err(none.error);
  const checked = await checkSource(source, none.value, engine);
  await none.value.target.close();
  return checked;
}
