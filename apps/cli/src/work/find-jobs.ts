import { keepFilter, type Answer, type KeepFilter, type Repo, type Transport } from '@sessionkeep/core';
import type { RepoConfig } from '@sessionkeep/core/config';
import { discoverRepos, type Archive, type Place } from '@sessionkeep/transfer';
import { localOrigin, openLocalTransport } from '@sessionkeep/transport-local';
import { err, ok } from 'neverthrow';
import { unknown } from '../select/select-sources.js';
import type { SelectedSource } from '../select/selected-source.js';

/** A source that is open. Whoever opened it closes its transport. */
export interface OpenSource {
  readonly selected: SelectedSource;
  readonly transport: Transport;
  readonly origin: string;
}

export async function openSource(selected: SelectedSource): Answer<OpenSource> {
  const origin = selected.origin === null ? localOrigin(selected.path) : ok(selected.origin);
  if (origin.isErr()) return err(origin.error);
  const transport = await openLocalTransport({ root: selected.path });
  return transport.map((opened) => ({ selected, transport: opened, origin: origin.value }));
}

/** One repo to work on. */
export interface Job {
  readonly place: Place;
  readonly repo: Repo;
  readonly filter: KeepFilter;
  readonly source: OpenSource;
}

/** The repos that are meant, of all the sources; automatic ones are named with the help of the archive. */
export async function findJobs(sources: readonly OpenSource[], archive: Archive): Answer<readonly Job[]> {
  const jobs: Job[] = [];
  const known: string[] = [];
  let wanted: string | null = null;
  for (const source of sources) {
    const { name, repos, wantedRepo, allRepos } = source.selected;
    wanted ??= wantedRepo;
    known.push(...allRepos.flatMap(({ repo }) => [repo.name, ...repo.aliases]));
    const all = repos === 'auto' ? await discovered(source, archive) : ok(repos);
    if (all.isErr()) return err(all.error);
    if (repos === 'auto') known.push(...all.value.map(({ repo }) => repo.name));
    for (const { repo, rules: own } of all.value) {
      if (wantedRepo !== null && repo.name !== wantedRepo) continue;
      jobs.push({ place: { source: name, repo: repo.name }, repo, filter: keepFilter(own), source });
    }
  }
  return wanted !== null && jobs.length === 0 ? err(unknown('repo', wanted, known)) : ok(jobs);
}

async function discovered(
  { transport, selected }: OpenSource,
  archive: Archive,
): Answer<readonly RepoConfig[]> {
  const repos = await discoverRepos({ source: transport, archive, sourceName: selected.name });
  return repos.map((found) => found.map((repo) => ({ repo, rules: selected.rules })));
}
