import type { Result } from 'neverthrow';
import type { FileStat, KeepError, RelativePath } from '@sessionkeep/core';
import { fileStat } from './file-stat.js';
import type { Place } from './place.js';

export async function statPath(place: Place, path: RelativePath): Promise<Result<FileStat, KeepError>> {
  const found = await place.run(place.attempt('stat', path), (share) => share.stat(place.at(path)));
  return found.map(fileStat);
}
