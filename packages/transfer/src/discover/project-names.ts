import type { ListEntry } from '@sessionkeep/core';

/**
 * The names of a source's project folders. A link in the place of one counts: it is not followed, and its scan says so. Left
 * out here, nobody would hear that nothing of it is kept.
 */
export function projectNames(entries: readonly ListEntry[]): string[] {
  return entries.filter(({ kind }) => kind === 'folder' || kind === 'link').map(({ name }) => name);
}
