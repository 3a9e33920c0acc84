import type { Layout } from '../ledger/line.js';
import { printable } from '../path/printable.js';
import type { RelativePath } from '../path/relative-path.js';
import { insideProject, sessionOf } from '../repo/inside-project.js';

/** Which files of a repo are meant. */
export type FileSelector =
  /** A file, or all below a folder: as at the source, as stored, or as {@link printable} shows either. */
  | { readonly path: string }
  /** A session with all that belongs to it, by its id or the beginning of that. */
  | { readonly session: string };

/** How a file is meant. */
export interface FileMatch {
  /** It is the file itself that was named, or the session's own log; else it lies in the folder, or belongs to the session. */
  readonly itself: boolean;
  /**
   * Spelled as recorded. Else it only looks the same: printed, or in another normal form of Unicode; then it is meant
   * where nothing is spelled so.
   */
  readonly exact: boolean;
}

/** Says how a file of a repo with this layout is meant by a selector; null when it is not. */
export type FileMatcher = (
  file: { readonly path: RelativePath; readonly stored?: RelativePath },
  layout: Layout,
) => FileMatch | null;

/** Makes the test for a selector. */
export function fileMatcher(selector: FileSelector): FileMatcher {
  return 'session' in selector ? sessionMatcher(selector.session) : pathMatcher(selector.path);
}

/** What of these is meant: those spelled exactly so, or, where there are none, those that look the same. */
export function bestMatches<T>(items: readonly T[], matchOf: (item: T) => FileMatch | null): T[] {
  const exact = items.filter((item) => matchOf(item)?.exact === true);
  return exact.length > 0 ? exact : items.filter((item) => matchOf(item) !== null);
}

function sessionMatcher(session: string): FileMatcher {
  return ({ path }, layout) => {
    const inside = insideProject(path, layout);
    if (inside === null || !sessionOf(inside).startsWith(session)) return null;
    return { itself: inside === `${sessionOf(inside)}.jsonl`, exact: true };
  };
}

function pathMatcher(wanted: string): FileMatcher {
  const alike = looks(wanted);
  // Nothing else can look like plain ASCII, and looking is dear where a ledger has a million lines.
  const plain = /^[\x20-\x5b\x5d-\x7e]*$/.test(wanted);
  return ({ path, stored }) => {
    for (const name of stored === undefined ? [path] : [path, stored]) {
      const how = under(wanted, name);
      if (how !== null) return { itself: how === 'itself', exact: true };
    }
    if (plain) return null;
    const how = under(alike, looks(stored ?? path)) ?? under(alike, looks(path));
    return how === null ? null : { itself: how === 'itself', exact: false };
  };
}

function looks(text: string): string {
  return printable(text.normalize('NFC'));
}

function under(wanted: string, name: string): 'itself' | 'below' | null {
  if (!name.startsWith(wanted)) return null;
  if (name.length === wanted.length) return 'itself';
  return wanted === '' || name[wanted.length] === '/' ? 'below' : null;
}
