import { keepError, type Answer, type LedgerState, type RunRecord } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { repoPaths } from '../archive/archive-paths.js';
import type { Archive } from '../archive/open-archive.js';
import type { Place } from '../events.js';
import { listSegments, loadLedger } from '../ledger/load-ledger.js';
import { readRuns } from '../ledger/read-runs.js';
import { listTarget } from '../manifest/list-target.js';
import type { RepoStatus } from '../report.js';

/** What an archive says of one repo, without asking its source. */
export async function repoStatus(archive: Archive, place: Place): Answer<RepoStatus> {
  const { target, sha256 } = archive;
  const paths = repoPaths(place);
  const runs = { last: null as RunRecord | null, success: null as string | null };
  const damaged = await readRuns({ target, paths, sha256 }, (run) => {
    runs.last = run;
    if (run.outcome === 'done') runs.success = run.end;
  });
  if (damaged.isErr()) return err(damaged.error);
  const expected = runs.last === null ? [] : [{ head: runs.last.ledger, by: 'the last run recorded' }];
  const loaded = await loadLedger({ target, paths, place, archive: archive.id ?? '', sha256, expected });
  if (loaded.isErr()) return err(loaded.error);
  const segments = await listSegments(target, paths);
  if (segments.isErr()) return err(segments.error);
  const versions = await listTarget(target, paths.versions);
  if (versions.isErr()) return err(versions.error);
  const { state, alarms } = loaded.value;
  return ok({
    ...place,
    ...summed(state),
    versions: versions.value.length,
    versionBytes: versions.value.reduce((sum, { size }) => sum + size, 0),
    lastRun: runs.last?.end ?? null,
    lastOutcome: runs.last?.outcome ?? null,
    lastSuccess: runs.success,
    segments: segments.value.length,
    damage: alarms[0] ?? damaged.value,
    projects: state.binding?.projects ?? [],
    origin: state.binding?.origin ?? null,
  });
}

function summed({ records }: LedgerState): Pick<RepoStatus, 'files' | 'gone' | 'bytes' | 'newestSession'> {
  let [files, gone, bytes, newest] = [0, 0, 0, 0n];
  for (const record of records.values()) {
    if (record.status === 'pruned') continue;
    files++;
    bytes += record.size;
    if (record.gone) gone++;
    if (record.path.endsWith('.jsonl') && record.mtime > newest) newest = record.mtime;
  }
  return { files, gone, bytes, newestSession: newest === 0n ? null : isoOf(newest) };
}

/** A source's time may be any number: only what a calendar can say is shown. */
function isoOf(nanoseconds: bigint): string | null {
  const date = new Date(Number(nanoseconds / 1_000_000n));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Ends whoever's lease there is on a repo, and says whose it was; null when there was none. */
export async function breakLock(archive: Archive, place: Place): ReturnType<Archive['target']['breakLease']> {
  const known = await archive.target.stat(repoPaths(place).meta);
  if (known.isOk()) return archive.target.breakLease(repoPaths(place).lock);
  if (known.error.kind !== 'not-found') return err(known.error);
  const text = `source "${place.source}", repo "${place.repo}" is not in ${archive.target.name}`;
  return err(keepError('usage', 'unlock', text, { hint: 'sessionkeep status lists what the archive has' }));
}
