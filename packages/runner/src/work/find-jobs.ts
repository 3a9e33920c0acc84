import {
  extraOfRepo,
  extraRepo,
  keepFilter,
  type Answer,
  type KeepError,
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
 *
 * @param failed told of a source that does not say what it has; without it that is the answer
 */
export async function findJobs(
  sources: readonly OpenSource[],
  archive: Archive,
  failed?: (source: OpenSource, error: KeepError) => void,
): Answer<readonly Job[]> {
  const jobs: Job[] = [];
  const known: string[] = [];
  let wanted: string | null = null;
  let silent = 0;
  for (const source of sources) {
    const { extras, wantedRepo } = source.selected;
    wanted ??= wantedRepo;
    const found = await jobsOf(source, archive);
    if (found.isErr()) {
      const isOurs = failed === undefined || found.error.transport === archive.target.name;
      if (isOurs) return err(found.error);
      failed(source, found.error);
      silent++;
      continue;
    }
    known.push(...found.value.known, ...extras.map((extra) => extraRepo(extra).name));
    jobs.push(...found.value.jobs);
  }
  const isKnown = wanted === null || jobs.length > 0 || known.includes(wanted) || silent > 0;
  return isKnown ? ok(jobs) : err(unknownName('repo', wanted ?? '', known));
}

async function jobsOf(
  source: OpenSource,
  archive: Archive,
): Answer<{ readonly jobs: readonly Job[]; readonly known: readonly string[] }> {
  const { selected } = source;
  const repos = await reposOf(source, archive);
  if (repos.isErr()) return err(repos.error);
  const jobs = repos.value
    .filter(({ repo }) => wants(selected, repo.name))
    .map(({ repo, rules }): Job => {
      const place = { source: selected.name, repo: repo.name };
      return { place, repo, filter: keepFilter(rules), source };
    });
  const known = repos.value.flatMap(({ repo }) => [repo.name, ...repo.aliases]);
  const extras = await extraJobs(source, archive);
  return extras.map((more) => ({ jobs: [...jobs, ...more], known }));
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
