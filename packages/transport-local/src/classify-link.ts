import { constants, lstatSync, realpathSync, type BigIntStats } from 'node:fs';
import type { FileEntry, RefusedAs, RefusedEntry, RelativePath } from '@sessionkeep/core';
import { codeOf } from './failure.js';
import { identityOf, typeBits } from './file-stat.js';
import { Place } from './place.js';

const { S_IFREG, S_IFDIR, S_IFSOCK, S_IFIFO } = constants;

/** The entry for something that is no folder, from its own stat. Throws what the file system throws when a link cannot be resolved. */
export function entryOf(
  root: string,
  absolute: string,
  path: RelativePath,
  stat: BigIntStats,
): FileEntry | RefusedEntry {
  const type = typeBits(stat);
  if (type === S_IFREG) return fileEntry(path, stat);
  if (type === constants.S_IFLNK) return linkEntry(root, absolute, path);
  return { kind: 'refused', path, reason: reasonFor(type) };
}

function fileEntry(path: RelativePath, stat: BigIntStats): FileEntry {
  return { kind: 'file', path, size: Number(stat.size), mtime: stat.mtimeNs, identity: identityOf(stat) };
}

function linkEntry(root: string, absolute: string, path: RelativePath): FileEntry | RefusedEntry {
  const refused = (reason: RefusedAs): RefusedEntry => ({ kind: 'refused', path, reason });
  let target: BigIntStats;
  try {
    const real = realpathSync.native(absolute);
    if (!Place.contains(root, real)) return refused('link-out');
    target = lstatSync(real, { bigint: true });
  } catch (cause) {
    if (LEADS_NOWHERE.has(codeOf(cause))) return refused('link-broken');
    throw cause;
  }
  const type = typeBits(target);
  if (type === S_IFREG) return fileEntry(path, target);
  // A link again, though it was just resolved: it is being changed under us.
  if (type === constants.S_IFLNK) return refused('link-broken');
  return refused(type === S_IFDIR ? 'link-folder' : reasonFor(type));
}

const LEADS_NOWHERE: ReadonlySet<string> = new Set(['ENOENT', 'ELOOP', 'ENOTDIR', 'ENAMETOOLONG']);

function reasonFor(type: number): RefusedAs {
  if (type === S_IFSOCK) return 'socket';
  return type === S_IFIFO ? 'pipe' : 'device';
}
