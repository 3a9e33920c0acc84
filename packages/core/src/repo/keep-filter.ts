import { globMatcher } from './glob.js';

/** Secrets: never backed up, whatever the configuration says. */
export const NEVER_KEPT: readonly string[] = ['.credentials.json', 'session-env/', 'shell-snapshots/'];

/** Noise that harms when restored: left out unless an `include:` asks for it. */
export const NOISE: readonly string[] = ['*.lock', '*.compact.tmp.*', 'sessions-index.json', '.DS_Store'];

/** What of a project folder is kept, in globs as {@link keepFilter} reads them. */
export interface FilterRules {
  /** Globs that bring back what {@link NOISE} leaves out. */
  readonly include?: readonly string[];
  /** Globs of what else to leave out. */
  readonly exclude?: readonly string[];
}

/** Says for each path of a project folder whether it is kept. */
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
 *
 * @example
 * const filter = keepFilter({ exclude: ['*.tmp', 'drafts/'] });
 * filter.keeps('drafts/one.jsonl'); // false
 * filter.keeps('.credentials.json'); // false, always
 */
export function keepFilter({ include = [], exclude = [] }: FilterRules = {}): KeepFilter {
  const unwanted = new RuleSet([...NEVER_KEPT, ...exclude]);
  const noise = new RuleSet(NOISE);
  const wanted = new RuleSet(include);
  return {
    rules: { include, exclude },
    keeps: (path) => !unwanted.hits(path, false) && (!noise.hits(path, false) || wanted.hits(path, false)),
    enters: (folder) => !unwanted.hits(folder, true),
  };
}

interface Rule {
  /** Matches a name, or a whole path when `anchored`. */
  readonly matches: (text: string) => boolean;
  readonly anchored: boolean;
  readonly foldersOnly: boolean;
}

/** Some patterns together. A path is hit when it, or a folder it lies in, matches one. */
class RuleSet {
  private readonly rules: readonly Rule[];
  // Paths come folder by folder, so what was found out of the last one mostly serves.
  private lastFolder = '';
  private lastHit = false;

  constructor(patterns: readonly string[]) {
    this.rules = patterns.map(ruleOf);
  }

  hits(path: string, isFolder: boolean): boolean {
    if (this.rules.length === 0) return false;
    const slash = path.lastIndexOf('/');
    return (slash >= 0 && this.folderHit(path, slash)) || this.hitsItself(path, slash, isFolder);
  }

  private folderHit(path: string, slash: number): boolean {
    if (slash !== this.lastFolder.length || !path.startsWith(this.lastFolder)) {
      const folder = path.slice(0, slash);
      // Its own folders first: they overwrite what is remembered.
      const hit = this.hits(folder, true);
      this.lastFolder = folder;
      this.lastHit = hit;
    }
    return this.lastHit;
  }

  private hitsItself(path: string, slash: number, isFolder: boolean): boolean {
    const name = path.slice(slash + 1);
    for (const { matches, anchored, foldersOnly } of this.rules) {
      if ((isFolder || !foldersOnly) && matches(anchored ? path : name)) return true;
    }
    return false;
  }
}

function ruleOf(pattern: string): Rule {
  const foldersOnly = pattern.endsWith('/');
  const body = foldersOnly ? pattern.slice(0, -1) : pattern;
  return { matches: globMatcher(body.replace(/^\//, '')), anchored: body.includes('/'), foldersOnly };
}
