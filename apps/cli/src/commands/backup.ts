import type { KeepError } from '@sessionkeep/core';
import {
  backupRepo,
  type BackupReport,
  type FileDone,
  type SavedPlan,
  type Turns,
} from '@sessionkeep/transfer';
import { err, ok } from 'neverthrow';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import type { Output } from '../output/output.js';
import type { OpenPlan } from '../plan-file/open-plan.js';
import { backedUp, backupFields, backupSentence, judgeBackup } from '../report/backed-up.js';
import { BACKUP_COLUMNS } from '../report/columns.js';
import { plural } from '../render/format.js';
import { dryRunList } from '../report/dry-run-list.js';
import type { ExitCode } from '../run/exit-code.js';
import { runPool } from '../run/run-pool.js';
import type { SelectedSource } from '../select/selected-source.js';
import { atOnceTo, type Engine } from '../work/engine.js';
import { findJobs, type Job } from '../work/find-jobs.js';
import { refuse } from '../work/finish.js';
import { forEachTarget, type TargetWork } from '../work/for-each-target.js';
import { RunTotals } from '../work/run-totals.js';
import { tellOfAbsent } from '../work/tell-of-absent.js';
import { waitForJitter } from '../work/wait-for-jitter.js';
import { unnameable } from '../work/unnameable.js';
import { withWork, type Begun } from '../work/with-work.js';

/** `sessionkeep backup`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  if (args.values.has('jitter')) {
    const output = openOutput(args, context);
    const waited = await waitForJitter(args, output, context);
    if (waited.isErr()) return refuse(args, output, [waited.error]);
  }
  return withWork(args, context, {}, async (begun) => {
    if (!args.values.has('plan')) return backup(begun, null, args, context);
    const { openPlan } = await import('../plan-file/open-plan.js');
    const plan = await openPlan(args, begun, context);
    if (plan.isErr()) return refuse(args, begun.output, plan.error);
    const code = await backup(begun, plan.value, args, context);
    await plan.value.close();
    return code;
  });
}

/** @param plan what is done, and nothing else; null for all that there is to do */
async function backup(
  { work, engine, output }: Begun,
  plan: OpenPlan | null,
  args: Args,
  context: Context,
): Promise<ExitCode> {
  const dryRun = args.flags.has('dry-run');
  const targets = plan?.targets ?? work.targets;
  const totals = new RunTotals({ command: 'backup', several: targets.length > 1, began: context.now() });
  let notBegun = 0;
  for (const { name, error } of work.failed) totals.failSource(name, error);
  const sourceFailed = ({ name }: SelectedSource, error: KeepError): void => totals.failSource(name, error);
  await forEachTarget(
    { ...work, targets },
    engine,
    (target) => ({
      create: !dryRun && plan?.makesArchive(target) !== false,
      rebind: args.flags.has('rebind'),
    }),
    {
      failed: (target, error) => totals.fail(target.name, error),
      sourceFailed,
      work: async (target) => {
        const found = await findJobs(target.sources, target.archive, ({ selected }, error) =>
          sourceFailed(selected, error),
        );
        if (found.isErr()) return err(found.error);
        if (plan === null) tellOfAbsent(target.sources, found.value, output);
        else
          for (const error of plan.missing(target.target, found.value))
            totals.fail(target.target.name, error);
        const jobs = plan?.jobs(target.target, found.value) ?? found.value;
        output.expect(jobs.length);
        const { name } = target.target;
        for (const error of await unnameable(target.sources, totals)) totals.fail(name, error);
        const left = { repos: 0, because: null as KeepError | null };
        const { repos, turns } = atOnceTo(target.archive.target, engine);
        await runPool(jobs, repos, async (job) => {
          if (engine.signal.aborted) {
            totals.leaveOut();
            return;
          }
          if (left.because !== null) {
            left.repos++;
            return;
          }
          const saved = plan === null ? ok(null) : await plan.saved(target.target, job.place);
          if (saved.isErr()) {
            totals.fail(name, saved.error);
            return;
          }
          const report = await backupOne(
            target,
            { ...job, turns },
            saved.value,
            engine,
            args,
            output,
            totals.several,
          );
          left.because ??= report.targetFailure;
          totals.add(name, report, judgeBackup(report));
          output.repo(
            totals.repoLabel(name, report),
            backedUp(report, dryRun),
            totals.repoFields(name, report),
          );
        });
        if (left.because !== null && left.repos > 0) {
          notBegun += left.repos;
          totals.leaveFor(left.because);
          output.warn(`${name}: ${plural(left.repos, 'more repo')} not begun, for the same reason`);
        }
        return ok(undefined);
      },
    },
  );
  const sums = backupFields(totals.sum(), context.now() - totals.began);
  return totals.finish(output, {
    fields: { dryRun, plan: args.values.get('plan') ?? null, ...sums, reposNotBegun: notBegun },
    columns: BACKUP_COLUMNS,
    bytesTitle: dryRun ? 'to move' : 'moved',
    screen: context.stderr,
    sentence: (code) => backupSentence(code, dryRun, plan !== null),
    now: context.now(),
  });
}

async function backupOne(
  { target, archive }: TargetWork,
  { place, repo, filter, source, turns }: Job & { turns: Turns },
  saved: SavedPlan | null,
  engine: Engine,
  args: Args,
  output: Output,
  several: boolean,
): Promise<BackupReport> {
  const dryRun = args.flags.has('dry-run');
  // In a pod each lane is a shell and a connection: no more than pay there, whatever the target has.
  const lanes = engine.lanes ?? (source.instance === null ? null : source.transport.traits.lanes);
  const tell = output.listener(target.name, several);
  const planned: FileDone[] = [];
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
    checksum: args.flags.has('checksum'),
    rebind: args.flags.has('rebind'),
    ...(saved && { saved }),
    onEvent: (event) => {
      if (dryRun && event.type === 'file') planned.push(event);
      tell(event);
    },
  });
  if (dryRun && report.failure === null)
    output.list(() => dryRunList(`${place.source}/${place.repo}`, planned));
  return report;
}
