import { extraRepo, keepError, type KeepError } from '@sessionkeep/core';
import type { KeyPath, SourceConfig } from '@sessionkeep/core/config';
import { err, ok, Result } from 'neverthrow';
import type { Choice } from '../choice.js';
import type { LoadedConfig } from '../config/load-config.js';
import type { World } from '../world.js';
import { configuredSource } from '../location/configured-location.js';
import { givenSource } from '../location/given-location.js';
import { hasExtrasBeside, locationText } from '../location/location.js';
import { implicitSource } from './implicit-source.js';
import type { SelectedSource } from './selected-source.js';
import { unknownName } from './unknown-name.js';

/** The sources that `--source`, `--repo` and `--from` mean; without a configuration the one there is. */
export function selectSources(
  choice: Choice,
  loaded: LoadedConfig | null,
  world: World,
): Result<readonly SelectedSource[], KeepError> {
  if (loaded === null || loaded.config.sources.length === 0) {
    return implicitSource(choice, loaded?.config.rules ?? {}, world).map((source) => [source]);
  }
  const { sources } = loaded.config;
  const chosen = sourcesNamed(choice.source, sources);
  if (chosen.length === 0)
    return err(
      unknownName(
        'source',
        choice.source ?? '',
        sources.map(({ name }) => name),
      ),
    );
  const from = choice.from;
  if (from !== undefined && chosen.length !== 1) {
    const hint = `pick one with --source: ${chosen.map(({ name }) => name).join(', ')}; or leave --from out`;
    return err(
      keepError('usage', 'select source', '--from is one folder, and several sources are selected', { hint }),
    );
  }
  const selected = Result.combine(chosen.map((source) => asSelected(source, loaded, choice, world)));
  return selected.andThen((all) => pickRepos(all, choice.repo));
}

/** What says where a source is: `--from` takes its place. */
const PLACE_KEYS: ReadonlySet<unknown> = new Set([
  'path',
  'url',
  'deployment',
  'statefulSet',
  'selector',
  'pod',
]);

/** Other words for types, as people have long used them. */
const TYPES: Readonly<Record<string, SourceConfig['type']>> = { mac: 'local', k8s: 'kubernetes' };

/** By name; `all`; by type; or the one whose pod it is. A name comes before a type. */
export function sourcesNamed(
  wanted: string | undefined,
  sources: readonly SourceConfig[],
): readonly SourceConfig[] {
  if (wanted === undefined || wanted === 'all') return sources;
  const named = sources.filter(({ name }) => name === wanted);
  if (named.length > 0) return named;
  const type = Object.hasOwn(TYPES, wanted) ? TYPES[wanted] : wanted;
  const ofType = sources.filter((source) => source.type === type);
  return ofType.length > 0 ? ofType : sources.filter((source) => isPodOf(source, wanted));
}

/** True for the name that a pod of this source has as a source of its own. */
export function isPodOf(source: SourceConfig, name: string): boolean {
  return source.type === 'kubernetes' && source.pods === 'each' && name.startsWith(`${source.name}-`);
}

function asSelected(
  source: SourceConfig,
  loaded: LoadedConfig,
  choice: Choice,
  world: World,
): Result<SelectedSource, KeepError> {
  const { name, repos, extras, rules, origin } = source;
  const from = choice.from;
  const found =
    from === undefined ? configuredSource(source, loaded, choice, world) : givenSource(from, choice, world);
  const at = (key: KeyPath): string =>
    from !== undefined && PLACE_KEYS.has(key[0]) ? '--from' : loaded.at(['sources', name, ...key]);
  return found.andThen((location) => {
    if (extras.length > 0 && !hasExtrasBeside(location)) {
      const text = `${at(['extras'])}: they lie beside Claude Code's projects folder, and ${locationText(location)} is none`;
      const hint = 'give --from a folder called projects, or take extras: out';
      return err(keepError('usage', 'select source', text, { hint }));
    }
    const wanted = choice.source;
    const pod = wanted !== undefined && isPodOf(source, wanted) ? wanted : null;
    return ok({ name, configured: name, location, repos, extras, pod, wantedRepo: null, rules, origin, at });
  });
}

function pickRepos(
  sources: readonly SelectedSource[],
  wanted: string | undefined,
): Result<readonly SelectedSource[], KeepError> {
  if (wanted === undefined || wanted === 'all') return ok(sources);
  const picked = sources.flatMap((source): SelectedSource[] => {
    if (source.repos === 'auto') return [{ ...source, wantedRepo: wanted }];
    const meant = named(source).find((names) => names.includes(wanted));
    return meant === undefined ? [] : [{ ...source, wantedRepo: meant[0] ?? wanted }];
  });
  if (picked.length > 0) return ok(picked);
  return err(unknownName('repo', wanted, sources.flatMap(named).flat()));
}

/** What each repo that a source is known to have may be called; its own name first. */
function named({ repos, extras }: SelectedSource): string[][] {
  return [
    ...(repos === 'auto' ? [] : repos.map(({ repo }) => [repo.name, ...repo.aliases])),
    ...extras.map((extra) => [extraRepo(extra).name]),
  ];
}
