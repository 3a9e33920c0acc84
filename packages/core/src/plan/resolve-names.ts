import type { LiveRecord } from '../ledger/line.js';
import type { FileEntry } from '../manifest/entry.js';
import { comparePaths, sortByPath } from '../path/compare-paths.js';
import type { RelativePath } from '../path/relative-path.js';
import { storedPath } from '../path/stored-path.js';
import { foldKey, type NameRules } from '../port/traits.js';
import type { Situation } from './situation.js';
import type { Reason, TargetEntry } from './step.js';

export interface Names {
  /** Why a file of the source cannot have a place on the target, if it cannot. */
  readonly refusal: (situation: Pick<Situation, 'path' | 'record' | 'target'>) => Reason | undefined;
  /** The target's listing under the source's names, in order. */
  readonly target: readonly TargetEntry[];
}

/** All three sorted by path. */
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
  const { foldsCase, normalizes, maps } = input.rules;
  return foldsCase || normalizes || maps ? foldedNames(input) : exactNames(input);
}

/**
 * Where names are exact only one thing can clash: a file here, a folder of that very name there. Whoever stands there
 * under its own name is in nobody's way, so it is asked only where a list lacks the path.
 */
function exactNames({ records, target, rules }: NameInput): Names {
  return {
    target,
    refusal: ({ path, record, target: there }) => {
      if (!storable(path, rules)) return 'name-not-storable';
      const blocked =
        (record === null && inTheWay(records, path)) || (there === null && inTheWay(target, path));
      return blocked ? 'file-and-folder' : undefined;
    },
  };
}

interface Named {
  readonly path: string;
}

/** True when a sorted list has files below this path, or a file where it needs a folder. */
function inTheWay(kept: readonly Named[], path: string): boolean {
  if (kept.length === 0) return false;
  if (kept[firstFrom(kept, `${path}/`)]?.path.startsWith(`${path}/`) === true) return true;
  return folders(path).some((folder) => kept[firstFrom(kept, folder)]?.path === folder);
}

const utf8 = new TextEncoder();

function storable(from: string, rules: NameRules): boolean {
  const path = storedPath(from as RelativePath, rules);
  // No UTF-16 unit takes more than three bytes of UTF-8, so short names need no encoding to be known short.
  if (path.length * 3 > rules.maxNameBytes) {
    for (const name of path.split('/')) {
      if (name.length * 3 > rules.maxNameBytes && utf8.encode(name).length > rules.maxNameBytes) return false;
    }
  }
  if (rules.forbidden === '' || rules.maps) return true;
  for (const character of rules.forbidden) if (path.includes(character)) return false;
  return true;
}

/** Those of a sorted list whose very path another sorted list has not. */
function* notIn<T extends Named>(list: readonly T[], other: readonly Named[]): Generator<T, void> {
  let at = 0;
  for (const item of list) {
    while (at < other.length && comparePaths(other[at]?.path ?? '', item.path) < 0) at++;
    if (other[at]?.path !== item.path) yield item;
  }
}

/** Where in a sorted list the first path is that is not before this one. */
function firstFrom(list: readonly Named[], path: string): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comparePaths(list[middle]?.path ?? '', path) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `a/b` and `a` for `a/b/c`. */
function folders(path: string): string[] {
  const found: string[] = [];
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    found.push(path.slice(0, slash));
  }
  return found;
}

interface Owner {
  readonly spelling: string;
  readonly isFile: boolean;
  /** Seen on the target only: its spelling gives way to nobody, but to one that differs by normalisation alone. */
  readonly unrecorded: boolean;
}

function foldedNames({ source, records, target, rules }: NameInput): Names {
  const owners = new Map<string, Owner>();
  const refusals = new Map<string, Reason>();
  // A ledger that contradicts itself, since its target did not fold once, names the losers among what it recorded.
  for (const [path, problem] of claims(owners, records, rules, false)) refusals.set(path, problem);
  for (const _ of claims(owners, notIn(target, records), rules, true));
  const unrecorded = function* (): Generator<FileEntry, void> {
    for (const file of notIn(source, records)) if (storable(file.path, rules)) yield file;
  };
  for (const [path, problem] of claims(owners, unrecorded(), rules, false)) refusals.set(path, problem);
  return {
    target: underOwnersNames(target, records, owners, rules),
    refusal: ({ path }) => (storable(path, rules) ? refusals.get(path) : 'name-not-storable'),
  };
}

/** Lets these paths own their names, in order, and gives out those that cannot, and why. */
function* claims(
  owners: Map<string, Owner>,
  files: Iterable<Named>,
  rules: NameRules,
  unrecorded: boolean,
): Generator<[string, Reason], void> {
  let owned = '';
  for (const { path } of files) {
    const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    // Neighbours in a sorted list mostly share their folder.
    const names = folder === owned ? [path] : [path, ...folders(path)];
    const keys = names.map((name) => keyOf(name, rules));
    const problem = clash(owners, { names, keys, rules }, unrecorded);
    if (problem !== null) {
      yield [path, problem];
      continue;
    }
    owned = folder;
    names.forEach((name, at) => {
      const key = keys[at] ?? name;
      const before = owners.get(key);
      // A name that the target merely spells its own way belongs to whoever brings it.
      if (before !== undefined && (!before.unrecorded || unrecorded)) return;
      owners.set(key, { spelling: name, isFile: at === 0, unrecorded });
    });
  }
}

/** As it is stored, in one form for all ways to compose it. */
function spelt(path: string, rules: NameRules): string {
  return storedPath(path as RelativePath, rules).normalize('NFC');
}

/** What two paths must share to be one on the target. */
function keyOf(path: string, rules: NameRules): string {
  return foldKey(storedPath(path as RelativePath, rules), rules);
}

/** A file's path, and then its folders. */
interface Claim {
  readonly names: readonly string[];
  readonly keys: readonly string[];
  readonly rules: NameRules;
}

function clash(
  owners: ReadonlyMap<string, Owner>,
  { names, keys, rules }: Claim,
  unrecorded: boolean,
): Reason | null {
  for (const [at, name] of names.entries()) {
    const owner = owners.get(keys[at] ?? name);
    if (owner === undefined) continue;
    if (owner.isFile !== (at === 0)) return 'file-and-folder';
    if (owner.spelling === name) continue;
    const respelt = spelt(owner.spelling, rules) === spelt(name, rules);
    if (!respelt || !(owner.unrecorded || unrecorded)) return 'name-collision';
  }
  return null;
}

/** The target's listing by the names of those who own them. */
function underOwnersNames(
  target: readonly TargetEntry[],
  records: readonly LiveRecord[],
  owners: ReadonlyMap<string, Owner>,
  rules: NameRules,
): readonly TargetEntry[] {
  const renamed = new Map<string, RelativePath>();
  let listed: Set<string> | null = null;
  for (const { path } of notIn(target, records)) {
    const spelling = owners.get(keyOf(path, rules))?.spelling;
    if (spelling === undefined || spelling === path) continue;
    // A fold key may be coarser than the target's own rules: of two files with one owner only one is the owner's.
    listed ??= new Set(target.map((entry) => entry.path));
    if (listed.has(spelling)) continue;
    listed.add(spelling);
    renamed.set(path, spelling as RelativePath);
  }
  if (renamed.size === 0) return target;
  return sortByPath(
    target.map((entry) => {
      const path = renamed.get(entry.path);
      return path === undefined ? entry : { ...entry, path, stored: entry.path };
    }),
  );
}
