import type { Answer, KeepError } from '@sessionkeep/core';
import {
  backupRepo,
  type BackupReport,
  type FileDone,
  type Place,
  type SavedPlan,
  type Turns,
} from '@sessionkeep/transfer';
import { err, ok } from 'neverthrow';
import type { Observer } from '../observer.js';
import type { SelectedSource } from '../select/selected-source.js';
import type { SelectedTarget } from '../select/select-targets.js';
import { backedUp, judgeBackup } from '../text/backed-up.js';
import { plural } from '../text/format.js';
import type { Work } from '../work/choose-work.js';
import { atOnceTo, type Engine } from '../work/engine.js';
import { findJobs, type Job } from '../work/find-jobs.js';
import { forEachTarget, type TargetWork } from '../work/for-each-target.js';
import { runPool } from '../work/run-pool.js';
import { RunTotals, type RunEnd } from '../work/run-totals.js';
import { tellOfAbsent } from '../work/tell-of-absent.js';
import { unnameable } from '../work/unnameable.js';
import { isInShard, type Shard } from './shard.js';

/** What a backup is done with. */
export interface Backup {
  readonly work: Pick<Work, 'sources' | 'failed' | 'targets'>;
  readonly engine: Engine;
  readonly observer: Observer;
}

/** How a backup is done. */
export interface BackupOptions {
  /** Find out what would be done, and write nothing. */
  readonly dryRun?: boolean;
  /** Compare every file by its bytes, not by size and time. */
  readonly checksum?: boolean;
  /** Go on with an archive that was written from elsewhere, and record that. */
  readonly rebind?: boolean;
  /** Which repos are this run's; null for all. */
  readonly shard?: Shard | null;
  /** What is done, and nothing else; null for all that there is to do. */
  readonly plan?: PlannedWork | null;
  /** Told what a dry run found of a repo, a file each that something would be done about. */
  readonly planned?: (place: Place, files: readonly FileDone[]) => void;
}

/** A saved plan, as far as a backup needs it. */
export interface PlannedWork {
  readonly targets: readonly SelectedTarget[];
  /** Whether an archive is made at a target where there is none. */
  makesArchive(target: SelectedTarget): boolean;
  /** Those jobs that it has a part for. */
  jobs(target: SelectedTarget, found: readonly Job[]): readonly Job[];
  /** Says of what it has a part for and no job was found for. */
  missing(target: SelectedTarget, found: readonly Job[]): readonly KeepError[];
  /** What it says of one repo. */
  saved(target: SelectedTarget, place: Place): Answer<SavedPlan | null>;
}

/** What a backup came to. */
export interface BackupEnd extends RunEnd {
  /** The reports of its repos. */
  readonly reports: readonly { readonly target: string; readonly report: BackupReport }[];
  /** Repos that were not begun, since their target took nothing more. */
  readonly reposNotBegun: number;
}

/**
 * Backs up everything that the work is about, target after target. What fails of it is in the answer; the rest goes on. Aborting the
 * engine's signal ends it: what was done until then is recorded.
 *
 * @example
 * const end = await backup({ work, engine, observer }, { dryRun: true });
 * console.log(EXIT_MEANINGS[end.exitCode], end.sum.bytes);
 */
export async function backup(given: Backup, options: BackupOptions = {}): Promise<BackupEnd> {
  const { work, engine } = given;
  const { plan = null, dryRun = false, rebind = false } = options;
  const targets = plan?.targets ?? work.targets;
  const run = new BackupRun(given, options, new RunTotals({ several: targets.length > 1 }));
  const { totals } = run;
  for (const { name, error } of work.failed) totals.failSource(name, error);
  await forEachTarget(
    { ...work, targets },
    engine,
    (target) => ({ create: !dryRun && plan?.makesArchive(target) !== false, rebind }),
    {
      failed: (target, error) => totals.fail(target.name, error),
      sourceFailed: run.sourceFailed,
      work: (target) => run.onTarget(target),
    },
  );
  return { ...totals.end(), reports: run.reports, reposNotBegun: run.reposNotBegun };
}

class BackupRun {
  readonly reports: { readonly target: string; readonly report: BackupReport }[] = [];
  reposNotBegun = 0;

