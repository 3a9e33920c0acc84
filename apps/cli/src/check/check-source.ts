import { globMatcher, isPattern, projectFolders, ROOT, type Answer } from '@sessionkeep/core';
import {
  closeSource,
  type Engine,
  findJobs,
  locationText,
  openSource,
  type OpenSource,
  type SelectedSource,
} from '@sessionkeep/runner';
import type { Archive } from '@sessionkeep/transfer';
import { err, ok } from 'neverthrow';
import type { CheckedRepo, CheckedSource } from './checked-config.js';

/** Says which repos a source has on this machine; the archive knows what automatic ones are called. */
export async function checkSource(
  selected: SelectedSource,
  archive: Archive,
  engine: Engine,
): Answer<CheckedSource> {
  const source = await openSource(selected, engine);
  if (source.isErr()) return err(source.error);
  const repos = await reposOf(source.value, archive);
  await closeSource(source.value);
  return repos.map((found) => ({ name: selected.name, path: locationText(selected.location), repos: found }));
}

async function reposOf(source: OpenSource, archive: Archive): Answer<readonly CheckedRepo[]> {
  const jobs = await findJobs([source], archive);
  if (jobs.isErr()) return err(jobs.error);
  const repos: CheckedRepo[] = [];
  for (const { repo, source: from } of jobs.value) {
    const listed = await from.transport.list(ROOT);
    if (listed.isErr()) return err(listed.error);
    const present = listed.value.filter(({ kind }) => kind === 'folder').map(({ name }) => name);
    const { name, aliases, layout, projects } = repo;
    repos.push({ name, aliases, layout, projects, folders: projectFolders(repo, present).folders });
  }
  return ok(repos);
}

/** The patterns of a source's repos that match none of its folders, each with its place in the configuration. */
export function idlePatterns(selected: SelectedSource, { repos }: CheckedSource): string[] {
  return repos.flatMap(({ name, projects, folders }) =>
    projects.flatMap((pattern, at) => {
      if (!isPattern(pattern) || folders.some(globMatcher(pattern))) return [];
      return [
        `${selected.at(['repos', name, 'projects', at])}: ${pattern} matches no project folder in ${locationText(selected.location)}`,
      ];
    }),
  );
}
