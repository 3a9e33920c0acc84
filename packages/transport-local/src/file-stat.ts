import { constants, type BigIntStats } from 'node:fs';
import type { FileStat } from '@sessionkeep/core';

const { S_IFMT, S_IFREG, S_IFDIR, S_IFLNK } = constants;

/** The bits of a mode that say what something is. */
export function typeBits(stat: BigIntStats): number {
  return Number(stat.mode) & S_IFMT;
}

export function isRegular(stat: BigIntStats): boolean {
  return typeBits(stat) === S_IFREG;
}

/** Device and inode, in base 36 to be short in ledgers and plans. */
export function identityOf(stat: BigIntStats): string {
  return `${stat.dev.toString(36)}:${stat.ino.toString(36)}`;
}

export function sameInode(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

export function fileStat(stat: BigIntStats): FileStat {
  return { kind: kindOf(stat), size: Number(stat.size), mtime: stat.mtimeNs, identity: identityOf(stat) };
}

function kindOf(stat: BigIntStats): FileStat['kind'] {
  switch (typeBits(stat)) {
    case S_IFREG:
      return 'file';
    case S_IFDIR:
      return 'folder';
    case S_IFLNK:
      return 'link';
    default:
      return 'other';
  }
}
