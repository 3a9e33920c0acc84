import {
  sortByPath,
  type Answer,
  type RelativePath,
  type TargetEntry,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';

/**
 * The very string that the ledger has for a path, so that a quarter of a million of them are held once and not three times.
 */
export type KnownPath = (path: RelativePath) => RelativePath;

export const same: KnownPath = (path) => path;

/**
 * What lies in a repo's folder of the archive, sorted; none when there is no such folder yet. A part that cannot be read is
 * an error: what it holds must not be taken for lost.
 */
export async function listTarget(
  target: Transport,
  live: RelativePath,
  { signal, known = same }: { signal?: AbortSignal | undefined; known?: KnownPath } = {},
): Answer<TargetEntry[]> {
  const entries: TargetEntry[] = [];
  for await (const batch of target.scan(live, signal && { signal })) {
    if (batch.isErr()) return batch.error.kind === 'not-found' ? ok([]) : err(batch.error);
    for (const entry of batch.value) {
      if (entry.kind === 'unreadable') return err(entry.error);
      if (entry.kind === 'file')
        entries.push({ path: known(entry.path), size: entry.size, mtime: entry.mtime });
    }
  }
  return ok(sortByPath(entries));
}
