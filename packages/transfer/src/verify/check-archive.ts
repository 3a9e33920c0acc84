import {
  inSample,
  joinPath,
  type Answer,
  type KeepError,
  type LiveRecord,
  type Range,
  type RelativePath,
  samplePosition,
  type TargetEntry,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { versionPath } from '../archive/archive-paths.js';
import { digestMany } from '../io/digest-many.js';
import { listTarget } from '../manifest/list-target.js';
import type { KnownFiles, VerifyContext } from './verify-repo.js';

/** Holds the archive against its ledger: every live file and every version by size; by their bytes those asked for. */
export async function checkArchive(context: VerifyContext, known: KnownFiles): Answer<void> {
  const { archive, paths, signal, verdicts } = context;
  const live = await listTarget(archive.target, paths.live, { signal });
  if (live.isErr()) return err(live.error);
  const versions = await listTarget(archive.target, paths.versions, { signal });
  if (versions.isErr()) return err(versions.error);
  const sizes = new Map<string, number>(versions.value.map(({ path, size }) => [path, size]));
  const there = new Map<string, TargetEntry>(live.value.map((entry) => [entry.path, entry]));
  const wanted: Wanted[] = [];
  for (const record of known.records.values()) {
    if (record.status === 'pruned') continue;
    const path = record.stored ?? record.path;
    const size = there.get(path)?.size;
    if (record.status === 'aside') checkCutOff(context, record, size, sizes);
    else if (size === undefined) verdicts.file(record.path, 'missing');
    else if (size < record.size) verdicts.file(record.path, 'corrupt');
    else
      wanted.push({
        range: rangeOf(joinPath(paths.live, path), record.size),
        sha256: record.sha256,
        path: record.path,
        keptOf: record.path,
      });
  }
  for (const { path: keptOf, sha256, size } of known.asides.values()) {
    const found = sizes.get(sha256);
    const stillLive = found === undefined && waitsAtLive(known, sha256);
    if (stillLive) continue;
    if (found !== size) verdicts.file(`versions/${sha256}`, found === undefined ? 'missing' : 'corrupt');
    else
      wanted.push({
        range: rangeOf(versionPath(paths, sha256), size),
        sha256,
        path: `versions/${sha256}`,
        keptOf,
      });
  }
  verdicts.kept(wanted.length, sizeOf(wanted));
  return readBack(context, chosen(context, wanted));
}

interface Wanted {
  readonly range: Range;
  readonly sha256: string;
  /** What the verdict is about. */
  readonly path: string;
  /** The source's path that it is kept of. */
  readonly keptOf: RelativePath;
}

/** What is to be read back. */
function chosen(
  { deep, sample, place, archive: { sha256 } }: VerifyContext,
  wanted: readonly Wanted[],
): readonly Wanted[] {
  if (deep === true) return wanted;
  if (sample === undefined) return [];
  // By the path, which stays: were it by the bytes, a log that grows could for ever be where the window was yesterday.
  return wanted.filter(({ keptOf }) =>
    inSample(samplePosition(sha256.of(JSON.stringify([place.source, place.repo, keptOf]))), sample),
  );
}

/** A rewrite that a crash cut off: what was put aside lies at either place; the next backup goes on with it. */
function checkCutOff(
  { verdicts }: VerifyContext,
  record: LiveRecord,
  size: number | undefined,
  versions: ReadonlyMap<string, number>,
): void {
  const { aside } = record;
  if (aside === undefined || aside.lost) return;
  if (size !== aside.size && versions.get(aside.sha256) !== aside.size) verdicts.file(record.path, 'missing');
}

function waitsAtLive(known: KnownFiles, sha256: string): boolean {
  for (const { status, aside } of known.records.values())
    if (status === 'aside' && aside?.sha256 === sha256) return true;
  return false;
}

async function readBack(context: VerifyContext, wanted: readonly Wanted[]): Answer<void> {
  const { archive, verdicts } = context;
  const total = sizeOf(wanted);
  let done = 0;
  const judge = (index: number, sha256: string | null, error?: KeepError): void => {
    const one = wanted[index];
    if (one === undefined) return;
    verdicts.readBack(one.range.length);
    verdicts.read(one.range.length, total, ++done, wanted.length);
    if (sha256 === one.sha256) return;
    const gone = error?.kind === 'not-found';
    const unread = error !== undefined && !gone && error.kind !== 'short';
    const outcome = gone ? 'missing' : unread ? 'failed' : 'corrupt';
    verdicts.file(one.path, outcome, error && { error });
  };
  const ranges = wanted.map(({ range }) => range);
  await digestMany(
    archive.target,
    ranges,
    (index, digest) =>
      judge(index, digest.isOk() ? digest.value.sha256 : null, digest.isErr() ? digest.error : undefined),
    context,
  );
  return ok(undefined);
}

function sizeOf(wanted: readonly Wanted[]): number {
  return wanted.reduce((sum, { range }) => sum + range.length, 0);
}

function rangeOf(path: RelativePath, length: number): Range {
  return { path, offset: 0, length };
}
