import {
  POSIX_NAMES,
  type Answer,
  type KeepFilter,
  type Lease,
  type LeaseHolder,
  type Repo,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { repoPaths, type RepoPaths } from '../archive/archive-paths.js';
import type { Archive } from '../archive/open-archive.js';
import type { Listener, Place } from '../events.js';
import { LedgerWriter } from '../ledger/ledger-writer.js';
import type { BackupReport } from '../report.js';
import { execute } from './execute.js';
import { stepOf } from './make-plan.js';
import { prepare, wantedBinding } from './prepare.js';
import { recordRun } from './record-run.js';
import { Tally } from './tally.js';

export interface BackupOptions {
  readonly source: Transport;
  readonly archive: Archive;
  readonly place: Place;
  readonly repo: Repo;
  readonly filter: KeepFilter;
  /** What the source is: a machine and a root, a namespace and a workload. A ledger of another origin is refused. */
  readonly origin: string;
  /** Who runs this: written into the lease and the run's record. */
  readonly holder: LeaseHolder;
  /** The tool's version, for the run's record. */
  readonly version: string;
  /** Plan and say, and write nothing. */
  readonly dryRun?: boolean;
  /** Ask about every file, whatever its time says. */
  readonly checksum?: boolean;
  /** Bind the ledger to this origin and mapping if it belongs to another. */
  readonly rebind?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: Listener;
  /** Bytes by which a ledger segment may outgrow its opening; 32 MiB. */
  readonly segmentBytes?: number;
  /** Ledger lines a group; 256. */
  readonly groupLines?: number;
  /** How many files at once; what the target's traits say. */
  readonly lanes?: number;
}

/** The options, and what is derived from them once. */
export interface BackupContext extends BackupOptions {
  readonly paths: RepoPaths;
  readonly tally: Tally;
  readonly began: Date;
}

/**
 * Backs up one repo: lock, load the ledger, list the target, scan the source, plan, execute, record; in that order, so that another
 * writer's progress never looks like shrinkage. Never rejects: what went wrong is in the report.
 *
 * With `dryRun` nothing is written anywhere, and the report says what would have been done.
 */
export async function backupRepo(options: BackupOptions): Promise<BackupReport> {
  const tally = new Tally(options.place, options.onEvent ?? (() => undefined));
  const context: BackupContext = { ...options, paths: repoPaths(options.place), tally, began: new Date() };
  const done = await (options.dryRun === true ? dryRun(context) : underLease(context));
  if (done.isErr()) tally.fail(done.error);
  return tally.report();
}

async function underLease(context: BackupContext): Answer<void> {
  const { archive, paths, holder } = context;
  const lease = await archive.target.lease(paths.lock, holder);
  if (lease.isErr()) return err(lease.error);
  const done = await backup(context, lease.value);
  const released = await lease.value.release();
  return done.isErr() ? done : released;
}

async function backup(context: BackupContext, lease: Lease): Answer<void> {
  const { archive, paths, place } = context;
  // Nothing is written before it is sure that this version may write here.
  const prepared = await prepare(context, async () => {
    const emptied = await emptyTmp(context);
    return emptied.isErr() ? err(emptied.error) : archive.rules();
  });
  if (prepared.isErr()) return err(prepared.error);
  const { loaded, runs, rebound, plan, sourcePath } = prepared.value;
  const writer = new LedgerWriter(
    {
      target: archive.target,
      paths,
      place,
      archive: archive.id ?? '',
      lease,
      sha256: archive.sha256,
      run: context.holder.run,
      binding: wantedBinding(context),
      segmentBytes: context.segmentBytes ?? 32 * 1024 * 1024,
    },
    loaded.state,
    loaded,
  );
  if (loaded.broken !== null || rebound) {
    const line = { kind: 'rebound' as const, ...wantedBinding(context) };
    const opened = rebound ? await writer.append([line]) : await writer.ready();
    if (opened.isErr()) return opened;
  }
  await execute(context, { plan, writer, lease, sourcePath });
  return recordRun(context, { writer, lease, runs });
}

async function dryRun(context: BackupContext): Answer<void> {
  const { archive, paths, tally } = context;
  const prepared = await prepare(context, async () => {
    const rules = await archive.target.probe(paths.live, 'look');
    return ok(rules.unwrapOr(POSIX_NAMES));
  });
  if (prepared.isErr()) return err(prepared.error);
  const { steps, bytes, idle } = prepared.value.plan;
  tally.planned(steps.length, bytes, idle);
  for (const step of steps) tally.step(stepOf(step), ok(undefined));
  tally.moved(bytes);
  return ok(undefined);
}

/** What a crash left half-way is of no use to anybody: whoever holds the lease removes it. */
async function emptyTmp({ archive: { target }, paths }: BackupContext): Answer<void> {
  const entries = await target.list(paths.tmp);
  if (entries.isErr()) return entries.error.kind === 'not-found' ? ok(undefined) : err(entries.error);
  for (const { name } of entries.value) {
    const removed = await target.remove(`${paths.tmp}/${name}` as RepoPaths['tmp']);
    if (removed.isErr()) return removed;
  }
  return ok(undefined);
}
