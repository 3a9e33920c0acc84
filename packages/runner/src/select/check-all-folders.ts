import type { KeepError } from '@sessionkeep/core';
import { ok } from 'neverthrow';
import type { OpenLocationOptions } from '../location/open-location.js';
import { locatePods, type FailedSource } from '../pods/locate-pods.js';
import { checkFolders, type MissingFolder } from './check-folders.js';
import type { SelectedSource } from './selected-source.js';

/** What was found out about several sources. */
export interface CheckedFolders {
  /** Those whose folder is there, and fits their repos; in a cluster, each in its pod. */
  readonly there: readonly SelectedSource[];
  readonly missing: ReadonlyMap<SelectedSource, readonly MissingFolder[]>;
  /** What is wrong with what was asked for. */
  readonly errors: readonly KeepError[];
  /** Those that cannot be gone to now. */
  readonly failed: readonly FailedSource[];
}

/** Looks whether the folders of sources are there, and asks the clusters which pods theirs are in. Nothing is written. */
export async function checkAllFolders(
  sources: readonly SelectedSource[],
  options: OpenLocationOptions,
): Promise<CheckedFolders> {
  const { found, failed: away } = await locatePods(sources, options.pods);
  const failed = [...away];
  const there: SelectedSource[] = [];
  const missing = new Map<SelectedSource, readonly MissingFolder[]>();
  const errors: KeepError[] = [];
  const checks = await Promise.all(found.map((source) => checkFolders(source, options)));
  for (const [at, source] of found.entries()) {
    const checked = checks[at] ?? ok([]);
    if (checked.isErr()) {
      const [error] = checked.error;
      if (error !== undefined && isAway(source, error))
        failed.push({ name: source.name, each: false, error });
      else errors.push(...checked.error);
      continue;
    }
    there.push(source);
    if (checked.value.length > 0) missing.set(source, checked.value);
  }
  // In pods nothing is a slip for certain: a backup says of each repo what it lacks.
  const slips = [...missing].filter(([{ location }]) => location.type !== 'kubernetes');
  return {
    there: there.map((source) => inItsPod(source, there, missing)),
    missing: new Map(slips),
    errors,
    failed,
  };
}

/** Of pods that are sources of their own, each has some of the repos. One that none of them has stays, and is told of. */
function inItsPod(
  source: SelectedSource,
  all: readonly SelectedSource[],
  missing: CheckedFolders['missing'],
): SelectedSource {
  const { repos, configured } = source;
  if (repos === 'auto' || !missing.has(source) || configured === source.name) return source;
  const others = all.filter((other) => other !== source && other.configured === configured);
  const lacks = (one: SelectedSource, name: string): boolean =>
    missing.get(one)?.some(({ repo }) => repo.name === name) === true;
  const own = repos.filter(
    ({ repo: { name } }) => !lacks(source, name) || others.every((one) => lacks(one, name)),
  );
  return { ...source, repos: own };
}

/** Whether a source cannot be gone to now, be it asked for rightly or not. Pods come and go, and with them what is in them. */
function isAway({ location }: SelectedSource, { kind }: KeepError): boolean {
  if (location.type === 'local' || kind === 'aborted') return false;
  return location.type === 'kubernetes' || AWAY.has(kind);
}

const AWAY: ReadonlySet<KeepError['kind']> = new Set(['unreachable', 'timeout', 'denied']);
