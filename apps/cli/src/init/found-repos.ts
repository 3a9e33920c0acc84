import { comparePaths, isPattern, projectFolders, type Repo } from '@sessionkeep/core';
import { newestFirst, type FoundProject } from './look-at-source.js';

/** A repo, and what lies in its project folders. */
export interface FoundRepo extends Omit<FoundProject, 'folder'> {
  readonly repo: Repo;
  /** Why it cannot be named in a configuration; null when it can. */
  readonly problem: string | null;
}

/** Puts repos and project folders together; the one with the newest session first. */
export function foundRepos(repos: readonly Repo[], projects: readonly FoundProject[]): FoundRepo[] {
  const byFolder = new Map(projects.map((project) => [project.folder, project]));
  const present = [...byFolder.keys()];
  const found = repos.map((repo): FoundRepo => {
    const odd = repo.layout === 'flat' && repo.projects.some(isPattern);
    const folders = odd ? repo.projects : projectFolders(repo, present).folders;
    const inside = folders.flatMap((folder) => byFolder.get(folder) ?? []).sort(newestFirst);
    return {
      repo,
      cwd: inside.find(({ cwd }) => cwd !== null)?.cwd ?? null,
      sessions: inside.reduce((sum, { sessions }) => sum + sessions, 0),
      bytes: inside.reduce((sum, { bytes }) => sum + bytes, 0),
      newest: inside[0]?.newest ?? null,
      problem: odd ? 'its folder’s name would be read as a pattern' : null,
    };
  });
  return found.sort((a, b) => newestFirst(a, b) || comparePaths(a.repo.name, b.repo.name));
}
