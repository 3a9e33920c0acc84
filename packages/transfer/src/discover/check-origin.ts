import { keepError, printable, type Answer } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { repoPaths } from '../archive/archive-paths.js';
import { listRepos } from '../archive/list-repos.js';
import type { Archive } from '../archive/open-archive.js';
import type { Place } from '../archive/place.js';
import { loadRunLog } from '../ledger/run-log.js';
import { readBinding } from './read-binding.js';

/** Sources with a repo that was found to come from their origin, which stays so: found once, not for each new repo. */
const found = new WeakMap<Archive, Set<string>>();

/**
 * Asked before a source gets another repo: its other repos must not all come from elsewhere, or two machines of one name would
 * mix. `foreign` then. One that comes from here is enough, since after a move to a new machine the others may never be
 * written to again.
 */
export async function checkOrigin(archive: Archive, place: Place, origin: string): Answer<void> {
  const known = JSON.stringify([place.source, origin]);
  const ours = found.get(archive) ?? new Set();
  if (ours.has(known)) return ok(undefined);
  const places = await listRepos(archive);
  if (places.isErr()) return err(places.error);
  let other: string | null = null;
  for (const sibling of places.value) {
    if (sibling.source !== place.source || sibling.repo === place.repo) continue;
    const theirs = await originOf(archive, sibling);
    if (theirs === origin) {
      found.set(archive, ours.add(known));
      return ok(undefined);
    }
    if (theirs !== '') other = theirs;
  }
  if (other === null) return ok(undefined);
  const text = `source "${place.source}" in ${archive.target.name} was written from ${printable(other)}, this is ${origin}`;
  const hint = 'give this source another name (--source NAME), or pass --rebind if it really is the same one';
  return err(keepError('foreign', 'backup', text, { hint }));
}

/** Where a repo was last written from; empty where nobody knows. What cannot be read is for that repo's own run to say. */
async function originOf(archive: Archive, place: Place): Promise<string> {
  const runs = await loadRunLog(archive.target, repoPaths(place), archive.sha256);
  const last: unknown = runs.isOk() ? runs.value.last?.origin : undefined;
  if (typeof last === 'string' && last !== '') return last;
  const binding = await readBinding(archive, place);
  return binding.isOk() ? (binding.value?.origin ?? '') : '';
}
