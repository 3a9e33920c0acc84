import {
  formatSmbUrl,
  isProjectsFolder,
  joinPath,
  parentPath,
  parsePath,
  type SmbAddress,
} from '@sessionkeep/core';
import type { ShareAccess } from '@sessionkeep/core/config';
import { dirname, join } from 'node:path';
import type { PasswordWish } from '../password/password-wish.js';

/** Where files lie: a folder of this machine, or one of a share. */
export type Location = LocalFolder | SharedFolder;

export interface LocalFolder {
  readonly type: 'local';
  /** Absolute. */
  readonly path: string;
}

export interface SharedFolder extends Pick<ShareAccess, 'signing' | 'encryption'> {
  readonly type: 'smb';
  readonly address: SmbAddress;
  readonly password: PasswordWish;
}

/** How people and plans call a location: its absolute path, or its URL. What it gives can be given as `--to`. */
export function locationText(location: Location): string {
  return location.type === 'local' ? location.path : shareText(location);
}

export function shareText({ address }: SharedFolder): string {
  return formatSmbUrl(address);
}

/** The key of a configuration that says where a location is. */
export function locationKey({ type }: Location): 'path' | 'url' {
  return type === 'local' ? 'path' : 'url';
}

/** True where the extras lie beside this folder: a share itself has nothing beside it. */
export function hasExtrasBeside(location: Location): boolean {
  return isProjectsFolder(location.type === 'local' ? location.path : location.address.folder);
}

/**
 * What lies beside a location under this name, which code chose; with an empty one the folder above. A path is taken as it is
 * written, wherever links lead.
 */
export function besideLocation(location: Location, name: string): Location {
  if (location.type === 'local') return { type: 'local', path: join(dirname(location.path), name) };
  const folder = joinPath(parentPath(location.address.folder), parsePath(name)._unsafeUnwrap());
  return { ...location, address: { ...location.address, folder } };
}
