import { extraOfRepo, keptAll, type Answer, type LedgerState, type RunRecord } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { repoPaths } from '../archive/archive-paths.js';
import type { Archive } from '../archive/open-archive.js';
import type { Place } from '../archive/place.js';
import { cutRunList, expectedHeads } from '../ledger/expected-heads.js';
import { listSegments, loadLedger } from '../ledger/load-ledger.js';
import { readRuns } from '../ledger/read-runs.js';
import { listTarget } from '../manifest/list-target.js';
import type { RepoStatus } from '../report.js';
import { unsavedOf, type AskedSource, type SourceAnswer } from './ask-source.js';

/**
 * What an archive says of one repo: how much it has, when it was written, and whether what the newest ledger segment says holds,
 * and reaches as far as this machine remembers.
 * With `asked` its source is looked at too, for what no backup has kept yet; that it cannot be read is an answer, no
 * error.
 *
 * @example
 * const status = await repoStatus(archive, place);
 * if (status.isOk()) console.log(status.value.files, status.value.lastSuccess ?? 'never');
 */
export async function repoStatus(archive: Archive, place: Place, asked?: AskedSource): Answer<RepoStatus> {
  const { target, sha256, memory } = archive;
  const paths = repoPaths(place);
  const remembered = await memory.head(archive.id ?? '', place);
  const runs = { last: null as RunRecord | null, success: null as RunRecord | null };
  const damaged = await readRuns({ target, paths, sha256 }, (run) => {
    runs.last = run;
    if (keptAll(run)) runs.success = run;
  });
  if (damaged.isErr()) return err(damaged.error);
  const reached = runs.last?.ledger ?? null;
  const expected = expectedHeads(reached, remembered);
  const loaded = await loadLedger({ target, paths, place, archive: archive.id ?? '', sha256, expected });
  if (loaded.isErr()) return err(loaded.error);
  const segments = await listSegments(target, paths);
  if (segments.isErr()) return err(segments.error);
  const versions = await listTarget(target, paths.versions);
  if (versions.isErr()) return err(versions.error);
  const { state, alarms } = loaded.value;
  const source = await askSource(asked, state, runs.success);
  if (source.isErr()) return err(source.error);
  return ok({
    ...place,
    ...summed(state, place),
    versions: versions.value.length,
    versionBytes: versions.value.reduce((sum, { size }) => sum + size, 0),
    lastRun: runs.last?.end ?? null,
    lastOutcome: runs.last?.outcome ?? null,
    lastSuccess: runs.success?.end ?? null,
    lastSuccessBegan: runs.success?.begin ?? null,
    clockOffsetMs: runs.last?.clockOffsetMs ?? null,
    segments: segments.value.length,
    damage: alarms[0] ?? damaged.value ?? cutRunList(reached, remembered),
    projects: state.binding?.projects ?? [],
    origin: state.binding?.origin ?? null,
    atSource: source.value,
  });
}

async function askSource(
  asked: AskedSource | undefined,
  { binding, records }: LedgerState,
  success: RunRecord | null,
): Answer<SourceAnswer> {
  if (asked === undefined) return ok({ asked: false, why: 'nobody' });
  const writtenFrom = binding?.origin ?? '';
  if (writtenFrom !== '' && writtenFrom !== asked.origin) return ok({ asked: false, why: 'elsewhere' });
  const found = await unsavedOf(asked, records, success === null ? null : Date.parse(success.begin));
  if (found.isOk()) return ok({ asked: true, ...found.value });
  if (found.error.kind === 'aborted') return err(found.error);
  return ok({ asked: false, why: 'failed', error: found.error });
}

function summed(
  { records }: LedgerState,
  { repo }: Place,
): Pick<RepoStatus, 'files' | 'gone' | 'bytes' | 'newestSession'> {
  const hasSessions = extraOfRepo(repo) === null;
  let [files, gone, bytes, newest] = [0, 0, 0, 0n];
  for (const record of records.values()) {
    if (record.status === 'pruned') continue;
    files++;
    bytes += record.size;
    if (record.gone) gone++;
    if (hasSessions && record.path.endsWith('.jsonl') && record.mtime > newest) newest = record.mtime;
  }
  return { files, gone, bytes, newestSession: newest === 0n ? null : isoOf(newest) };
}

/** A source's time may be any number: only what a calendar can say is shown. */
function isoOf(nanoseconds: bigint): string | null {
  const date = new Date(Number(nanoseconds / 1_000_000n));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
