import type { Binding, Layout } from '../ledger/line.js';
import { firstSegment, relativeTo, type RelativePath } from '../path/relative-path.js';
import { globMatcher } from './glob.js';
import { type KeepFilter } from './keep-filter.js';

/** A tracked repository inside a source: one project folder laid flat, or several as subfolders. */
export interface Repo {
  readonly name: string;
  /** Other names by which it may be selected. */
  readonly aliases: readonly string[];
  readonly layout: Layout;
  /** The project folder of a flat repo; names and patterns of one with folders. */
  readonly projects: readonly string[];
}

/** What a ledger of this repo, fed from this origin, is bound to. */
export function bindingOf(repo: Repo, origin: string): Binding {
  return { origin, layout: repo.layout, projects: repo.projects };
}

/** How a ledger's binding and the wanted one go together. */
export type BindingMatch =
  | { readonly match: 'same' }
  /** More or other project folders, each in a subfolder of its own: nothing can mix, so a line notes it. */
  | { readonly match: 'extended' }
  | { readonly match: 'foreign'; readonly difference: string };

/** Compares what a ledger belongs to with what a run wants to write into it. */
export function matchBinding(recorded: Binding, wanted: Binding): BindingMatch {
  // A repair found no header to say what the ledger belonged to.
  if (recorded.origin === '') return { match: 'extended' };
  if (recorded.origin !== wanted.origin) {
    return {
      match: 'foreign',
      difference: `it was written from ${recorded.origin}, this is ${wanted.origin}`,
    };
  }
  if (recorded.layout !== wanted.layout) {
    return {
      match: 'foreign',
      difference: `its layout is ${recorded.layout}, the configuration says ${wanted.layout}`,
    };
  }
  const same =
    recorded.projects.length === wanted.projects.length &&
    recorded.projects.every((name, at) => name === wanted.projects[at]);
  if (same) return { match: 'same' };
  if (recorded.layout === 'folders') return { match: 'extended' };
  return {
    match: 'foreign',
    difference: `it holds the project folder ${recorded.projects.join(', ')}, the configuration says ${wanted.projects.join(', ')}`,
  };
}

const PATTERN = /[*?[\]{}]/;

/** True for a name with glob characters, which stands for several project folders. */
export function isPattern(project: string): boolean {
  return PATTERN.test(project);
}

/** The repo's project folders among those that there are; and the ones named outright that are missing. */
export function projectFolders(
  repo: Repo,
  present: readonly string[],
): { folders: string[]; missing: string[] } {
  const matches = repo.projects.map((project) => globMatcher(project));
  const folders = present.filter((name) => matches.some((match) => match(name)));
  const missing = repo.projects.filter((project) => !isPattern(project) && !present.includes(project));
  return { folders, missing };
}

/** Says for a path of the repo whether a run of this mapping and these rules would read it. */
export function coverage(repo: Repo, filter: KeepFilter): (path: RelativePath) => boolean {
  if (repo.layout === 'flat') return (path) => filter.keeps(path);
  const matches = repo.projects.map((project) => globMatcher(project));
  return (path) => {
    const folder = firstSegment(path) as RelativePath;
    const rest = relativeTo(folder, path);
    return rest !== null && matches.some((match) => match(folder)) && filter.keeps(rest);
  };
}
