import {
  inSample,
  joinPath,
  type Answer,
  type KeepError,
  type LiveRecord,
  type RelativePath,
  samplePosition,
  type TargetEntry,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { VerifyOutcome } from '../events.js';
import { digestMany } from '../io/digest-many.js';
import { listTarget } from '../manifest/list-target.js';
import type { KnownFiles, VerifyContext } from './verify-repo.js';

/** Holds the archive against its ledger: every live file and every version by size; by their bytes those asked for. */
export async function checkArchive(context: VerifyContext, known: KnownFiles): Answer<void> {
  const wanted = await checkSizes(context, known);
  if (wanted.isErr()) return err(wanted.error);
  const { files, bytes, chosen } = wanted.value;
  context.verdicts.kept(files, bytes);
  await readBack(context, chosen);
  return ok(undefined);
}

/** Nearly every file is there, and as long as it must be: such a one is settled while the archive is listed, and its entry let go. */
async function checkSizes(context: VerifyContext, known: KnownFiles): Answer<WantedBytes> {
  const { archive, paths, signal, verdicts } = context;
  const wanted = new WantedBytes(context);
  const settled = new Set<LiveRecord>();
  const isWhole = (record: LiveRecord, found: number): boolean => {
    const { path, stored = path, size, sha256 } = record;
    if (found < size) return false;
    wanted.add({ folder: paths.live, stored, size, sha256, path, keptOf: path });
    return true;
  };
  const skip = ({ path, size }: TargetEntry): boolean => {
    const record = known.records.get(path);
    const isSettled = record?.status === 'live' && record.stored === undefined && isWhole(record, size);
    if (isSettled) settled.add(record);
    return isSettled;
  };
  const live = await listTarget(archive.target, paths.live, { signal, skip });
  if (live.isErr()) return err(live.error);
  const versions = await listTarget(archive.target, paths.versions, { signal });
  if (versions.isErr()) return err(versions.error);
  const there = sizesOf(live.value);
  const sizes = sizesOf(versions.value);
  for (const record of known.records.values()) {
    if (record.status === 'pruned' || settled.has(record)) continue;
    const found = there.get(record.stored ?? record.path);
    if (record.status === 'aside') checkCutOff(context, record, found, sizes);
    else if (found === undefined) verdicts.file(record.path, 'missing');
    else if (!isWhole(record, found)) verdicts.file(record.path, 'corrupt');
  }
  for (const { path: keptOf, sha256, size } of known.asides.values()) {
    const found = sizes.get(sha256);
    const stillLive = found === undefined && waitsAtLive(known, sha256);
    if (stillLive) continue;
    const path = `versions/${sha256}`;
    if (found !== size) verdicts.file(path, found === undefined ? 'missing' : 'corrupt');
    else wanted.add({ folder: paths.versions, stored: sha256 as RelativePath, size, sha256, path, keptOf });
  }
  return ok(wanted);
}

function sizesOf(entries: readonly TargetEntry[]): ReadonlyMap<string, number> {
  return new Map(entries.map(({ path, size }) => [path, size]));
}

interface Wanted {
  readonly folder: RelativePath;
  readonly stored: RelativePath;
  readonly size: number;
  readonly sha256: string;
  /** What the verdict is about. */
  readonly path: string;
  /** The source's path that it is kept of. */
  readonly keptOf: RelativePath;
}

/** Counts what there is to read back, and holds what is to be read now. */
class WantedBytes {
  files = 0;
  bytes = 0;
  readonly chosen: Wanted[] = [];

  constructor(private readonly context: VerifyContext) {}

  add(one: Wanted): void {
    this.files++;
    this.bytes += one.size;
    if (this.isChosen(one)) this.chosen.push(one);
  }

  private isChosen({ keptOf }: Wanted): boolean {
    const { deep, sample, place, archive } = this.context;
    if (deep === true) return true;
    if (sample === undefined) return false;
    // By the path, which stays: were it by the bytes, a log that grows could for ever be where the window was yesterday.
    const text = JSON.stringify([place.source, place.repo, keptOf]);
    return inSample(samplePosition(archive.sha256.of(text)), sample);
  }
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

async function readBack(context: VerifyContext, wanted: readonly Wanted[]): Promise<void> {
  const { archive, verdicts } = context;
  const total = wanted.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  await digestMany(
    archive.target,
    wanted,
    ({ folder, stored, size }) => ({ path: joinPath(folder, stored), offset: 0, length: size }),
    ({ path, size, sha256 }, digest) => {
      verdicts.readBack(size);
      verdicts.read(size, total, ++done, wanted.length);
      if (digest.isErr()) verdicts.file(path, outcomeOf(digest.error), { error: digest.error });
      else if (digest.value.sha256 !== sha256) verdicts.file(path, 'corrupt');
    },
    context,
  );
}

function outcomeOf({ kind }: KeepError): VerifyOutcome {
  if (kind === 'not-found') return 'missing';
  return kind === 'short' ? 'corrupt' : 'failed';
}
