import type { FileStat } from '@sessionkeep/core';
import type { FileStat as SmbStat } from '@sessionkeep/smb2';

/** What a server says of a file, in the port's words. */
export function fileStat({ kind, size, modified, id }: SmbStat): FileStat {
  return { kind, size: kind === 'file' ? size : 0, mtime: modified ?? 0n, identity: identityOf(id) };
}

/** The file's number on its volume, in base 36 to be short in ledgers and plans; empty where the server has none. */
export function identityOf(id: bigint | null): string {
  return id === null ? '' : id.toString(36);
}
