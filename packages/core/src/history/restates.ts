import type { AsideLine, FileLine, LiveRecord, StateLine } from '../ledger/line.js';

/** True for a `state` line that says what is known already, as those at a segment's opening do. */
export function restates(line: FileLine | AsideLine | StateLine, known: LiveRecord | undefined): boolean {
  if (line.kind !== 'state' || known === undefined) return false;
  return (
    line.size === known.size &&
    line.sha256 === known.sha256 &&
    line.mtime === known.mtime &&
    line.status === known.status &&
    line.gone === known.gone &&
    line.stored === known.stored &&
    line.aside?.sha256 === known.aside?.sha256
  );
}
