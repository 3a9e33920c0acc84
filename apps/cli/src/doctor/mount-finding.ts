import { fineFinding, keepError, failedFinding, oddFinding, type Finding } from '@sessionkeep/core';
import { isMountedByPeople } from '../mounts/by-people.js';
import { mountOf } from '../mounts/mount-of.js';
import type { Mount } from '../mounts/parse-mounts.js';

/** What is looked at besides a folder's place among the mounts. */
export interface MountedFolder {
  /** Absolute, without links. It need not be there. */
  readonly path: string;
  readonly mode: 'write' | 'look';
  /** There is an archive in it. */
  readonly hasArchive: boolean;
}

const MEMORY = /^(?:tmpfs|ramfs|devtmpfs)$/;

/**
 * What a folder of this machine lies on. One where people mount things, with nothing mounted at it or above it, is what a share
 * leaves behind that is not mounted: nothing may be written there. Null where nothing is known of mounts.
 */
export function mountFinding(folder: MountedFolder, mounts: readonly Mount[]): Finding | null {
  const { path, mode, hasArchive } = folder;
  const mount = mountOf(path, mounts);
  if (mount === null) return null;
  const { type, device, remote, readOnly } = mount;
  const facts = { mount: mount.path, type, device };
  const on = `${mount.path}, ${type} of ${device}`;
  if (isMountedByPeople(path) && !isMountedByPeople(mount.path)) {
    const says = `nothing is mounted at ${path} or above it: it is a plain folder on ${on}`;
    const hint =
      mode === 'look'
        ? 'mount the share or the disk that the sessions are on'
        : 'mount the share or the disk, or name another folder: what is written there now is hidden once something is mounted';
    // Who keeps an archive there on purpose has one already.
    if (mode === 'look' || hasArchive) return { ...oddFinding('mount', says, hint), facts };
    return { ...failedFinding('mount', keepError('unreachable', 'look at mount', says, { hint })), facts };
  }
  if (readOnly && mode === 'write') {
    const says = `${on}, is mounted read-only`;
    const hint = 'mount it for writing, and see why it was not: a disk with errors is mounted so, too';
    return { ...failedFinding('mount', keepError('read-only', 'look at mount', says, { hint })), facts };
  }
  if (MEMORY.test(type) && mode === 'write')
    return {
      ...oddFinding(
        'mount',
        `${on}: it is in memory, and gone at the next start`,
        'keep the archive on a disk or a share',
      ),
      facts,
    };
  return { ...fineFinding('mount', `${remote ? 'a share at ' : 'at '}${on}`), facts };
}
