import type { LiveRecord } from '../ledger/line.js';
import type { FileEntry } from '../manifest/entry.js';
import { comparePaths, sortByPath } from '../path/compare-paths.js';
import type { RelativePath } from '../path/relative-path.js';
import { foldKey, type NameRules } from '../port/traits.js';
import type { Reason, TargetEntry } from './step.js';

export interface Names {
  /** Paths of the source that cannot have a place on the target, with the reason. */
  readonly refusals: ReadonlyMap<string, Reason>;
  /** The target's listing under the source's names, in order. */
  readonly target: readonly TargetEntry[];
}

interface NameInput {
  readonly source: readonly FileEntry[];
  readonly records: readonly LiveRecord[];
  readonly target: readonly TargetEntry[];
  readonly rules: NameRules;
}

/**
 * Finds the names of the source that the target cannot hold beside what it has: too long, forbidden, equal to another
 * once folded, or a file where a folder is. Whoever is recorded owns a name, then whoever is on the target, then the
 * lowest bytes.
 */
export function resolveNames(input: NameInput): Names {
  const { source, rules } = input;
  const refusals = new Map<string, Reason>();
  for (const { path } of source) if (!storable(path, rules)) refusals.set(path, 'name-not-storable');
  if (rules.foldsCase || rules.normalizes) return foldedNames(input, refusals);
  refuseFileAndFolder(input, refusals);
  return { refusals, target: input.target };
}

const utf8 = new TextEncoder();

function storable(path: string, rules: NameRules): boolean {
  // No UTF-16 unit takes more than three bytes of UTF-8, so short names need no encoding to be known short.
  if (path.length * 3 > rules.maxNameBytes) {
    for (const name of path.split('/')) {
      if (name.length * 3 > rules.maxNameBytes && utf8.encode(name).length > rules.maxNameBytes) return false;
    }
  }
  if (rules.forbidden === '') return true;
  for (const character of rules.forbidden) if (path.includes(character)) return false;
  return true;
}

/** Where names are exact only one thing can clash: a file here, a folder of that very name there. */
function refuseFileAndFolder({ source, records, target }: NameInput, refusals: Map<string, Reason>): void {
  const kept = [foldersOf(records), foldersOf(target)];
  for (const { path } of source) if (kept.some((folders) => folders.has(path))) refusals.set(path, 'file-and-folder');
  const folders = foldersOf(source);
  const inTheWay = new Set<string>();
  for (const files of [records, target]) for (const { path } of files) if (folders.has(path)) inTheWay.add(path);
  if (inTheWay.size === 0) return;
  for (const { path } of source) if (prefixes(path).some((folder) => inTheWay.has(folder))) refusals.set(path, 'file-and-folder');
}

/** Every folder that these files lie in, at any depth. */
function foldersOf(files: readonly { readonly path: string }[]): Set<string> {
  const folders = new Set<string>();
  let last = '';
  for (const { path } of files) {
    const parent = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    if (parent === last) continue;
    last = parent;
    for (let folder = parent; folder !== '' && !folders.has(folder); ) {
      folders.add(folder);
      folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0));
    }
  }
  return folders;
}

/** `a/b` and `a` for `a/b/c`. */
function prefixes(path: string): string[] {
  const found: string[] = [];
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) found.push(path.slice(0, slash));
  return found;
}

interface Owner {
  readonly spelling: string;
  readonly isFile: boolean;
  /** Seen on the target only: its spelling gives way to nobody, but to one that differs by normalisation alone. */
  readonly unrecorded: boolean;
}

function foldedNames({ source, records, target, rules }: NameInput, refusals: Map<string, Reason>): Names {
  const owners = new Map<string, Owner>();
  const claim = (path: string, unrecorded: boolean): Reason | null => {
    const problem = clash(owners, path, rules, unrecorded);
    if (problem !== null) return problem;
    own(owners, path, rules, unrecorded);
    return null;
  };
  for (const { path } of records) claim(path, false);
  for (const { path } of target) claim(path, true);
  for (const { path } of [...source].sort((a, b) => comparePaths(a.path, b.path))) {
    if (refusals.has(path)) continue;
    const problem = claim(path, false);
    if (problem !== null) refusals.set(path, problem);
  }
  // A fold key may be coarser than the target's own rules, so two files there can have one owner: it gets but one of them.
  const listed = new Set<string>(target.map((entry) => entry.path));
  const renamed = target.map((entry) => {
    const spelling = owners.get(foldKey(entry.path, rules))?.spelling;
    if (spelling === undefined || listed.has(spelling)) return entry;
    listed.add(spelling);
    return { ...entry, path: spelling as RelativePath, stored: entry.path };
  });
  return { refusals, target: sortByPath(renamed) };
}

function clash(owners: ReadonlyMap<string, Owner>, path: string, rules: NameRules, unrecorded: boolean): Reason | null {
  for (const name of [path, ...prefixes(path)]) {
    const owner = owners.get(foldKey(name, rules));
    if (owner === undefined) continue;
    if (owner.isFile !== (name === path)) return 'file-and-folder';
    const sameSpelling = owner.spelling === name || owner.spelling.normalize('NFC') === name.normalize('NFC');
    const ours = owner.spelling === name || (sameSpelling && (owner.unrecorded || unrecorded));
    if (!ours) return 'name-collision';
  }
  return null;
}

function own(owners: Map<string, Owner>, path: string, rules: NameRules, unrecorded: boolean): void {
  for (const name of [path, ...prefixes(path)]) {
    const key = foldKey(name, rules);
    const before = owners.get(key);
    // A name that the target merely spells its own way belongs to whoever brings it.
    if (before === undefined || (before.unrecorded && !unrecorded)) {
      owners.set(key, { spelling: name, isFile: name === path, unrecorded });
    }
  }
}
