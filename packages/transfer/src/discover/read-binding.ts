import { decodeLine, MAX_LINE_BYTES, type Answer, type Binding } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { repoPaths, segmentPath } from '../archive/archive-paths.js';
import type { Archive } from '../archive/open-archive.js';
import type { Place } from '../archive/place.js';
import { collect, readRange } from '../io/read-range.js';
import { listReadableSegments } from '../ledger/load-ledger.js';

/** What a repo's newest readable header says it belongs to; null when there is none. */
export async function readBinding({ target }: Archive, place: Place): Answer<Binding | null> {
  const paths = repoPaths(place);
  const segments = await listReadableSegments(target, paths);
  if (segments.isErr()) return err(segments.error);
  for (const segment of segments.value.reverse()) {
    const path = segmentPath(paths, segment);
    const stat = await target.stat(path);
    if (stat.isErr()) return err(stat.error);
    const length = Math.min(stat.value.size, MAX_LINE_BYTES);
    const bytes = await collect(readRange(target, { path, offset: 0, length }), length);
    if (bytes.isErr()) return err(bytes.error);
    const end = bytes.value.indexOf(10);
    const header = decodeLine(new TextDecoder().decode(bytes.value.subarray(0, end < 0 ? length : end)));
    if (!header.ok || header.value.kind !== 'header') continue;
    const { source, repo, origin, layout, projects } = header.value;
    if (source === place.source && repo === place.repo) return ok({ origin, layout, projects });
  }
  return ok(null);
}
