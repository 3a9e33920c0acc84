import {
  bindingOf,
  keepError,
  matchBinding,
  planSteps,
  POSIX_NAMES,
  printable,
  sortByPath,
  type Answer,
  type KeepError,
  type KeepFilter,
  type Lease,
  type LeaseHolder,
  type NameRules,
  type PlanInput,
  type Policy,
  type Repo,
  type Sha256,
  type Transport,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import type { Archive } from '../archive/open-archive.js';
import { repoPaths, type RepoPaths } from '../archive/archive-paths.js';
import type { Listener, Place } from '../events.js';
import { LedgerWriter } from '../ledger/ledger-writer.js';
import { loadLedger, type LoadedLedger } from '../ledger/load-ledger.js';
import { loadRunLog, type RunLog } from '../ledger/run-log.js';
import { listTarget } from '../manifest/list-target.js';
import { scanSource, type ScannedSource } from '../manifest/scan-source.js';
import type { Memory } from '../memory/memory.js';
import type { BackupReport } from '../report.js';
import { execute } from './execute.js';
import { makePlan, type MadePlan } from './make-plan.js';
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
  readonly memory: Memory;
  readonly sha256: Sha256;
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
  const { archive, paths, place, tally } = context;
  const prepared = await prepare(context);
  if (prepared.isErr()) return err(prepared.error);
  // Only now is it sure that this version may write here.
  const emptied = await emptyTmp(context);
  if (emptied.isErr()) return emptied;
  const rules = await archive.rules();
  if (rules.isErr()) return err(rules.error);
  const { loaded, runs, rebound, scanned } = prepared.value;
  const planned = await planRepo(context, prepared.value, rules.value);
  if (planned.isErr()) return err(planned.error);
  const writer = new LedgerWriter(
    {
      target: archive.target,
      paths,
      place,
      archive: archive.id ?? '',
      lease,
      sha256: context.sha256,
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
  await execute(context, { plan: planned.value, writer, lease, scanned });
  return recordRun(context, { writer, lease, runs });
}

/** What a plan is made from, less what only a lease allows. */
interface Prepared {
  readonly loaded: LoadedLedger;
  readonly runs: RunLog;
  /** The ledger is bound to something else, and may be bound anew. */
  readonly rebound: boolean;
  readonly input: Omit<PlanInput, 'rules' | 'policy'>;
  readonly scanned: ScannedSource;
}

async function prepare(context: BackupContext): Answer<Prepared> {
  const { archive, paths, place, memory, tally, signal, sha256 } = context;
  const { target } = archive;
  const runs = await loadRunLog(target, paths, sha256);
  if (runs.isErr()) return err(runs.error);
  if (runs.value.damage !== null) tally.alarm(`runs.log is damaged at its end: ${runs.value.damage}`);
  const remembered = await memory.head(archive.id ?? '', place);
  const expected = [
    ...(runs.value.last ? [{ head: runs.value.last.ledger, by: 'the last run recorded' }] : []),
    ...(remembered ? [{ head: remembered, by: 'this machine wrote' }] : []),
  ];
  const ledger = { target, paths, place, archive: archive.id ?? '', sha256, expected, ...(signal && { signal }) };
  const loaded = await loadLedger(ledger);
  if (loaded.isErr()) return err(loaded.error);
  const rebound = bind(context, loaded.value);
  if (rebound.isErr()) return err(rebound.error);
  for (const alarm of loaded.value.alarms) tally.alarm(alarm);
  const entries = await listTarget(target, paths.live, signal);
  if (entries.isErr()) return err(entries.error);
  const scanned = await scanSource(context);
  if (scanned.isErr()) return err(scanned.error);
  const missing = missingFolders(context, loaded.value, scanned.value);
  if (missing !== null) return err(missing);
  const records = sortByPath([...loaded.value.state.records.values()]);
  return ok({
    loaded: loaded.value,
    runs: runs.value,
    rebound: rebound.value,
    scanned: scanned.value,
    input: { source: scanned.value, records, target: entries.value },
  });
}

function planRepo(context: BackupContext, { input, scanned }: Prepared, rules: NameRules): Answer<MadePlan> {
  const policy: Policy = {
    checksum: context.checksum ?? false,
    now: BigInt(context.began.getTime()) * 1_000_000n + 999_999n,
    timeStep: rules.timeStep,
  };
  return makePlan(context, planSteps({ ...input, rules, policy }), policy, scanned);
}

async function dryRun(context: BackupContext): Answer<void> {
  const rules = await context.archive.target.probe(context.paths.live, 'look');
  const prepared = await prepare(context);
  if (prepared.isErr()) return err(prepared.error);
  const planned = await planRepo(context, prepared.value, rules.unwrapOr(POSIX_NAMES));
  if (planned.isErr()) return err(planned.error);
  const { steps, bytes, idle } = planned.value;
  context.tally.planned(steps.length, bytes, idle);
  for (const step of steps) context.tally.step(step, ok(undefined));
  context.tally.moved(bytes);
  return ok(undefined);
}

function wantedBinding({ repo, origin }: BackupContext): ReturnType<typeof bindingOf> {
  return bindingOf(repo, origin);
}

/** Whether the ledger must be bound anew: an error unless that was asked for, or cannot mix anything. */
function bind(context: BackupContext, { state }: LoadedLedger): Result<boolean, KeepError> {
  if (state.binding === null) return ok(false);
  const match = matchBinding(state.binding, wantedBinding(context));
  if (match.match === 'same') return ok(false);
  if (match.match === 'extended' || context.rebind === true) return ok(true);
  const { source, repo } = context.place;
  const text = `source "${source}", repo "${repo}" in ${context.archive.target.name} belongs to something else: ${printable(match.difference)}`;
  const hint = 'give this source another name (--source NAME), or pass --rebind if it really is the same one';
  return err(keepError('foreign', 'backup', text, { hint }));
}

/** A folder that was never kept is a mistake in the configuration; one that was kept before may be unmounted. */
function missingFolders(context: BackupContext, { state }: LoadedLedger, { missing }: ScannedSource): KeepError | null {
  if (missing.length === 0) return null;
  const { tally, source, place } = context;
  const names = missing.map(printable).join(', ');
  if (state.records.size === 0) {
    const hint = 'correct the name under repos: in the configuration';
    return keepError('usage', 'backup', `repo "${place.repo}" names the project folder ${names}, which ${source.name} does not have`, { hint });
  }
  tally.incomplete(`the project folder ${names} is not at ${source.name} any more; what was kept of it stays`);
  return null;
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
