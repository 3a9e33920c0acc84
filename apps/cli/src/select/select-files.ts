import type { FileSelector, KeepError } from '@sessionkeep/core';
import type { SelectedTarget } from '@sessionkeep/runner';
import { resolvePath, unknownName } from '@sessionkeep/runner/program';
import type { Place } from '@sessionkeep/transfer';
import { err, ok, type Result } from 'neverthrow';
import { realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { Context } from '../context.js';

/** What a PATH means: all files of some repos, or some of them. */
export interface WantedFiles {
  readonly places: readonly Place[];
  /** Null for all. */
  readonly files: FileSelector | null;
}

/** A session's id, or enough of its beginning to be told from a name. */
const SESSION = /^[0-9a-f]{8}(?:-[0-9a-f-]{0,27})?$/i;

/**
 * Reads a PATH: `SOURCE`, `SOURCE/REPO` or `SOURCE/REPO/…`, as `ls` prints them; the same as folders of the archive,
 * `source-NAME/repo-NAME/…`, also as a path on the disk that leads there; a session's id; else a path inside any of the repos.
 */
export function selectFiles(
  path: string | undefined,
  places: readonly Place[],
  target: SelectedTarget,
  context: Context,
): Result<WantedFiles, KeepError> {
  if (path === undefined) return ok({ places, files: null });
  const names = namesOf(path);
  const named = byNames(names, places);
  if (named !== null) return named;
  if (SESSION.test(path)) return ok({ places, files: { session: path.toLowerCase() } });
  const inside = insideArchive(path, target, context);
  if (inside?.length === 0) return ok({ places, files: null });
  return byNames(inside ?? [], places) ?? ok({ places, files: { path: names.join('/') } });
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** Null where the first name is no source's. */
function byNames(
  [source, repo, ...rest]: readonly string[],
  places: readonly Place[],
): Result<WantedFiles, KeepError> | null {
  const ofSource = called(source, 'source-', places, (place) => place.source);
  if (ofSource.length === 0) return null;
  if (repo === undefined) return ok({ places: ofSource, files: null });
  const found = called(repo, 'repo-', ofSource, (place) => place.repo);
  const known = ofSource.map((place) => place.repo);
  if (found.length === 0) return err(unknownName('repo', repo, known));
  return ok({ places: found, files: rest.length === 0 ? null : { path: rest.join('/') } });
}

/** By name, and where nothing is called so by the name of its folder. */
function called(
  name: string | undefined,
  prefix: string,
  places: readonly Place[],
  nameOf: (place: Place) => string,
): Place[] {
  const exact = places.filter((place) => nameOf(place) === name);
  return exact.length > 0 ? exact : places.filter((place) => `${prefix}${nameOf(place)}` === name);
}

/** The names below the archive's folder, when the path on the disk leads into it; else null. */
function insideArchive(path: string, { location }: SelectedTarget, { cwd, home }: Context): string[] | null {
  if (location.type !== 'local') return null;
  const absolute = resolvePath(path, cwd, home);
  for (const root of new Set([location.path, realPath(location.path)])) {
    const inside = relative(root, absolute);
    if (inside !== '..' && !inside.startsWith(`..${sep}`)) return namesOf(inside);
  }
  return null;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

export function sourcesOf(places: readonly Place[]): string[] {
  return [...new Set(places.map(({ source }) => source))];
}
