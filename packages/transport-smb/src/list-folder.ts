import { err, ok, type Result } from 'neverthrow';
import {
  segmentProblem,
  sortByPath,
  type KeepError,
  type ListEntry,
  type RelativePath,
} from '@sessionkeep/core';
import type { Place } from './place.js';
import { canBeAsked } from './share-names.js';

/** The immediate children of a folder, sorted by name. */
export async function listFolder(
  place: Place,
  path: RelativePath,
): Promise<Result<readonly ListEntry[], KeepError>> {
  const attempt = place.attempt('list', path);
  const share = await place.share(attempt);
  if (share.isErr()) return err(share.error);
  const found: { path: string; kind: ListEntry['kind'] }[] = [];
  for await (const entry of share.value.list(place.at(path))) {
    if (entry.isErr()) return err(place.fail(attempt, share.value, entry.error));
    const { name, kind } = entry.value;
    if (segmentProblem(name) === null && canBeAsked(name)) found.push({ path: name, kind });
  }
  place.seen(place.at(path));
  return ok(sortByPath(found).map(({ path: name, kind }) => ({ name, kind })));
}
