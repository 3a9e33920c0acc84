import type { Layout } from '../ledger/line.js';
import { firstSegment, relativeTo, type RelativePath } from '../path/relative-path.js';

/**
 * A repo's path as seen from its project folder: the path itself where the repo is flat, without its first folder where it keeps one
 * for each project. Null for a file that lies beside those folders.
 */
export function insideProject(path: RelativePath, layout: Layout): RelativePath | null {
  return layout === 'flat' ? path : relativeTo(firstSegment(path) as RelativePath, path);
}

/** The session that a file of a project folder belongs to: of `<id>.jsonl`, and of anything below `<id>/`, it is `<id>`. */
export function sessionOf(inside: RelativePath): string {
  return firstSegment(inside).replace(/\.jsonl$/, '');
}
