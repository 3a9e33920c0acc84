import {
  childPath,
  keepError,
  type Answer,
  type Lease,
  type LeaseHolder,
  type Sha256,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { repoPaths } from '../archive/archive-paths.js';
import type { Archive } from '../archive/open-archive.js';
import type { Place } from '../events.js';
import { LedgerWriter } from '../ledger/ledger-writer.js';
import { loadLedger } from '../ledger/load-ledger.js';
import { readRuns } from '../ledger/read-runs.js';

export interface RepairOptions {
  readonly archive: Archive;
  readonly place: Place;
  readonly holder: LeaseHolder;
  readonly sha256: Sha256;
}

/**
 * Sets a damaged ledger segment aside, as it is, and starts one that says so and goes on from the last valid line; a damaged run
 * list is put aside under another name. Answers with what was done, a sentence each; none when nothing was wrong.
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

async function underLease(
  { archive, place, holder, sha256 }: RepairOptions,
  lease: Lease,
): Answer<readonly string[]> {
  const { target } = archive;
  const paths = repoPaths(place);
  const archiveId = archive.id ?? '';
  const loaded = await loadLedger({ target, paths, place, archive: archiveId, sha256, expected: [] });
  if (loaded.isErr()) return err(loaded.error);
  if (loaded.value.newest === 0) {
    const text = `source "${place.source}", repo "${place.repo}" has no ledger in ${target.name}`;
    return err(keepError('usage', 'repair', text, { hint: 'sessionkeep status lists what the archive has' }));
  }
  const said = [...loaded.value.alarms];
  const binding = loaded.value.state.binding ?? UNBOUND;
  const options = {
    target,
    paths,
    place,
    archive: archiveId,
    lease,
    sha256,
    run: holder.run,
    binding,
    segmentBytes: Infinity,
  };
  const writer = new LedgerWriter(options, loaded.value.state, loaded.value);
  const opened = await writer.ready();
  if (opened.isErr()) return err(opened.error);
  const runs = await readRuns({ target, paths, sha256 }, () => undefined);
  if (runs.isErr()) return err(runs.error);
  if (runs.value !== null) {
    const aside = await target.rename(paths.runs, childPath(paths.meta, `runs.damaged-${holder.run}`));
    if (aside.isErr()) return err(aside.error);
    said.push(`${runs.value}; it was put aside and the next run begins a new one`);
  }
  const flushed = await target.flush([paths.meta]);
  return flushed.isErr() ? err(flushed.error) : ok(said);
}

/** When no header could be read nobody knows what the ledger belonged to: the next backup binds it. */
const UNBOUND = { origin: '', layout: 'flat' as const, projects: [] };
