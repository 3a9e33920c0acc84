import {
  extraOfRepo,
  extraRepo,
  keepFilter,
  type Answer,
  type KeepFilter,
  type Repo,
} from '@sessionkeep/core';
import type { RepoConfig } from '@sessionkeep/core/config';
import { discoverRepos, hasExtra, type Archive, type Place } from '@sessionkeep/transfer';
import { err, ok } from 'neverthrow';
import { unknownName } from '../select/unknown-name.js';
import { wants } from '../select/selected-source.js';
import type { OpenSource } from './open-source.js';

/** One repo to work on. */
export interface Job {
  readonly place: Place;
  readonly repo: Repo;
  readonly filter: KeepFilter;
  /** Where it is read from; of an extra, the source that has only it. */
  readonly source: OpenSource;
}

/**
 * The repos that are meant, of all the sources; automatic ones are named with the help of the archive. Of the extras those that
 * are there, or were kept before.
 */
export async function findJobs(sources: readonly OpenSource[], archive: Archive): Answer<readonly Job[]> {
  const jobs: Job[] = [];
  const known: string[] = [];
  let wanted: string | null = null;
  for (const source of sources) {
    const { name, extras, wantedRepo } = source.selected;
    wanted ??= wantedRepo;
    const repos = await reposOf(source, archive);
    if (repos.isErr()) return err(repos.error);
    known.push(...repos.value.flatMap(({ repo }) => [repo.name, ...repo.aliases]));
    known.push(...extras.map((extra) => extraRepo(extra).name));
    for (const { repo, rules } of repos.value) {
      if (wants(source.selected, repo.name))
        jobs.push({ place: { source: name, repo: repo.name }, repo, filter: keepFilter(rules), source });
    }
    const found = await extraJobs(source, archive);
    if (found.isErr()) return err(found.error);
    jobs.push(...found.value);
  }
  const isKnown = wanted === null || jobs.length > 0 || known.includes(wanted);
  return isKnown ? ok(jobs) : err(unknownName('repo', wanted ?? '', known));
}

async function reposOf({ transport, selected }: OpenSource, archive: Archive): Answer<readonly RepoConfig[]> {
  const { repos, name, rules, wantedRepo } = selected;
  if (repos !== 'auto') return ok(repos);
  if (wantedRepo !== null && extraOfRepo(wantedRepo) !== null) return ok([]);
  const found = await discoverRepos({ source: transport, archive, sourceName: name });
  return found.map((all) => all.map((repo) => ({ repo, rules })));
}

async function extraJobs(source: OpenSource, archive: Archive): Answer<readonly Job[]> {
  const jobs: Job[] = [];
  for (const { extra, transport } of source.extras) {
    const repo = extraRepo(extra);
    const place = { source: source.selected.name, repo: repo.name };
    if (!wants(source.selected, repo.name)) continue;
    const has = await hasExtra(extra, transport, archive, place);
    if (has.isErr()) return err(has.error);
    const filter = keepFilter(source.selected.rules);
    if (has.value) jobs.push({ place, repo, filter, source: { ...source, transport } });
  }
  return ok(jobs);
}
