import { keepError, keepFilter, type Answer, type KeepError } from '@sessionkeep/core';
import { listRepos, verifyRepo, type Archive, type VerifyReport } from '@sessionkeep/transfer';
import { err, ok, type Result } from 'neverthrow';
import type { Args } from '../args/args.js';
import { readBackOf, type ReadBack } from '../args/read-back.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import type { Output } from '../output/output.js';
import { VERIFY_COLUMNS } from '../report/columns.js';
import { verified, verifySentence } from '../report/verified.js';
import { isOf } from '../pods/locate-pods.js';
import type { ExitCode } from '../run/exit-code.js';
import { runPool } from '../run/run-pool.js';
import { selectPlaces } from '../select/select-places.js';
import type { Work } from '../work/choose-work.js';
import type { Engine } from '../work/engine.js';
import { findVerifyJobs, type VerifyJob, type VerifyJobs } from '../work/find-verify-jobs.js';
import { refuse } from '../work/finish.js';
import { forEachTarget, type TargetWork } from '../work/for-each-target.js';
import { noArchive } from '../work/no-archive.js';
import { RunTotals } from '../work/run-totals.js';
import { TargetSample } from '../work/target-sample.js';
import { unnameable } from '../work/unnameable.js';
import { withWork, type Begun } from '../work/with-work.js';

/** `sessionkeep verify`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const readBack = readBackOf(args);
  if (readBack.isErr()) return refuse(args, openOutput(args, context), [readBack.error]);
  return withWork(args, context, { archiveAlone: true }, (begun) =>
    verify(begun, readBack.value, args, context),
  );
}

async function verify(
  { work, engine, output }: Begun,
  readBack: ReadBack,
  args: Args,
  context: Context,
): Promise<ExitCode> {
  const totals = new RunTotals({ command: 'verify', several: work.targets.length > 1, began: context.now() });
  const samples: TargetSample[] = [];
  let sourceRead = true;
  for (const { name, error } of work.failed) totals.failSource(name, error);
  await forEachTarget(work, engine, () => ({ create: false }), {
    failed: (target, error) => totals.fail(target.name, error),
    sourceFailed: ({ name }, error) => totals.failSource(name, error),
    work: async (target) => {
      const found = await jobsFor(target, work, args, totals);
      if (found.isErr()) return err(found.error);
      for (const note of found.value.notes) output.warn(note);
      const { name } = target.target;
      for (const error of await unnameable(target.sources, totals)) totals.fail(name, error);
      const sample =
        readBack.read === 'sample'
          ? await TargetSample.of(name, readBack, target.archive, context.now())
          : null;
      output.expect(found.value.jobs.length);
      await runPool(found.value.jobs, engine.reposAtOnce, async (job) => {
        if (engine.signal.aborted) {
          totals.leaveOut();
          return;
        }
        const reading = { deep: readBack.read === 'everything', sample };
        const report = await verifyOne(target, job, engine, reading, output, totals.several);
        sourceRead &&= report.sourceRead;
        sample?.add(report);
        const { divergent, missing, corrupt, failed, refused } = report.counts;
        const damage = report.alarms.length > 0 || divergent + missing + corrupt > 0;
        totals.add(name, report, {
          bytes: report.bytesRead,
          damage,
          partial: failed + refused > 0,
        });
        output.repo(totals.repoLabel(name, report), verified(report), totals.repoFields(name, report));
      });
      if (sample !== null) {
        samples.push(sample);
        await sample.remember();
      }
      return ok(undefined);
    },
  });
  const { counts, bytes } = totals.sum();
  const files = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const verdicts = { ...NO_VERDICTS, ...counts };
  return totals.finish(output, {
    fields: {
      deep: readBack.read === 'everything',
      samples: samples.map(({ fields }) => fields),
      sourceRead,
      files,
      ...verdicts,
      bytesRead: bytes,
      durationMs: Math.round(context.now() - totals.began),
    },
    columns: VERIFY_COLUMNS,
    bytesTitle: 'read',
    screen: context.stderr,
    notes: samples.map((sample) => sample.sentence(totals.several)),
    sentence: (code) => verifySentence(code, readBack.read, sourceRead, counts),
    now: context.now(),
  });
}

const NO_VERDICTS = {
  matching: 0,
  grown: 0,
  changed: 0,
  new: 0,
  retained: 0,
  divergent: 0,
  missing: 0,
  corrupt: 0,
  refused: 0,
  failed: 0,
};

async function jobsFor(
  { archive, sources }: TargetWork,
  work: Work,
  args: Args,
  totals: RunTotals,
): Answer<VerifyJobs> {
  if (sources.length === 0) return someOf(await archiveJobs(archive, work, args), archive);
  const found = await findVerifyJobs(archive, sources, ({ selected: { name } }, error) =>
    totals.failSource(name, error),
  );
  const away = found.isOk() && work.failed.length > 0 ? await awayJobs(archive, work, args) : ok([]);
  if (away.isErr()) return err(away.error);
  return someOf(
    found.map(({ jobs, notes }) => ({ jobs: [...jobs, ...away.value], notes })),
    archive,
  );
}

function someOf(found: Result<VerifyJobs, KeepError>, { target }: Archive): Result<VerifyJobs, KeepError> {
  return found.isErr() || found.value.jobs.length > 0 ? found : err(nothingKept(target.name));
}

/** What the archive has of sources that cannot be gone to now is verified by itself. */
async function awayJobs(
  archive: Archive,
  { failed, config }: Work,
  args: Args,
): Answer<readonly VerifyJob[]> {
  const places = await listRepos(archive);
  const chosen = places.map((all) => selectPlaces(all, args, config).unwrapOr([]));
  return chosen.map((all) =>
    all
      .filter(({ source }) => failed.some((one) => isOf(one, source, config)))
      .map((place) => ({ place, source: null, repo: null, filter: keepFilter() })),
  );
}

/** With no source here: what the archive has, by itself. */
async function archiveJobs(archive: TargetWork['archive'], { config }: Work, args: Args): Answer<VerifyJobs> {
  if (archive.id === null) return err(noArchive(archive));
  const places = await listRepos(archive);
  return places
    .andThen((all) => selectPlaces(all, args, config))
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

function verifyOne(
  { target, archive }: TargetWork,
  job: VerifyJob,
  engine: Engine,
  { deep, sample }: { deep: boolean; sample: TargetSample | null },
  output: Output,
  several: boolean,
): Promise<VerifyReport> {
  return verifyRepo({
    ...job,
    archive,
    signal: engine.signal,
    deep,
    ...(engine.lanes !== null && { lanes: engine.lanes }),
    ...(sample && { sample: sample.progress.window }),
    onEvent: output.listener(target.name, several),
  });
}
