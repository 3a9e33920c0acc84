import { segmentProblem, type RefusedEntry, type RelativePath } from '@sessionkeep/core';
import { FileAttribute, type FolderEntry } from '@sessionkeep/smb2';
import { canBeAsked } from './share-names.js';

/** Longest path that `core` accepts, in UTF-16 units. */
const LONGEST = 4096;

/** What an entry of a listing is, with its path. */
export type Found = { readonly kind: 'file' | 'folder'; readonly path: RelativePath } | RefusedEntry;

/**
 * Judges an entry of the folder `parent`. `loops` says that it is a folder with the number of one that it lies in: a link that the
 * server has followed by itself.
 */
export function classify(parent: RelativePath, entry: FolderEntry, loops: boolean): Found {
  const { name, kind, attributes } = entry;
  const whole = name.toWellFormed();
  const path = (parent === '' ? whole : `${parent}/${whole}`) as RelativePath;
  if (whole !== name) return { kind: 'refused', path, reason: 'name-not-utf8' };
  if (segmentProblem(name) !== null || !canBeAsked(name) || path.length > LONGEST) {
    return { kind: 'refused', path, reason: 'name-unsafe' };
  }
  if (kind === 'folder') return loops ? { kind: 'refused', path, reason: 'link-folder' } : { kind, path };
  if (kind === 'file') return { kind, path };
  // Where it leads the server does not say, and nothing is read through it.
  const toFolder = (attributes & FileAttribute.folder) !== 0;
  return { kind: 'refused', path, reason: toFolder ? 'link-folder' : 'link-out' };
}
