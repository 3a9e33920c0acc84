import { extraOfRepo } from './extras.js';

/** A project folder, and what is known about its repository. */
export interface FoundProject {
  readonly folder: string;
  /** The working folder that its logs name; null when none could be read. */
  readonly cwd: string | null;
  /** The name under which an earlier run kept it. */
  readonly knownAs: string | null;
}

/**
 * Names repos after the last part of their working folder: unique, and stable, since earlier names come first. On a clash
 * the folder above is put before the name; then the project folder's own name serves.
 */
export function nameRepos(projects: readonly FoundProject[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const give = (folder: string, name: string): void => {
    names.set(folder, name);
    taken.add(name.toLowerCase());
  };
  for (const { folder, knownAs } of projects) if (knownAs !== null) give(folder, knownAs);
  const fresh = projects
    .filter((project) => !names.has(project.folder))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
  for (const { folder, cwd } of fresh) {
    for (const name of candidates(folder, cwd)) {
      if (name === '' || taken.has(name.toLowerCase()) || extraOfRepo(name) !== null) continue;
      give(folder, name);
      break;
    }
  }
  return names;
}

function* candidates(folder: string, cwd: string | null): Generator<string, void> {
  const parts = (cwd ?? '').split(/[\\/]/).filter((part) => part !== '');
  yield repoName(parts.slice(-1).join(''));
  yield repoName(parts.slice(-2).join('-'));
  yield repoName(folder);
  const stem = repoName(folder) || 'repo';
  for (let number = 2; ; number++) yield `${stem}-${number.toString()}`;
}

/** Turns any text into a name that {@link isName} accepts; empty when nothing is left of it. */
export function repoName(text: string): string {
  const clean = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+/, '');
  // By code points, so that none is cut in two; the numbers that `candidates` adds still fit.
  const short = /^.{0,56}/su.exec(clean)?.[0] ?? '';
  const name = short.replace(/[.-]+$/, '');
  return isName(name) ? name : '';
}

// A group of keys that was read from YAML or JSON may lose this one.
const NAME = /^(?!__proto__$)[\p{L}\p{N}_][\p{L}\p{N}._-]{0,63}$/u;

/** True for a name of a source, repo or target: letters, digits, `.`, `_` and `-`, not starting with a dot or dash. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** Claude Code's name for a working folder: NFC, then `-` for every UTF-16 unit that is no ASCII letter or digit. */
export function projectFolderName(cwd: string): string {
  return cwd.normalize('NFC').replace(/[^A-Za-z0-9]/g, '-');
}

// No path is longer, and without a bound a hostile log could exhaust the stack.
const CWD = /"cwd"\s*:\s*("(?:[^"\\]|\\.){0,32768}")/g;

/**
 * Finds the working folder in the beginning of a log. `cwd` may change inside one file, so one that encodes to the
 * folder's name comes first; else the first one there is.
 */
export function findCwd(text: string, folder: string): string | null {
  let first: string | null = null;
  for (const [, quoted] of text.matchAll(CWD)) {
    const cwd = unquote(quoted ?? '');
    if (cwd === null) continue;
    if (projectFolderName(cwd).slice(0, 200) === folder.slice(0, 200)) return cwd;
    first ??= cwd;
  }
  return first;
}

function unquote(quoted: string): string | null {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
