import { keepError, projectFolders, ROOT, sharedFolders, type KeepError, type Repo } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { readdirSync, statSync } from 'node:fs';
import { locationKey, locationText, type PodFolder, type SharedFolder } from '../location/location.js';
import { openLocation, type OpenLocationOptions } from '../location/open-location.js';
import { wants, type SelectedSource } from './selected-source.js';

/** A project folder that the configuration names and that is not at the source: a slip, unless the archive knows it. */
export interface MissingFolder {
  readonly repo: Repo;
  readonly project: string;
  readonly error: KeepError;
}

/** Looks whether a source is there, and its project folders with it, and whether two repos would take one of them. */
export async function checkFolders(
  source: SelectedSource,
  options: OpenLocationOptions,
): Promise<Result<readonly MissingFolder[], readonly KeepError[]>> {
  const found = await presentFolders(source, options);
  if (found.isErr()) return err([found.error]);
  const present = found.value;
  // An unreadable folder is told by the scan, with its own words.
  if (source.repos === 'auto' || present === null) return ok([]);
  const shared = sharedFolders(
    source.repos.map(({ repo }) => repo),
    present,
  );
  if (shared.length > 0) {
    return err(
      shared.map(({ folder, repos }) => {
        const where = source.at(['repos', repos[1] ?? '']);
        return usage(
          `${where}: the project folder ${folder} is the repo "${repos[0] ?? ''}" already`,
          'narrow one of the patterns',
        );
      }),
    );
  }
  const wanted = source.repos.filter(({ repo }) => wants(source, repo.name));
  return ok(wanted.flatMap(({ repo }) => missingFolders(source, repo, present)));
}

function missingFolders(source: SelectedSource, repo: Repo, present: readonly string[]): MissingFolder[] {
  return projectFolders(repo, present).missing.map((project) => ({
    repo,
    project,
    error: usage(
      `${source.at(['repos', repo.name])}: there is no project folder ${project} in ${locationText(source.location)}`,
      'correct the name, or remove the repo',
    ),
  }));
}

/** What lies directly in a source; null where nobody can tell. */
async function presentFolders(
  { location, at }: SelectedSource,
  options: OpenLocationOptions,
): Promise<Result<readonly string[] | null, KeepError>> {
  const notThere = (problem: string): KeepError =>
    usage(
      `${at([locationKey(location)])}: ${locationText(location)} ${problem}`,
      'correct it, or name another folder with --from',
    );
  if (location.type !== 'local') {
    const folders = await foldersElsewhere(location, options);
    return folders.mapErr((error) => (error.kind === 'not-found' ? notThere('does not exist') : error));
  }
  const problem = folderProblem(location.path);
  return problem === null ? ok(namesIn(location.path)) : err(notThere(problem));
}

async function foldersElsewhere(
  location: SharedFolder | PodFolder,
  options: OpenLocationOptions,
): Promise<Result<readonly string[], KeepError>> {
  const opened = await openLocation(location, options);
  if (opened.isErr()) return err(opened.error);
  const listed = await opened.value.list(ROOT);
  await opened.value.close();
  return listed.map((all) => all.map(({ name }) => name));
}

function folderProblem(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'does not exist';
  return stat.isDirectory() ? null : 'is no folder';
}

function namesIn(path: string): string[] | null {
  try {
    return readdirSync(path);
  } catch {
    return null;
  }
}

function usage(message: string, hint: string): KeepError {
  return keepError('usage', 'check source', message, { hint });
}
