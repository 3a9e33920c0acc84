import {
  childPath,
  GENESIS,
  keepError,
  noCounts,
  type Answer,
  type Lease,
  type LeaseHolder,
  type LedgerHead,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { repoPaths } from '../archive/archive-paths.js';
import type { Archive } from '../archive/open-archive.js';
import type { Place } from '../archive/place.js';
import { cutRunList, expectedHeads } from '../ledger/expected-heads.js';
import { LedgerWriter } from '../ledger/ledger-writer.js';
import { loadLedger, MOVE_AWAY } from '../ledger/load-ledger.js';
import { readRuns } from '../ledger/read-runs.js';
import { appendRun, loadRunLog, NO_RUNS, type RunLog } from '../ledger/run-log.js';

/** What {@link repairRepo} is told. */
export interface RepairOptions {
  readonly archive: Archive;
  readonly place: Place;
  readonly holder: LeaseHolder;
  /** The tool's version, for the record of the repair. */
  readonly version: string;
}

/**
 * Sets a damaged ledger segment aside, as it is, and starts one that says so and goes on from the last valid line; a damaged run
 * list is put aside under another name. A ledger that was rolled back is gone on with as it is. The repair is recorded as
 * a run, so that what was found is told of no more. Answers with what was done, a sentence each; none when nothing was
 * wrong.
 *
 * @example
 * const done = await repairRepo({ archive, place, holder: thisRun(), version: '1.0.0' });
 * for (const sentence of done.unwrapOr([])) console.log(sentence);
 */
export async function repairRepo(options: RepairOptions): Answer<readonly string[]> {
  const { archive, place, holder } = options;
  const lease = await archive.target.lease(repoPaths(place).lock, holder);
  if (lease.isErr()) return err(lease.error);
  const repaired = await underLease(options, lease.value);
  const released = await lease.value.release();
  if (repaired.isErr()) return repaired;
  return released.isErr() ? err(released.error) : repaired;
}

async function underLease(options: RepairOptions, lease: Lease): Answer<readonly string[]> {
  const { archive, place, holder } = options;
  const { target, sha256, memory } = archive;
  const paths = repoPaths(place);
  const archiveId = archive.id ?? '';
  const began = new Date();
  const broken = await readRuns({ target, paths, sha256 }, () => undefined);
  if (broken.isErr()) return err(broken.error);
  const runs = broken.value === null ? await loadRunLog(target, paths, sha256) : ok(NO_RUNS);
  if (runs.isErr()) return err(runs.error);
  const remembered = await memory.head(archiveId, place);
  const expected = expectedHeads(runs.value.last?.ledger ?? null, remembered);
  const loaded = await loadLedger({ target, paths, place, archive: archiveId, sha256, expected });
  if (loaded.isErr()) return err(loaded.error);
  if (loaded.value.newest === 0) {
    const text = `source "${place.source}", repo "${place.repo}" has no ledger in ${target.name}`;
    return err(
      keepError('usage', 'repair', text, { hint: '`sessionkeep status` lists what the archive has' }),
    );
  }
  const said = [...loaded.value.alarms];
  const binding = loaded.value.state.binding ?? UNBOUND;
  const writer = new LedgerWriter(
    {
      target,
      paths,
      place,
      archive: archiveId,
      lease,
      sha256,
      run: holder.run,
      binding,
      segmentBytes: Infinity,
    },
    loaded.value.state,
    loaded.value,
  );
  const opened = await writer.ready();
  if (opened.isErr()) return err(opened.error);
  const cut = cutRunList(runs.value.last?.ledger ?? null, remembered);
  if (said.length > 0) {
    const how = loaded.value.broken === null ? 'from what is there' : 'in a new segment that says so';
    said.push(`the ledger goes on ${how}`);
  }
  if (broken.value !== null) {
    const aside = await target.rename(paths.runs, childPath(paths.meta, `runs.damaged-${holder.run}`));
    if (aside.isErr()) return err({ ...aside.error, hint: aside.error.hint ?? MOVE_AWAY });
    said.push(`${broken.value}; it was put aside and a new one is begun`);
  } else if (said.length === 0 && cut !== null) said.push(`${cut}; it goes on from what is there`);
  if (said.length === 0) return ok(said);
  const recorded = await record(options, lease, runs.value, writer.reached, began);
  if (recorded.isErr()) return err(recorded.error);
  const flushed = await target.flush([paths.meta]);
  return flushed.isErr() ? err(flushed.error) : ok(said);
}

/** From here on the ledger is awaited to reach as far as it does now, and no further. */
async function record(
  { archive, place, holder, version }: RepairOptions,
  lease: Lease,
  runs: RunLog,
  { segment, size, head }: LedgerHead,
  began: Date,
): Answer<void> {
  const { target, sha256, memory } = archive;
  const ledger = { segment, size, head };
  const appended = await appendRun({ target, paths: repoPaths(place), lease, sha256 }, runs, {
    run: holder.run,
    begin: began.toISOString(),
    end: new Date().toISOString(),
    version,
    origin: runs.last?.origin ?? '',
    config: GENESIS,
    host: holder.host,
    user: holder.user,
    outcome: 'damage',
    counts: noCounts(),
    bytesMoved: 0,
    clockOffsetMs: Number(lease.clockOffset / 1_000_000n),
    ledger,
  });
  if (appended.isOk() && archive.id !== null) await memory.rememberHead(archive.id, place, ledger);
  return appended;
}

/** When no header could be read nobody knows what the ledger belonged to: the next backup binds it. */
const UNBOUND = { origin: '', layout: 'flat' as const, projects: [] };
