import { globMatcher } from './glob.js';
import type { Repo } from './repo.js';

/** Folders that more than one of these repos would take: found only when the source is listed, where patterns meet. */
export function sharedFolders(
  repos: readonly Repo[],
  present: readonly string[],
): { readonly folder: string; readonly repos: readonly string[] }[] {
  const owners = repos.map((repo) => ({
    name: repo.name,
    matches: repo.projects.map((project) => globMatcher(project)),
  }));
  return present
    .map((folder) => ({
      folder,
      repos: owners.filter(({ matches }) => matches.some((match) => match(folder))).map(({ name }) => name),
    }))
    .filter(({ repos: names }) => names.length > 1);
}
