import type { Answer, Lease, LedgerHead } from '@sessionkeep/core';
import { ok } from 'neverthrow';
import type { LedgerWriter } from '../ledger/ledger-writer.js';
import { appendRun, type RunLog } from '../ledger/run-log.js';
import type { BackupContext } from './backup-repo.js';

interface Ended {
  readonly writer: LedgerWriter;
  readonly lease: Lease;
  readonly runs: RunLog;
  /** What this machine remembered of the ledger when the run began. */
  readonly remembered: LedgerHead | null;
}

/** Writes the run's line, and remembers how far the ledger reaches. A run that lost its lease writes nothing more. */
export async function recordRun(
  context: BackupContext,
  { writer, lease, runs, remembered }: Ended,
): Answer<void> {
  const { archive, paths, holder, tally, place, repo, filter, origin, instance } = context;
  const { memory, sha256 } = archive;
  const reached = headOf(writer.reached);
  tally.ledger = reached;
  const recorded = await appendRun({ target: archive.target, paths, lease, sha256 }, runs, {
    run: holder.run,
    begin: context.began.toISOString(),
    end: new Date().toISOString(),
    version: context.version,
    origin,
    ...(instance !== undefined && { instance }),
    config: sha256.of(JSON.stringify({ repo, origin, filter: filter.rules })),
    host: holder.host,
    user: holder.user,
    outcome: tally.outcome,
    counts: tally.counts,
    bytesMoved: tally.bytesMoved,
    clockOffsetMs: Number(lease.clockOffset / 1_000_000n),
    ledger: reached,
  });
  if (recorded.isErr()) {
    // A full disk has been told of already: the run list then lacks a line, and the files are where they are.
    if (recorded.error.kind !== 'full') return recorded;
    if (tally.targetFailure === null)
      tally.incomplete(`the run could not be recorded: ${recorded.error.message}`);
    return ok(undefined);
  }
  // Also where nothing was written: a ledger that was rolled back is told of once, and then is what there is.
  if (archive.id !== null && remembered?.head !== reached.head)
    await memory.rememberHead(archive.id, place, reached);
  return ok(undefined);
}

function headOf({ segment, size, head }: LedgerHead): LedgerHead {
  return { segment, size, head };
}
