import {
  sortByPath,
  type Answer,
  type RelativePath,
  type TargetEntry,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';

/**
 * What lies in a repo's folder of the archive, sorted; none when there is no such folder yet. A part that cannot be read is
 * an error: what it holds must not be taken for lost.
 *
 * @param skip true for an entry that need not be held
 */
export async function listTarget(
  target: Transport,
  live: RelativePath,
  { signal, skip }: { signal?: AbortSignal | undefined; skip?: (entry: TargetEntry) => boolean } = {},
): Answer<TargetEntry[]> {
  const entries: TargetEntry[] = [];
  for await (const batch of target.scan(live, signal && { signal })) {
    if (batch.isErr()) return batch.error.kind === 'not-found' ? ok([]) : err(batch.error);
    for (const entry of batch.value) {
      if (entry.kind === 'unreadable') return err(entry.error);
      if (entry.kind !== 'file') continue;
      const listed = { path: entry.path, size: entry.size, mtime: entry.mtime };
      if (skip?.(listed) !== true) entries.push(listed);
    }
  }
  return ok(sortByPath(entries));
}
