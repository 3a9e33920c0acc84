import { globMatcher } from './glob.js';

/** Secrets: never backed up, whatever the configuration says. */
export const NEVER_KEPT: readonly string[] = ['.credentials.json', 'session-env/', 'shell-snapshots/'];

/** Noise that harms when restored: left out unless an `include:` asks for it. */
export const NOISE: readonly string[] = ['*.lock', '*.compact.tmp.*', 'sessions-index.json', '.DS_Store'];

export interface FilterRules {
  /** Globs that bring back what {@link NOISE} leaves out. */
  readonly include?: readonly string[];
  /** Globs of what else to leave out. */
  readonly exclude?: readonly string[];
}

export interface KeepFilter {
  /** What it was made from, for a run's record. */
  readonly rules: FilterRules;
  /** For a file's path, relative to its project folder. */
  keeps(path: string): boolean;
  /** False for a folder that nothing below is kept of. */
  enters(folder: string): boolean;
}

/**
 * Decides what of a project folder is kept. A pattern without a slash is matched against every name on the way, one with a
 * slash against the path from the project folder; a pattern ending in a slash means the folder and all below.
 */
export function keepFilter({ include = [], exclude = [] }: FilterRules = {}): KeepFilter {
  const never = NEVER_KEPT.map(ruleMatcher);
  const noise = NOISE.map(ruleMatcher);
  const wanted = include.map(ruleMatcher);
  const unwanted = exclude.map(ruleMatcher);
  const hit = (rules: readonly Rule[], path: string, isFolder: boolean): boolean =>
    rules.some((rule) => rule(path, isFolder));
  return {
    rules: { include, exclude },
    keeps: (path) =>
      !hit(never, path, false) &&
      !hit(unwanted, path, false) &&
      (!hit(noise, path, false) || hit(wanted, path, false)),
    enters: (folder) => !hit(never, folder, true) && !hit(unwanted, folder, true),
  };
}

type Rule = (path: string, isFolder: boolean) => boolean;

function ruleMatcher(pattern: string): Rule {
  const foldersOnly = pattern.endsWith('/');
  const body = foldersOnly ? pattern.slice(0, -1) : pattern;
  const matches = globMatcher(body.replace(/^\//, ''));
  const candidates = body.includes('/') ? prefixes : names;
  return (path, isFolder) => {
    const found = candidates(path);
    return (foldersOnly && !isFolder ? found.slice(0, -1) : found).some(matches);
  };
}

const names = (path: string): string[] => path.split('/');

/** `a`, `a/b` and `a/b/c` for `a/b/c`. */
function prefixes(path: string): string[] {
  return names(path).map((_, at, all) => all.slice(0, at + 1).join('/'));
}
