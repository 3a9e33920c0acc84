import { keepError, projectFolders, sharedFolders, type KeepError, type Repo } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { readdirSync, statSync } from 'node:fs';
import { wants, type SelectedSource } from './selected-source.js';

/** A project folder that the configuration names and that is not at the source: a slip, unless the archive knows it. */
export interface MissingFolder {
  readonly repo: Repo;
  readonly project: string;
  readonly error: KeepError;
}

/** Looks whether a source is there, and its project folders with it, and whether two repos would take one of them. */
export function checkFolders(source: SelectedSource): Result<readonly MissingFolder[], readonly KeepError[]> {
  const kind = folderProblem(source.path);
  if (kind !== null) {
    return err([
      usage(
        `${source.at(['path'])}: ${source.path} ${kind}`,
        'correct the path, or name another folder with --from DIR',
      ),
    ]);
  }
  if (source.repos === 'auto') return ok([]);
  const present = presentFolders(source.path);
  // An unreadable folder is told by the scan, with its own words.
  if (present === null) return ok([]);
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

/** What was found out about several sources. */
export interface CheckedFolders {
  /** Those whose folder is there, and fits their repos. */
  readonly there: readonly SelectedSource[];
  readonly missing: ReadonlyMap<SelectedSource, readonly MissingFolder[]>;
  readonly errors: readonly KeepError[];
}

export function checkAllFolders(sources: readonly SelectedSource[]): CheckedFolders {
  const there: SelectedSource[] = [];
  const missing = new Map<SelectedSource, readonly MissingFolder[]>();
  const errors: KeepError[] = [];
  for (const source of sources) {
    const checked = checkFolders(source);
    if (checked.isErr()) {
      errors.push(...checked.error);
      continue;
    }
    there.push(source);
    if (checked.value.length > 0) missing.set(source, checked.value);
  }
  return { there, missing, errors };
}

function missingFolders(source: SelectedSource, repo: Repo, present: readonly string[]): MissingFolder[] {
  return projectFolders(repo, present).missing.map((project) => ({
    repo,
    project,
    error: usage(
      `${source.at(['repos', repo.name])}: there is no project folder ${project} in ${source.path}`,
      'correct the name, or remove the repo',
    ),
  }));
}

function folderProblem(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'does not exist';
  return stat.isDirectory() ? null : 'is no folder';
}

function presentFolders(path: string): string[] | null {
  try {
    return readdirSync(path);
  } catch {
    return null;
  }
}

function usage(message: string, hint: string): KeepError {
  return keepError('usage', 'check source', message, { hint });
}
