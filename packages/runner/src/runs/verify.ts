import { keepError, keepFilter, type Answer, type KeepError } from '@sessionkeep/core';
import { listRepos, verifyRepo, type Archive, type VerifyReport } from '@sessionkeep/transfer';
import { err, ok, type Result } from 'neverthrow';
import type { Choice } from '../choice.js';
import type { ReadBack } from '../limits/read-back.js';
import type { Observer } from '../observer.js';
import { isOf } from '../pods/locate-pods.js';
import { selectPlaces } from '../select/select-places.js';
import { verified } from '../text/verified.js';
import type { Work } from '../work/choose-work.js';
import type { Engine } from '../work/engine.js';
import { findVerifyJobs, type VerifyJob, type VerifyJobs } from '../work/find-verify-jobs.js';
import { forEachTarget, type TargetWork } from '../work/for-each-target.js';
import { noArchive } from '../work/no-archive.js';
import { runPool } from '../work/run-pool.js';
import { RunTotals, type RunEnd } from '../work/run-totals.js';
import { TargetSample } from '../work/target-sample.js';
import { unnameable } from '../work/unnameable.js';
import { isInShard, type Shard } from './shard.js';

/** What a verification is done with. */
export interface Verification {
  readonly work: Work;
  readonly engine: Engine;
  readonly observer: Observer;
  /** What of the archives is meant. */
  readonly choice: Choice;
  /** Milliseconds since 1970: with nothing remembered, it says where a sample begins. */
  readonly now: number;
}

/** How a verification is done. */
export interface VerifyOptions {
  /** How much of the kept bytes is read back. */
  readonly readBack: ReadBack;
  /** Which repos are this run's; null for all. */
  readonly shard?: Shard | null;
}

/** What a verification came to. */
export interface VerifyEnd extends RunEnd {
  /** The reports of its repos. */
  readonly reports: readonly { readonly target: string; readonly report: VerifyReport }[];
  /** Of each target, the sample that was read. */
  readonly samples: readonly TargetSample[];
  /** Every repo was compared with its source. */
  readonly sourceRead: boolean;
}

/** Verifies everything that the work is about, target after target. What fails of it is in the answer; the rest goes on. */
export async function verify(given: Verification, options: VerifyOptions): Promise<VerifyEnd> {
  const { work, engine } = given;
  const run = new VerifyRun(given, options, new RunTotals({ several: work.targets.length > 1 }));
  const { totals } = run;
  for (const { name, error } of work.failed) totals.failSource(name, error);
  await forEachTarget(work, engine, () => ({ create: false }), {
    failed: (target, error) => totals.fail(target.name, error),
    sourceFailed: ({ name }, error) => totals.failSource(name, error),
    work: (target) => run.onTarget(target),
  });
  return { ...totals.end(), reports: run.reports, samples: run.samples, sourceRead: run.sourceRead };
}

class VerifyRun {
  readonly reports: { readonly target: string; readonly report: VerifyReport }[] = [];
  readonly samples: TargetSample[] = [];
  sourceRead = true;

  constructor(
    private readonly given: Verification,
    private readonly options: VerifyOptions,
    readonly totals: RunTotals,
  ) {}

  async onTarget(target: TargetWork): Answer<void> {
    const { engine, observer, now } = this.given;
    const { readBack, shard = null } = this.options;
    const { name } = target.target;
    const found = await this.jobs(target);
    if (found.isErr()) return err(found.error);
    const jobs = found.value.jobs.filter(
      ({ place }) => shard === null || isInShard(place, shard, engine.sha256),
    );
    // What belongs to no repo is told by one of the shards.
    if (shard === null || shard.index === 0) {
      for (const note of found.value.notes) observer.warn(note);
      for (const error of await unnameable(target.sources, this.totals)) this.totals.fail(name, error);
    }
    const sample =
      readBack.read === 'sample' ? await TargetSample.of(name, readBack, target.archive, now) : null;
    observer.expect(jobs.length);
    await runPool(jobs, engine.reposAtOnce, async (job) => {
      if (engine.signal.aborted) this.totals.leaveOut();
      else await this.onRepo(target, job, sample);
    });
    if (sample !== null) {
      this.samples.push(sample);
      await sample.remember();
    }
    return ok(undefined);
  }

  private async onRepo(
    { target: { name }, archive }: TargetWork,
    job: VerifyJob,
    sample: TargetSample | null,
  ): Promise<void> {
    const { engine, observer } = this.given;
    const { totals } = this;
    const report = await verifyRepo({
      ...job,
      archive,
      signal: engine.signal,
      deep: this.options.readBack.read === 'everything',
      ...(engine.lanes !== null && { lanes: engine.lanes }),
      ...(sample && { sample: sample.progress.window }),
      onEvent: observer.listener(name, totals.several),
    });
    this.sourceRead &&= report.sourceRead;
    this.reports.push({ target: name, report });
    sample?.add(report);
    const { divergent, missing, corrupt, failed, refused } = report.counts;
    totals.add(name, report, {
      bytes: report.bytesRead,
      damage: report.alarms.length > 0 || divergent + missing + corrupt > 0,
      partial: failed + refused > 0,
    });
    observer.repo(totals.repoLabel(name, report), verified(report), totals.repoFields(name, report));
  }

  private async jobs({ archive, sources }: TargetWork): Answer<VerifyJobs> {
    const { work, choice } = this.given;
    if (sources.length === 0) return someOf(await archiveJobs(archive, work, choice), archive);
    const found = await findVerifyJobs(archive, sources, ({ selected: { name } }, error) =>
      this.totals.failSource(name, error),
    );
    const away = found.isOk() && work.failed.length > 0 ? await awayJobs(archive, work, choice) : ok([]);
    if (away.isErr()) return err(away.error);
    return someOf(
      found.map(({ jobs, notes }) => ({ jobs: [...jobs, ...away.value], notes })),
      archive,
    );
  }
}

function someOf(found: Result<VerifyJobs, KeepError>, { target }: Archive): Result<VerifyJobs, KeepError> {
  return found.isErr() || found.value.jobs.length > 0 ? found : err(nothingKept(target.name));
}

/** What the archive has of sources that cannot be gone to now is verified by itself. */
async function awayJobs(
  archive: Archive,
  { failed, config }: Work,
  choice: Choice,
): Answer<readonly VerifyJob[]> {
  const places = await listRepos(archive);
  const chosen = places.map((all) => selectPlaces(all, choice, config).unwrapOr([]));
  return chosen.map((all) =>
    all
      .filter(({ source }) => failed.some((one) => isOf(one, source, config)))
      .map((place) => ({ place, source: null, repo: null, filter: keepFilter() })),
  );
}

/** With no source here: what the archive has, by itself. */
async function archiveJobs(archive: Archive, { config }: Work, choice: Choice): Answer<VerifyJobs> {
  if (archive.id === null) return err(noArchive(archive));
  const places = await listRepos(archive);
  return places
    .andThen((all) => selectPlaces(all, choice, config))
    .map((chosen) => ({
      jobs: chosen.map((place) => ({ place, source: null, repo: null, filter: keepFilter() })),
      notes: ['there are no sessions here to compare with: only the archive is verified'],
    }));
}

function nothingKept(name: string): KeepError {
  return keepError('not-found', 'verify', `nothing of what was chosen was kept in ${name} yet`, {
    hint: 'run `sessionkeep backup` first; `sessionkeep status` lists what the archive has',
  });
}
