import {
  keepFilter,
  type Answer,
  type KeepError,
  type KeepFilter,
  type Repo,
  type Transport,
} from '@sessionkeep/core';
import { listRepos, readBinding, type Archive, type Place } from '@sessionkeep/transfer';
import { err, ok } from 'neverthrow';
import { wants } from '../select/selected-source.js';
import { findJobs } from './find-jobs.js';
import { noArchive } from './no-archive.js';
import type { OpenSource } from './open-source.js';

/** A repo of the archive to verify. */
export interface VerifyJob {
  readonly place: Place;
  /** Null where only the archive can be looked at. */
  readonly source: Transport | null;
  readonly repo: Repo | null;
  readonly filter: KeepFilter;
}

export interface VerifyJobs {
  readonly jobs: readonly VerifyJob[];
  /** What a person should know about the choice. */
  readonly notes: readonly string[];
}

/**
 * The repos to verify: those of the sources against their archive, and what the archive has of these sources beside
 * them, by itself. What was written from elsewhere cannot be held against the source here.
 *
 * @param failed told of a source that does not say what it has: of that the archive is verified by itself
 */
export async function findVerifyJobs(
  archive: Archive,
  sources: readonly OpenSource[],
  failed: (source: OpenSource, error: KeepError) => void,
): Answer<VerifyJobs> {
  if (archive.id === null) return err(noArchive(archive));
  const places = await listRepos(archive);
  if (places.isErr()) return err(places.error);
  const jobs: VerifyJob[] = [];
  const notes: string[] = [];
  for (const source of sources) {
    const kept = places.value.filter((place) => place.source === source.selected.name);
    const wanted = source.selected.wantedRepo;
    const onlyInArchive = wanted !== null && kept.some(({ repo }) => repo === wanted);
    const found = await findJobs([source], archive, failed);
    if (found.isErr() && !onlyInArchive) return err(found.error);
    const atSource = found.unwrapOr([]);
    for (const { place, repo, filter, source: readFrom } of atSource) {
      const label = `${place.source}/${place.repo}`;
      if (!kept.some((other) => other.repo === place.repo)) {
        notes.push(`${label}: nothing of it was kept yet`);
        continue;
      }
      const binding = await readBinding(archive, place);
      if (binding.isErr()) return err(binding.error);
      const here =
        binding.value === null || binding.value.origin === '' || binding.value.origin === source.origin;
      if (!here)
        notes.push(`${label}: it was kept from another machine or folder, so only the archive is verified`);
      jobs.push({ place, repo: here ? repo : null, source: here ? readFrom.transport : null, filter });
    }
    jobs.push(
      ...archiveOnly(
        kept,
        source,
        atSource.map(({ repo }) => repo.name),
      ),
    );
  }
  return ok({ jobs, notes });
}

/** Repos that the archive has of a source, and the source has not any more. */
function archiveOnly(
  kept: readonly Place[],
  { selected }: OpenSource,
  found: readonly string[],
): VerifyJob[] {
  return kept
    .filter(({ repo }) => !found.includes(repo) && wants(selected, repo))
    .map((place) => ({ place, source: null, repo: null, filter: keepFilter() }));
}
