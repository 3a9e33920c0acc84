import type { Answer, Lease, LeaseHolder } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { RepoPaths } from '../archive/archive-paths.js';
import { targetFailure } from '../archive/target-failure.js';
import { LedgerWriter } from '../ledger/ledger-writer.js';
import type { BackupReport } from '../report.js';
import { execute } from './execute.js';
import { wantedBinding } from './load-known.js';
import { planContext, planRepo, type PlanContext, type PlanOptions } from './plan-repo.js';
import { prepare } from './prepare.js';
import { recordRun } from './record-run.js';
import type { Turns } from './turns.js';

export interface BackupOptions extends PlanOptions {
  /** Who runs this: written into the lease and the run's record. */
  readonly holder: LeaseHolder;
  /** The tool's version, for the run's record. */
  readonly version: string;
  /** Plan and say, and write nothing: {@link planRepo}. */
  readonly dryRun?: boolean;
  /** Bytes by which a ledger segment may outgrow its opening; 32 MiB. */
  readonly segmentBytes?: number;
  /** Ledger lines a group; 256. */
  readonly groupLines?: number;
  /** How many files at once; what the target's traits say. */
  readonly lanes?: number;
  /** Shared by repos that are backed up to one target at the same time; as many as there are lanes when not given. */
  readonly turns?: Turns;
}

/** The options, and what is derived from them once. */
export interface BackupContext extends BackupOptions, PlanContext {}

/**
 * Backs up one repo: lock, load the ledger, list the target, scan the source, plan, execute, record; in that order, so that another
 * writer's progress never looks like shrinkage. Never rejects: what went wrong is in the report.
 *
 * With `dryRun` nothing is written anywhere, and the report says what would have been done. With `saved` only what that plan
 * says is done, as it says; where it is `outdated` nothing is.
 *
 * @example
 * const report = await backupRepo({
 *   source,
 *   archive,
 *   place: { source: 'laptop', repo: 'shop' },
 *   repo: { name: 'shop', aliases: [], layout: 'flat', projects: ['-Users-anna-code-shop'] },
 *   filter: keepFilter(),
 *   origin: 'annas-laptop',
 *   holder: thisRun(),
 *   version: '1.0.0',
 *   onEvent: (event) => {
 *     if (event.type === 'file') console.log(event.outcome, printable(event.path));
 *   },
 * });
 * console.log(report.outcome, report.counts.copied, report.failure?.message ?? '');
 */
export async function backupRepo(options: BackupOptions): Promise<BackupReport> {
  if (options.dryRun === true) {
    const { plan: _, ...report } = await planRepo(options);
    return report;
  }
  const context: BackupContext = planContext(options);
  const { tally } = context;
  const done = await underLease(context);
  if (done.isErr()) {
    const ended = targetFailure(done.error, context.archive.target);
    tally.targetFailure ??= ended;
    tally.fail(ended ?? done.error);
  }
  return tally.report();
}

async function underLease(context: BackupContext): Answer<void> {
  const { archive, paths, holder } = context;
  const lease = await archive.target.lease(paths.lock, holder);
  if (lease.isErr()) return err(lease.error);
  context.tally.detail(`the lock is taken, for run ${holder.run}`);
  const done = await backup(context, lease.value);
  const released = await lease.value.release();
  if (done.isErr() && done.error.kind === 'foreign') await leaveNoTrace(context);
  return done.isErr() ? done : released;
}

/** A repo that was refused before anything of it was kept is none: its lock's folder would make it look like one. */
async function leaveNoTrace({ archive: { target }, paths }: BackupContext): Promise<void> {
  const inside = await target.list(paths.meta);
  if (inside.isErr() || inside.value.length !== 1) return;
  const removed = await target.remove(paths.lock);
  if (removed.isOk()) await target.remove(paths.meta).then(() => undefined);
}

async function backup(context: BackupContext, lease: Lease): Answer<void> {
  const { archive, paths, place } = context;
  // Nothing is written before it is sure that this version may write here.
  const prepared = await prepare(context, async () => {
    const emptied = await emptyTmp(context);
    return emptied.isErr() ? err(emptied.error) : archive.rules();
  });
  if (prepared.isErr()) return err(prepared.error);
  const { loaded, runs, rebound, remembered, plan, saved, sourcePath, keptAs } = prepared.value;
  const known = loaded.state.records.size.toString();
  context.tally.detail(`the ledger has ${known} files, and ${loaded.newest.toString()} segments`);
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
  await execute(context, { plan, writer, lease, saved, sourcePath, keptAs });
  return recordRun(context, { writer, lease, runs, remembered });
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
