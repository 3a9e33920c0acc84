import { keepError, nearest, printable, type KeepError } from '@sessionkeep/core';
import { listFiles, type Archive } from '@sessionkeep/transfer';
import { nearestPath } from './nearest-path.js';
import { sourcesOf, type WantedFiles } from './select-files.js';

/** Says that a PATH means no file, and which one may have been meant, or that it was only kept later. */
export async function noSuchFile(
  operand: string,
  { places, files }: WantedFiles,
  at: string | null,
  archive: Archive,
  signal: AbortSignal,
): Promise<KeepError> {
  const when = at === null ? '' : ` as of ${at}`;
  const error = (hint: string): KeepError =>
    keepError('usage', 'find file', `nothing is kept as ${printable(operand)}${when}`, { hint });
  for (const place of places) {
    const label = `${place.source}/${place.repo}`;
    if (at !== null && files !== null) {
      const kept = await listFiles({ archive, place, files, signal });
      if (kept.isOk() && [...kept.value.files].length > 0)
        return error('it was kept later: `sessionkeep log PATH` shows when');
    }
    if (files === null || !('path' in files)) continue;
    const all = await listFiles({ archive, place, signal, ...(at !== null && { at }) });
    const paths = all.isOk() ? Array.from(all.value.files, ({ record }) => record.path) : [];
    const meant = nearestPath(files.path, paths);
    if (meant !== null) return error(`did you mean ${printable(`${label}/${meant}`)}?`);
  }
  const [first = ''] = operand.split('/');
  const source = nearest(first, sourcesOf(places));
  if (source !== null && source !== first) return error(`did you mean the source ${source}?`);
  return error('`sessionkeep ls` shows what is kept');
}
