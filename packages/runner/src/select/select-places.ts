import { comparePaths, type KeepError } from '@sessionkeep/core';
import type { Place } from '@sessionkeep/transfer';
import { err, ok, type Result } from 'neverthrow';
import type { Choice } from '../choice.js';
import type { LoadedConfig } from '../config/load-config.js';
import { isPodOf, sourcesNamed } from './select-sources.js';
import { unknownName } from './unknown-name.js';

/** Those of an archive's repos that `--source` and `--repo` mean; a configuration helps with types and aliases. */
export function selectPlaces(
  places: readonly Place[],
  choice: Choice,
  loaded: LoadedConfig | null,
): Result<readonly Place[], KeepError> {
  const sorted = [...places].sort((a, b) => comparePaths(a.source, b.source) || comparePaths(a.repo, b.repo));
  return bySource(sorted, choice.source, loaded).andThen((found) => byRepo(found, choice.repo, loaded));
}

function bySource(
  places: readonly Place[],
  wanted: string | undefined,
  loaded: LoadedConfig | null,
): Result<readonly Place[], KeepError> {
  if (wanted === undefined || wanted === 'all') return ok(places);
  const named = places.filter(({ source }) => source === wanted);
  if (named.length > 0) return ok(named);
  const sources = loaded?.config.sources ?? [];
  const meant = sourcesNamed(wanted, sources);
  const found = places.filter(({ source }) => {
    const own = sources.find(({ name }) => name === source);
    if (own !== undefined) return meant.includes(own);
    return meant.some((one) => isPodOf(one, source) && !isPodOf(one, wanted));
  });
  return found.length > 0
    ? ok(found)
    : err(unknownName('source', wanted, unique(places.map(({ source }) => source))));
}

function byRepo(
  places: readonly Place[],
  wanted: string | undefined,
  loaded: LoadedConfig | null,
): Result<readonly Place[], KeepError> {
  if (wanted === undefined || wanted === 'all') return ok(places);
  const named = places.filter(({ repo }) => repo === wanted);
  if (named.length > 0) return ok(named);
  const found = places.filter((place) => aliasOf(wanted, place.source, loaded) === place.repo);
  return found.length > 0
    ? ok(found)
    : err(unknownName('repo', wanted, unique(places.map(({ repo }) => repo))));
}

function aliasOf(alias: string, sourceName: string, loaded: LoadedConfig | null): string | undefined {
  const source = loaded?.config.sources.find(({ name }) => name === sourceName);
  if (source === undefined || source.repos === 'auto') return undefined;
  return source.repos.find(({ repo }) => repo.aliases.includes(alias))?.repo.name;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
