import type { Result } from 'neverthrow';
import type { FileStat, KeepError, RelativePath } from '@sessionkeep/core';
import { fileStat } from './file-stat.js';
import type { Place } from './place.js';

export async function setModifiedTime(
  place: Place,
  path: RelativePath,
  mtime: bigint,
): Promise<Result<FileStat, KeepError>> {
  const attempt = place.attempt('set the time of', path);
  const set = await place.run(attempt, (share) => share.setTimes(place.at(path), { modified: mtime }));
  return set.map(fileStat);
}
