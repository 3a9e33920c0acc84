import type { KeepError } from '@sessionkeep/core';
import { listRepos, readBinding, type Archive } from '@sessionkeep/transfer';
import type { SourceConfig } from '@sessionkeep/core/config';
import { err, ok, type Result } from 'neverthrow';
import type { Choice } from '../choice.js';
import type { LoadedConfig } from '../config/load-config.js';
import type { World } from '../world.js';
import { isOf, locatePods, type FailedSource } from '../pods/locate-pods.js';
import { checkFolders } from '../select/check-folders.js';
import { isPodOf, selectSources } from '../select/select-sources.js';
import type { SelectedSource } from '../select/selected-source.js';
import type { Engine } from '../work/engine.js';
import { closeSource, openSource, type OpenSource } from '../work/open-source.js';

/** The sources that can be asked what no backup has kept yet, and those that cannot. */
export interface Asked {
  readonly open: readonly OpenSource[];
  /** By the source's name: why it cannot be asked. */
  readonly silent: ReadonlyMap<string, string>;
  /** What is said of a source that is in the archive and not here. */
  readonly otherwise: (source: string) => string;
  /** True for a pod that no longer is, and whose name none will have again. */
  readonly isGone: (source: string) => boolean;
  /** Nobody said what the one source is called: it is known by what the archive has from here. */
  readonly unnamed: boolean;
}

/**
 * Opens the sources of the configuration, else the default one. That one cannot be read is told and fails nothing.
 *
 * @param options `ask`: false opens none
 */
export async function findAsked(
  choice: Choice,
  config: LoadedConfig | null,
  world: World,
  engine: Engine,
  { ask = true } = {},
): Promise<Result<Asked, KeepError>> {
  const named = config !== null && config.config.sources.length > 0;
  const asked: Asked & { open: OpenSource[]; silent: Map<string, string> } = {
    open: [],
    silent: new Map(),
    otherwise: (source) => (named ? notNamed(source, config) : 'it is not on this machine'),
    isGone: () => false,
    unnamed: !named && (choice.source ?? 'all') === 'all',
  };
  if (!ask) return ok({ ...asked, otherwise: () => 'not asked' });
  const selected = selectSources(choice, config, world);
  // A name that the configuration does not know may be the archive's.
  if (selected.isErr()) return named && choice.from === undefined ? ok(asked) : err(selected.error);
  const isMeant = !asked.unnamed || choice.from !== undefined;
  const located = await locatePods(selected.value, engine.pods);
  for (const source of located.found) {
    const opened = await openChecked(source, engine);
    if (opened.isOk()) asked.open.push(opened.value);
    else if (isMeant) asked.silent.set(source.name, opened.error.map(({ message }) => message).join('; '));
  }
  if (!isMeant) return ok(asked);
  const { found, failed } = located;
  for (const { name, error } of failed) asked.silent.set(name, error.message);
  const away = (source: string): string | null => awayText(failed, source, config);
  return ok({
    ...asked,
    otherwise: (source) => away(source) ?? asked.otherwise(source),
    isGone: (source) =>
      !found.some(({ name }) => name === source) &&
      away(source) === null &&
      config?.config.sources.some((one) => isPodOf(one, source) && isOfDeployment(one)) === true,
  });
}

/** Of a workload whose pods have another name each time. */
function isOfDeployment(source: SourceConfig): boolean {
  return source.type === 'kubernetes' && 'deployment' in source.address.owner;
}

/** Why a pod that is a source of its own cannot be asked: since none of its kind can. */
function awayText(
  failed: readonly FailedSource[],
  source: string,
  config: LoadedConfig | null,
): string | null {
  return failed.find((one) => isOf(one, source, config))?.error.message ?? null;
}

function notNamed(source: string, config: LoadedConfig): string {
  const isPod = config.config.sources.some((one) => isPodOf(one, source));
  return isPod ? 'its pod is not there now' : 'the configuration does not name it';
}

async function openChecked(
  source: SelectedSource,
  engine: Engine,
): Promise<Result<OpenSource, readonly KeepError[]>> {
  const checked = await checkFolders(source, engine);
  if (checked.isErr()) return err(checked.error);
  return (await openSource(source, engine)).mapErr((error) => [error]);
}

/** Closes the sources that were opened. */
export async function closeAsked({ open }: Asked): Promise<void> {
  for (const source of open) await closeSource(source);
}

/**
 * The sources under the names that an archive has of them. Who backed up with `--source NAME` need not say it again: what was
 * written from this machine's folder is known by its origin. A default folder of which the archive has nothing is not
 * this archive's business.
 */
export async function namedSources(
  { open, unnamed }: Asked,
  archive: Archive,
  given: boolean,
): Promise<Result<readonly OpenSource[], KeepError>> {
  const [only] = open;
  if (!unnamed || only === undefined) return ok(open);
  const places = await listRepos(archive);
  if (places.isErr()) return err(places.error);
  const names = new Set<string>();
  for (const place of places.value) {
    if (names.has(place.source)) continue;
    const binding = await readBinding(archive, place);
    if (binding.isErr()) return err(binding.error);
    if (binding.value?.origin === only.origin) names.add(place.source);
  }
  const own = only.selected.name;
  if (names.has(own) || (names.size === 0 && (given || places.value.some(({ source }) => source === own))))
    return ok(open);
  return ok([...names].map((name) => ({ ...only, selected: { ...only.selected, name } })));
}