  constructor(
    private readonly given: Backup,
    private readonly options: BackupOptions,
    readonly totals: RunTotals,
  ) {}

  readonly sourceFailed = ({ name }: SelectedSource, error: KeepError): void =>
    this.totals.failSource(name, error);

  async onTarget(target: TargetWork): Answer<void> {
    const { engine, observer } = this.given;
    const { name } = target.target;
    const jobs = await this.jobs(target);
    if (jobs.isErr()) return err(jobs.error);
    observer.expect(jobs.value.length);
    const left = { repos: 0, because: null as KeepError | null };
    const { repos, turns } = atOnceTo(target.archive.target, engine);
    await runPool(jobs.value, repos, async (job) => {
      if (engine.signal.aborted) this.totals.leaveOut();
      else if (left.because !== null) left.repos++;
      else {
        const failure = await this.onRepo(target, job, turns);
        left.because ??= failure;
      }
    });
    if (left.because !== null && left.repos > 0) {
      this.reposNotBegun += left.repos;
      this.totals.leaveFor(left.because);
      observer.warn(`${name}: ${plural(left.repos, 'more repo')} not begun, for the same reason`);
    }
    return ok(undefined);
  }

  /** The repos that are worked on. */
  private async jobs({ target, archive, sources }: TargetWork): Answer<readonly Job[]> {
    const { engine, observer } = this.given;
    const { plan = null, shard = null } = this.options;
    const found = await findJobs(sources, archive, ({ selected }, error) =>
      this.sourceFailed(selected, error),
    );
    if (found.isErr()) return err(found.error);
    if (plan !== null)
      for (const error of plan.missing(target, found.value)) this.totals.fail(target.name, error);
    // What belongs to no repo is told by one of the shards.
    if (shard === null || shard.index === 0) {
      if (plan === null) tellOfAbsent(sources, found.value, observer);
      for (const error of await unnameable(sources, this.totals)) this.totals.fail(target.name, error);
    }
    const jobs = plan?.jobs(target, found.value) ?? found.value;
    return ok(shard === null ? jobs : jobs.filter(({ place }) => isInShard(place, shard, engine.sha256)));
  }

  /** Answers with why the target takes nothing more, if so it is. */
  private async onRepo(target: TargetWork, job: Job, turns: Turns): Promise<KeepError | null> {
    const { plan = null, dryRun = false } = this.options;
    const { name } = target.target;
    const saved = plan === null ? ok(null) : await plan.saved(target.target, job.place);
    if (saved.isErr()) {
      this.totals.fail(name, saved.error);
      return null;
    }
    const report = await this.backupRepo(target, { ...job, turns }, saved.value);
    const { totals } = this;
    this.reports.push({ target: name, report });
    totals.add(name, report, judgeBackup(report));
    const fields = totals.repoFields(name, report);
    this.given.observer.repo(totals.repoLabel(name, report), backedUp(report, dryRun), fields);
    return report.targetFailure;
  }

  private async backupRepo(
    { target, archive }: TargetWork,
    { place, repo, filter, source, turns }: Job & { turns: Turns },
    saved: SavedPlan | null,
  ): Promise<BackupReport> {
    const { engine, observer } = this.given;
    const { dryRun = false, checksum = false, rebind = false, planned } = this.options;
    // In a pod each lane is a shell and a connection: no more than pay there, whatever the target has.
    const lanes = engine.lanes ?? (source.instance === null ? null : source.transport.traits.lanes);
    const tell = observer.listener(target.name, this.totals.several);
    const files: FileDone[] = [];
    const report = await backupRepo({
      source: source.transport,
      origin: source.origin,
      ...(source.instance !== null && { instance: source.instance }),
      archive,
      place,
      repo,
      filter,
      holder: engine.holder,
      version: engine.version,
      signal: engine.signal,
      ...(lanes !== null && { lanes }),
      turns,
      dryRun,
      checksum,
      rebind,
      ...(saved && { saved }),
      onEvent: (event) => {
        if (dryRun && planned !== undefined && event.type === 'file') files.push(event);
        tell(event);
      },
    });
    if (dryRun && report.failure === null) planned?.(place, files);
    return report;
  }
}
