import {
  findCwd,
  globMatcher,
  joinPath,
  nameRepos,
  projectFolderName,
  ROOT,
  type Answer,
  type Binding,
  type FoundProject,
  type RelativePath,
  type Repo,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { listRepos } from '../archive/list-repos.js';
import type { Archive } from '../archive/open-archive.js';
import { collect, readRange } from '../io/read-range.js';
import { readBinding } from './read-binding.js';

export interface DiscoverOptions {
  readonly source: Transport;
  readonly archive: Archive;
  readonly sourceName: string;
}

/** How many logs of a folder are looked into for its working folder, and how far. */
const LOGS = 4;
const LOG_BYTES = 64 * 1024;

/**
 * Makes a repo of every project folder of a source. Names that the archive has come first, so that they never change;
 * new ones are made from the working folder that the logs name, else from the project folder.
 */
export async function discoverRepos({ source, archive, sourceName }: DiscoverOptions): Answer<Repo[]> {
  const listed = await source.list(ROOT);
  if (listed.isErr()) return err(listed.error);
  const folders = listed.value.filter(({ kind }) => kind === 'folder').map(({ name }) => name);
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
    if (place.source !== sourceName) continue;
    const binding = await readBinding(archive, place);
    if (binding.isErr()) return err(binding.error);
    // A repair that found no header bound it to nothing: the name is free for the folder that it is natural for.
    if (binding.value !== null && binding.value.projects.length > 0)
      known.push({ name: place.repo, binding: binding.value });
  }
  return ok(known);
}

/** The working folder that the logs of a project folder name; null when none does. What cannot be read is passed over. */
async function workingFolder(source: Transport, folder: string): Promise<string | null> {
  const entries = await source.list(folder as RelativePath);
  if (entries.isErr()) return null;
  const logs = entries.value
    .filter(({ name, kind }) => kind === 'file' && name.endsWith('.jsonl'))
    .slice(0, LOGS);
  let fallback: string | null = null;
  for (const { name } of logs) {
    const path = joinPath(folder as RelativePath, name as RelativePath);
    const stat = await source.stat(path);
    if (stat.isErr()) continue;
    const length = Math.min(stat.value.size, LOG_BYTES);
    const text = await collect(readRange(source, { path, offset: 0, length }), length);
    const cwd = text.isOk() ? findCwd(new TextDecoder().decode(text.value), folder) : null;
    if (cwd !== null && projectFolderName(cwd).slice(0, 200) === folder.slice(0, 200)) return cwd;
    fallback ??= cwd;
  }
  return fallback;
}
