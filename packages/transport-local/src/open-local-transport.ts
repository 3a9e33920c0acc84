import { isAbsolute } from 'node:path';
import { err, ok, type Result } from 'neverthrow';
import {
  digestReads,
  parentPath,
  type Answer,
  type KeepError,
  type NameRules,
  type RelativePath,
  type Sha256,
  type Traits,
  type Transport,
} from '@sessionkeep/core';
import { appendFile } from './append-file.js';
import { createFile } from './create-file.js';
import { failure } from './failure.js';
import { flushFolders } from './flush-folders.js';
import { breakLease } from './lease/break-lease.js';
import type { HeldLease } from './lease/held-lease.js';
import { takeLease } from './lease/take-lease.js';
import { listFolder } from './list-folder.js';
import { probeByLooking } from './look-names.js';
import { renamePath } from './move-file.js';
import { nodeSha256 } from './node-sha256.js';
import { Place } from './place.js';
import { probeByWriting } from './probe-names.js';
import { publishFile } from './publish-file.js';
import { readRanges } from './read-ranges.js';
import { removePath } from './remove-path.js';
import { scanFolder } from './scan-folder.js';
import { setModifiedTime } from './set-modified-time.js';
import { statPath } from './stat-path.js';

/** What {@link openLocalTransport} is told. */
export interface LocalOptions {
  /** Absolute path of the folder that all paths are relative to. It need not exist yet: the first write makes it. */
  readonly root: string;
  /** Node's own when not given. */
  readonly sha256?: Sha256;
}

const TRAITS: Traits = { digestsInPlace: true, publishLimit: 1024 * 1024, lanes: 8 };

/**
 * Opens a folder of this machine as a {@link Transport}, for reading and writing. A root that is a link is resolved
 * once, here or when it first exists. Nothing is made yet.
 *
 * @example
 * const opened = await openLocalTransport({ root: '/Volumes/secure/claude-sessions' });
 */
export function openLocalTransport({ root, sha256 = nodeSha256 }: LocalOptions): Answer<Transport> {
  const place = new Place(root);
  const attempt = place.attempt('open', '');
  if (!isAbsolute(root) || root.includes('\0')) {
    return Promise.resolve(err(failure('usage', attempt, 'the root must be an absolute path')));
  }
  const found = place.find(attempt);
  if (found.isErr() && found.error.kind !== 'not-found') return Promise.resolve(err(found.error));
  return Promise.resolve(ok(localTransport(place, sha256)));
}

function localTransport(place: Place, sha256: Sha256): Transport {
  const leases = new Set<HeldLease>();
  return {
    name: place.name,
    traits: TRAITS,
    probe: async (folder, mode) => (mode === 'look' ? probeByLooking(place, folder) : probe(place, folder)),
    scan: (folder, options) => scanFolder(place, folder, options),
    list: async (folder) => listFolder(place, folder),
    stat: async (path) => statPath(place, path),
    read: (ranges, options) => readRanges(place, ranges, options),
    digest: (ranges, options) => digestReads(readRanges(place, ranges, options), sha256),
    create: (path, bytes, length, options) => createFile(place, path, bytes, length, options),
    append: (path, offset, bytes, length, options) => appendFile(place, path, offset, bytes, length, options),
    publish: (file) => publishFile(place, file),
    rename: async (from, to) => renamePath(place, from, to),
    remove: async (path) => removePath(place, path),
    setModifiedTime: async (path, mtime) => setModifiedTime(place, path, mtime),
    flush: (folders) => flushFolders(place, folders),
    lease: async (folder, holder) => {
      const taken = await takeLease(place, folder, holder, (lease) => leases.delete(lease));
      return taken.map((lease) => {
        leases.add(lease);
        return lease;
      });
    },
    breakLease: async (folder, options) => breakLease(place, folder, options),
    close: async () => {
      await Promise.all([...leases].map((lease) => lease.letGo()));
    },
  };
}

/** Probes by writing, and removes the folders that were made for it, as far as they are empty. */
function probe(place: Place, folder: RelativePath): Result<NameRules, KeepError> {
  const made: RelativePath[] = [];
  for (let path = folder; path !== ''; path = parentPath(path)) {
    if (statPath(place, path).isErr()) made.push(path);
  }
  const rules = probeByWriting(place, folder);
  for (const path of made) if (removePath(place, path).isErr()) break;
  return rules;
}
