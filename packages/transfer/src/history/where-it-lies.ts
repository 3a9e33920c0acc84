import { joinPath, type FileAsOf, type RelativePath } from '@sessionkeep/core';
import { repoPaths, versionPath } from '../archive/archive-paths.js';
import type { Place } from '../archive/place.js';

/**
 * Where in the archive the bytes of a file of some moment may lie, the likeliest first: where the ledger says that they are, then where
 * a crash or another run may have left them since. Bytes that were reported lost are looked for all the same: an earlier,
 * shorter state may still be the beginning of what replaced them.
 */
export function whereItLies(place: Place, { record, ended }: FileAsOf): RelativePath[] {
  const paths = repoPaths(place);
  const live = joinPath(paths.live, record.stored ?? record.path);
  return ended === null || ended.lost
    ? [live, versionPath(paths, record.sha256)]
    : [versionPath(paths, ended.sha256), live];
}
