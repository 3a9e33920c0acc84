import { err, ok, type Result } from 'neverthrow';
import { keepError, type KeepError } from '../error/keep-error.js';
import { printable } from './printable.js';

declare const relativePath: unique symbol;

/**
 * A path below some root: segments joined by `/`, none empty, `.` or `..`, no NUL, well-formed Unicode.
 * The empty string is the root itself. Only {@link parsePath} and the joins here make one.
 */
export type RelativePath = string & { readonly [relativePath]: true };

/** The root itself: the empty path. */
export const ROOT = '' as RelativePath;

/** Longest path accepted from anywhere, in UTF-16 units: a bound on what an untrusted listing can make us hold. */
const MAX_PATH = 4096;

/** Checks one name (no slash). The reason it is refused, or null. */
export function segmentProblem(name: string): string | null {
  if (name === '') return 'an empty name';
  if (name === '.' || name === '..') return `the name "${name}"`;
  if (name.includes('/')) return 'a slash in a name';
  if (name.includes('\0')) return 'a NUL in a name';
  if (!name.isWellFormed()) return 'a name that is no valid Unicode';
  return null;
}

/**
 * Parses a path that came from outside (a listing, a ledger, an argument). Absolute paths and `..` are refused.
 *
 * @example
 * parsePath('projects/a.jsonl'); // ok
 * parsePath('../../etc/passwd'); // err, kind 'unsafe'
 */
export function parsePath(text: string): Result<RelativePath, KeepError> {
  const problem = pathProblem(text);
  if (problem === null) return ok(text as RelativePath);
  return err(keepError('unsafe', 'parse path', `refused the path "${printable(text)}": it has ${problem}`));
}

/** True for what {@link parsePath} accepts; without an error to build, for millions of them. */
export function isPath(text: string): text is RelativePath {
  return pathProblem(text) === null;
}

const SUSPICIOUS = /(?:^|\/)\.{0,2}(?:\/|$)|\0/;

function pathProblem(text: string): string | null {
  if (text === '') return null;
  if (text.length > MAX_PATH) return 'too many characters';
  if (!text.isWellFormed()) return 'invalid Unicode';
  if (!SUSPICIOUS.test(text)) return null;
  for (const name of text.split('/')) {
    const problem = segmentProblem(name);
    if (problem !== null) return problem;
  }
  return null;
}

/** Joins paths that are valid already; empty ones vanish. */
export function joinPath(...parts: readonly RelativePath[]): RelativePath {
  return parts.filter((part) => part !== '').join('/') as RelativePath;
}

/** `folder/name` for a name that code, not data, chose. Throws on a bad name, since that is a bug. */
export function childPath(folder: RelativePath, name: string): RelativePath {
  const path = parsePath(name);
  if (path.isErr()) throw new TypeError(path.error.message);
  return joinPath(folder, path.value);
}

/** The folder a path lies in; the root's is the root. */
export function parentPath(path: RelativePath): RelativePath {
  const slash = path.lastIndexOf('/');
  return (slash < 0 ? '' : path.slice(0, slash)) as RelativePath;
}

/** The last segment. */
export function baseName(path: RelativePath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The first segment. */
export function firstSegment(path: RelativePath): string {
  const slash = path.indexOf('/');
  return slash < 0 ? path : path.slice(0, slash);
}

/** `path` as seen from `folder`, or null when it does not lie below it. */
export function relativeTo(folder: RelativePath, path: RelativePath): RelativePath | null {
  if (folder === '') return path;
  return path.startsWith(folder) && path[folder.length] === '/'
    ? (path.slice(folder.length + 1) as RelativePath)
    : null;
}
