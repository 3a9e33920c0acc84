import { isName } from '@sessionkeep/core';

/** Why a source, repo or target cannot have a name beside those that are `taken`; null when it can. */
export function nameProblem(name: string, taken: readonly string[]): string | null {
  if (!isName(name))
    return 'a name has letters, digits, ".", "_" and "-", begins with none of ".-", and is at most 64 long';
  const folded = foldName(name);
  if (folded === 'all') return '"all" means every one, and can be no name';
  return taken.some((other) => foldName(other) === folded) ? 'another one has this name' : null;
}

/** As the configuration compares names: many disks cannot hold two that differ only in this. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
