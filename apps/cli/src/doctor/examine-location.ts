import {
  failedFinding,
  fineFinding,
  keepError,
  ROOT,
  type Finding,
  type KeepError,
  type Transport,
} from '@sessionkeep/core';
import {
  type ArchiveLocation,
  besideLocation,
  type Location,
  locationText,
  openLocation,
  type OpenLocationOptions,
  type PodFolder,
} from '@sessionkeep/runner';
import { examineFolder } from '@sessionkeep/transfer';
import { examineDisk } from '@sessionkeep/transport-local';
import { lstatSync } from 'node:fs';
import { mountOf } from '../mounts/mount-of.js';
import { readMounts } from '../mounts/read-mounts.js';
import { examineDiskFolder, withoutLinks } from './examine-disk-folder.js';
import { filesFinding } from './files-finding.js';
import { ownerFinding } from './owner-finding.js';
import { secretFinding } from './secret-findings.js';

export interface ExamineLocationOptions extends OpenLocationOptions {
  /** `look` for a source, of which nothing is wanted but to read it. */
  readonly mode: 'write' | 'look';
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Tries a folder or a share out, step by step, and ends where nothing more can be tried. */
export async function* examineLocation(
  location: Location,
  { mode, now, ...options }: ExamineLocationOptions,
): AsyncIterable<Finding> {
  if (location.type === 'kubernetes') {
    yield* examinePodFolder(location, { mode, now, ...options });
    return;
  }
  let isOpen = true;
  if (location.type === 'local') {
    for await (const finding of examineDiskFolder(location.path, mode)) {
      isOpen &&= finding.outcome !== 'failed';
      yield finding;
    }
  } else {
    const secret = secretFinding(location.password);
    if (secret !== null) yield secret;
    const { examineAccess } = await import('./examine-access.js');
    for await (const finding of examineAccess(location, options)) {
      isOpen &&= finding.outcome !== 'failed';
      yield finding;
    }
  }
  if (!isOpen) return;
  yield* examineOpened(location, mode, now, options);
}

const NO_PODS = { pods: [] };

/** The cluster, then each pod that is meant. */
async function* examinePodFolder(
  location: PodFolder,
  { mode, now, pods, signal }: ExamineLocationOptions,
): AsyncIterable<Finding> {
  let isFound = true;
  for await (const finding of pods.examine(location)) {
    isFound &&= finding.outcome !== 'failed';
    yield finding;
  }
  const found = isFound ? await pods.find(location) : null;
  for (const pod of found?.unwrapOr(NO_PODS).pods ?? []) {
    const opened = await pods.open({ ...location, found: pod });
    if (opened.isErr()) yield failedFinding('tools', opened.error);
    else {
      yield fineFinding('tools', `${pod.pod} has a shell, and all that it takes`);
      const clock = (): bigint => BigInt(now()) * 1_000_000n;
      let isThere = true;
      for await (const finding of examineFolder(opened.value, { mode, now: clock, signal })) {
        isThere &&= finding.outcome !== 'failed';
        yield finding;
      }
      if (isThere) yield await filesFinding(opened.value, { root: null, signal });
    }
  }
}

async function* examineOpened(
  location: ArchiveLocation,
  mode: ExamineLocationOptions['mode'],
  now: () => number,
  options: OpenLocationOptions,
  isItself = true,
): AsyncIterable<Finding> {
  const opened = await openLocation(location, options);
  if (opened.isErr()) {
    yield failedFinding('folder', opened.error);
    return;
  }
  const above = besideLocation(location, '');
  const hasAbove = locationText(above) !== locationText(location);
  const isMissing =
    mode === 'write' && hasAbove && (await opened.value.stat(ROOT)).match(() => false, isNotFound);
  try {
    const also = (): Iterable<Finding> => (location.type === 'local' ? examineDisk(location.path) : []);
    const clock = (): bigint => BigInt(now()) * 1_000_000n;
    if (!isMissing) {
      let isWhole = true;
      const call = { mode, now: clock, also, signal: options.signal };
      for await (const finding of examineFolder(opened.value, call)) {
        isWhole &&= finding.outcome !== 'failed';
        yield finding;
      }
      if (isItself) yield* examineFiles(location, opened.value, { mode, isWhole, signal: options.signal });
    }
  } finally {
    await opened.value.close();
  }
  if (!isMissing) return;
  if (location.type === 'local' && lstatSync(location.path, { throwIfNoEntry: false }) !== undefined) {
    const text = `${location.path} is a link that leads nowhere`;
    yield failedFinding(
      'folder',
      keepError('unsafe', 'look at folder', text, { hint: 'make what it leads to' }),
    );
    return;
  }
  // Nothing is left behind: the probe is made where the folder will be made.
  yield fineFinding('folder', 'is not there yet: the first backup makes it');
  for await (const finding of examineOpened(above, mode, now, options, false))
    if (finding.step !== 'folder' || finding.outcome === 'failed') yield finding;
}

interface FilesOptions {
  readonly mode: ExamineLocationOptions['mode'];
  /** Nothing has failed so far. */
  readonly isWhole: boolean;
  readonly signal: AbortSignal;
}

/** Whether all that is there may be read, or written to; the latter is a reason, too, why nothing can be written. */
async function* examineFiles(
  location: ArchiveLocation,
  transport: Transport,
  { mode, isWhole, signal }: FilesOptions,
): AsyncIterable<Finding> {
  const root = location.type === 'local' ? location.path : null;
  if (mode === 'look') {
    if (isWhole) yield await filesFinding(transport, { root, signal });
    return;
  }
  const uid = process.getuid?.();
  if (root === null || uid === undefined) return;
  const remote = mountOf(withoutLinks(root), await readMounts())?.remote === true;
  const owner = await ownerFinding(root, { uid, remote, signal });
  if (isWhole || owner.outcome === 'failed') yield owner;
}

function isNotFound({ kind }: KeepError): boolean {
  return kind === 'not-found';
}
