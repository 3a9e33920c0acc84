import {
  extraOfRepo,
  globMatcher,
  nameRepos,
  ROOT,
  type Answer,
  type Binding,
  type FoundProject,
  type Repo,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { listRepos } from '../archive/list-repos.js';
import type { Archive } from '../archive/open-archive.js';
import { readBinding } from './read-binding.js';
import { projectNames } from './project-names.js';
import { workingFolder } from './working-folder.js';

/** What {@link discoverRepos} is told. */
export interface DiscoverOptions {
  readonly source: Transport;
  readonly archive: Archive;
  readonly sourceName: string;
}

/**
 * Makes a repo of every project folder of a source. Names that the archive has come first, so that they never change;
 * new ones are made from the working folder that the logs name, else from the project folder. A link in the place of a folder
 * is a repo too, whose backup says that it is not read.
 *
 * @example
 * const repos = await discoverRepos({ source, archive, sourceName: 'laptop' });
 * console.log(repos.unwrapOr([]).map(({ name }) => name));
 */
export async function discoverRepos({ source, archive, sourceName }: DiscoverOptions): Answer<Repo[]> {
  const listed = await source.list(ROOT);
  if (listed.isErr()) return err(listed.error);
  const folders = projectNames(listed.value);
  const known = await knownRepos(archive, sourceName);
  if (known.isErr()) return err(known.error);
  const grouped = known.value.filter(({ binding }) => binding.layout === 'folders');
  const claimed = new Map<string, KnownRepo>();
  for (const repo of grouped) {
    const matches = repo.binding.projects.map((project) => globMatcher(project));
    for (const folder of folders) if (matches.some((match) => match(folder))) claimed.set(folder, repo);
  }
  const flat = new Map(
    known.value.flatMap(({ name, binding }) =>
      binding.layout === 'flat' ? [[binding.projects[0] ?? '', name] as const] : [],
    ),
  );
  // Names of what is gone are taken too: another folder under one of them would be a foreign ledger.
  const found: FoundProject[] = known.value.map(({ name }) => ({
    folder: `\0${name}`,
    cwd: null,
    knownAs: name,
  }));
  for (const folder of folders) {
    if (claimed.has(folder)) continue;
    const knownAs = flat.get(folder) ?? null;
    found.push({ folder, knownAs, cwd: knownAs === null ? await workingFolder(source, folder) : null });
  }
  const names = nameRepos(found);
  const repos: Repo[] = folders
    .filter((folder) => !claimed.has(folder))
    .map((folder) => ({
      name: names.get(folder) ?? folder,
      aliases: [],
      layout: 'flat',
      projects: [folder],
    }));
  for (const { name, binding } of new Set(claimed.values())) {
    repos.push({ name, aliases: [], layout: 'folders', projects: binding.projects });
  }
  return ok(repos.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

interface KnownRepo {
  readonly name: string;
  readonly binding: Binding;
}

async function knownRepos(archive: Archive, sourceName: string): Answer<KnownRepo[]> {
  const places = await listRepos(archive);
  if (places.isErr()) return err(places.error);
  const known: KnownRepo[] = [];
  for (const place of places.value) {
    if (place.source !== sourceName || extraOfRepo(place.repo) !== null) continue;
    const binding = await readBinding(archive, place);
    if (binding.isErr()) return err(binding.error);
    // A repair that found no header bound it to nothing: the name is free for the folder that it is natural for.
    if (binding.value !== null && binding.value.projects.length > 0)
      known.push({ name: place.repo, binding: binding.value });
  }
  return ok(known);
}
