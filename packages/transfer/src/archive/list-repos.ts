import { isName, type Answer, type RelativePath } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { Archive } from './open-archive.js';
import { META } from './archive-paths.js';
import type { Place } from './place.js';

/**
 * Every source's repo that the archive has records of, by name.
 *
 * @example
 * const places = await listRepos(archive);
 * for (const { source, repo } of places.unwrapOr([])) console.log(`${source}/${repo}`);
 */
export async function listRepos({ target }: Archive): Answer<Place[]> {
  const places: Place[] = [];
  const sources = await namesIn(target, META, 'source-');
  if (sources.isErr()) return err(sources.error);
  for (const source of sources.value) {
    const repos = await namesIn(target, `${META}/source-${source}` as RelativePath, 'repo-');
    if (repos.isErr()) return err(repos.error);
    places.push(...repos.value.map((repo) => ({ source, repo })));
  }
  return ok(places);
}

async function namesIn(target: Archive['target'], folder: RelativePath, prefix: string): Answer<string[]> {
  const entries = await target.list(folder);
  if (entries.isErr()) return entries.error.kind === 'not-found' ? ok([]) : err(entries.error);
  const folders = entries.value.filter(({ name, kind }) => kind === 'folder' && name.startsWith(prefix));
  return ok(folders.map(({ name }) => name.slice(prefix.length)).filter(isName));
}
