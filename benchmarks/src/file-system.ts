import { statfsSync } from 'node:fs';

/** The magic numbers of statfs(2) on Linux. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x794c7630, 'overlayfs'],
  [0x2fc12fc1, 'zfs'],
]);

/** The kind of file system a folder lies in; on other systems than Linux its number. */
export function fileSystemOf(folder: string): string {
  const type = statfsSync(folder).type >>> 0;
  return NAMES.get(type) ?? `0x${type.toString(16)}`;
}

export function isMemory(fileSystem: string): boolean {
  return fileSystem === 'tmpfs' || fileSystem === 'ramfs';
}
