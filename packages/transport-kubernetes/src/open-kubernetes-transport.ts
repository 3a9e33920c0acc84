import type { KubeConfig } from '@kubernetes/client-node';
import { err, type Result } from 'neverthrow';
import type { KeepError, RelativePath, Traits, Transport } from '@sessionkeep/core';
import { Compression, type Compress } from './compression.js';
import { digestRanges } from './digest-ranges.js';
import { PATIENCE, type ExecPatience } from './exec/exec-target.js';
import { errorOf, problem } from './failure.js';
import { flushFolders, listFolder, publishFile, removePath, renamePath, statPath } from './folder-calls.js';
import { Place } from './place.js';
import { probeNames } from './probe-names.js';
import { readRanges } from './read-ranges.js';
import { scanFolder } from './scan-folder.js';
import { Sessions } from './session/sessions.js';
import { appendFile, createFile, setModifiedTime } from './write-file.js';

/** A request in a pod is half a dozen processes, whatever it asks for: they would be most of what a first copy costs there. */
const TRAITS: Traits = {
  digestsInPlace: true,
  publishLimit: 1024 * 1024,
  lanes: 3,
  readsAtOnce: { files: 64, bytes: 32 * 1024 * 1024 },
};

/** Where to go in a cluster, and how. */
export interface KubernetesOptions {
  /** Which cluster and whose credentials: what `loadCluster` gives. */
  readonly config: KubeConfig;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Absolute, or from the container's `HOME`: `~/.claude/projects`. It need not exist. */
  readonly path: string;
  /** Whether what is read is compressed in the pod. `auto`, which measures where it is faster, unless told otherwise. */
  readonly compress?: Compress;
  /** How long is waited, in milliseconds, where it shall be otherwise. */
  readonly patience?: Partial<ExecPatience>;
}

/**
 * Opens a folder of a container as a {@link Transport}, over `exec`, for reading and writing. Connects at once and finds out what
 * the image has; one without a shell or without the tools is `unsupported`, with what is missing. Nothing is installed there.
 *
 * - What `exec` says about success is not believed: each answer proves that it is whole, and bytes that are lost are an error.
 * - Digests are made in the pod. Whole files at rest leave it by one process for many.
 * - A lost connection fails what was under way with `retry`; the next call connects again. A pod that is gone is `unreachable`.
 * - There are no leases: a pod is read from and restored into, and no place for an archive.
 *
 * @example
 * const config = loadCluster()._unsafeUnwrap();
 * const pod = { namespace: 'web', pod: 'web-0', container: 'main' };
 * const opened = await openKubernetesTransport({ config, ...pod, path: '~/.claude/projects' });
 */
export async function openKubernetesTransport(
  options: KubernetesOptions,
): Promise<Result<Transport, KeepError>> {
  const { config, namespace, pod, container, path } = options;
  const patience = { ...PATIENCE, ...options.patience };
  const compression = new Compression(options.compress ?? 'auto');
  const sessions = new Sessions(config, { namespace, pod, container }, path, patience, compression);
  const place = new Place(`k8s://${namespace}/pod/${pod}/${path.replace(/^\/+/, '')}`, sessions);
  const first = await place.take(place.attempt('open', ''));
  if (first.isErr()) {
    sessions.close();
    return err(first.error);
  }
  return first.map((session) => {
    sessions.give(session);
    return transport(place);
  });
}

function transport(place: Place): Transport {
  return {
    name: place.name,
    traits: TRAITS,
    probe: (folder, mode) => probeNames(place, folder, mode),
    scan: (folder, options) => scanFolder(place, folder, options),
    list: (folder) => listFolder(place, folder),
    stat: (path) => statPath(place, path),
    read: (ranges, options) => readRanges(place, ranges, options),
    digest: (ranges, options) => digestRanges(place, ranges, options),
    create: (path, bytes, length, options) => createFile(place, path, bytes, length, options),
    append: (path, offset, bytes, length, options) => appendFile(place, path, offset, bytes, length, options),
    publish: (file) => publishFile(place, file),
    rename: (from, to) => renamePath(place, from, to),
    remove: (path) => removePath(place, path),
    setModifiedTime: (path, mtime) => setModifiedTime(place, path, mtime),
    flush: (folders) => flushFolders(place, folders),
    lease: (folder) => noLease(place, 'lock', folder),
    breakLease: (folder) => noLease(place, 'unlock', folder),
    close: () => {
      place.sessions.close();
      return Promise.resolve();
    },
  };
}

function noLease(place: Place, operation: string, folder: RelativePath): Promise<Result<never, KeepError>> {
  const found = problem('unsupported', 'a pod is no place for an archive', {
    hint: 'keep the archive on a share or a disk; what lies in a pod can be a source, or be restored into',
  });
  return Promise.resolve(err(errorOf(place.attempt(operation, folder), found)));
}
