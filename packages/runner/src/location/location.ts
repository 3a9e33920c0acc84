import {
  formatPodUrl,
  formatSmbUrl,
  isProjectsFolder,
  joinPath,
  parentPath,
  parsePath,
  type PodAddress,
  type SmbAddress,
} from '@sessionkeep/core';
import type { KubernetesSource, ShareAccess } from '@sessionkeep/core/config';
import type { FoundPod } from '@sessionkeep/transport-kubernetes';
import { dirname, join } from 'node:path';
import type { PasswordWish } from '../password/password-wish.js';

/** Where files lie: a folder of this machine, of a share, or of a pod. */
export type Location = ArchiveLocation | PodFolder;

/** Where an archive may lie: a folder of this machine, or one of a share. */
export type ArchiveLocation = LocalFolder | SharedFolder;

/** A folder of this machine. */
export interface LocalFolder {
  readonly type: 'local';
  /** Absolute. */
  readonly path: string;
}

/** A folder of a share. */
export interface SharedFolder extends Pick<ShareAccess, 'signing' | 'encryption'> {
  readonly type: 'smb';
  readonly address: SmbAddress;
  readonly password: PasswordWish;
}

/** A folder in a pod, or in each of several. */
export interface PodFolder {
  readonly type: 'kubernetes';
  readonly address: PodAddress;
  /** Which of several: the oldest that is ready, or each that is as a source of its own. */
  readonly pods: 'first-ready' | 'each';
  /** Absolute path of the kubeconfig; null for the usual ones. */
  readonly kubeconfig: string | null;
  readonly compress: KubernetesSource['compress'];
  /** The pod that it is in; null until the cluster was asked. */
  readonly found: FoundPod | null;
}

/** How people and plans call a location: its absolute path, or its URL. What it gives can be given as `--to` or `--from`. */
export function locationText(location: Location): string {
  switch (location.type) {
    case 'local':
      return location.path;
    case 'smb':
      return shareText(location);
    case 'kubernetes':
      return formatPodUrl(location.address);
  }
}

export function shareText({ address }: SharedFolder): string {
  return formatSmbUrl(address);
}

/** The key of a configuration that says where a location is. */
export function locationKey(location: Location): string {
  if (location.type === 'kubernetes') return Object.keys(location.address.owner)[0] ?? 'type';
  return location.type === 'local' ? 'path' : 'url';
}

/** True where the extras lie beside this folder: a share itself has nothing beside it. */
export function hasExtrasBeside(location: Location): boolean {
  switch (location.type) {
    case 'local':
      return isProjectsFolder(location.path);
    case 'smb':
      return isProjectsFolder(location.address.folder);
    case 'kubernetes':
      return isProjectsFolder(location.address.path);
  }
}

/**
 * What lies beside a location under this name, which code chose; with an empty one the folder above. A path is taken as it is
 * written, wherever links lead.
 */
export function besideLocation(location: ArchiveLocation, name: string): ArchiveLocation;
export function besideLocation(location: Location, name: string): Location;
export function besideLocation(location: Location, name: string): Location {
  if (location.type === 'kubernetes') {
    const { address } = location;
    const above = address.path.replace(/\/?[^/]*$/, '');
    return { ...location, address: { ...address, path: name === '' ? above || '/' : `${above}/${name}` } };
  }
  if (location.type === 'local') return { type: 'local', path: join(dirname(location.path), name) };
  const folder = joinPath(parentPath(location.address.folder), parsePath(name)._unsafeUnwrap());
  return { ...location, address: { ...location.address, folder } };
}
