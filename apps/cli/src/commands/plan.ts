import type { Answer, KeepError } from '@sessionkeep/core';
import {
  backedUp,
  backupFields,
  findJobs,
  forEachTarget,
  type Job,
  judgeBackup,
  RunTotals,
  type SelectedSource,
  type TargetWork,
  tellOfAbsent,
  unnameable,
  type WorkOptions,
} from '@sessionkeep/runner';
import { EXIT, type ExitCode } from '@sessionkeep/runner/program';
import { planRepo, type BackupReport, type RepoPlan } from '@sessionkeep/transfer';
import { err, ok } from 'neverthrow';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import { DataOutput } from '../output/data-output.js';
import { openPlanOut } from '../plan-file/open-plan-out.js';
import { planTarget } from '../plan-file/plan-target.js';
import type { PlanFileWriter } from '../plan-file/write-plan.js';
import { closeRun } from '../report/close-run.js';
import { BACKUP_COLUMNS } from '../report/columns.js';
import { listPlan, PLAN_COLUMNS } from '../report/list-plan.js';
import { nextLines, planSentence } from '../report/plan-sentence.js';
import { refuse } from '../work/finish.js';
import { withWork, type Begun } from '../work/with-work.js';

interface PlanDetail extends Pick<WorkOptions, 'passwords'> {
  /** How many files of each kind of step are listed; the others are counted. */
  readonly most?: number;
}

/** `sessionkeep plan`. */
export async function run(
  args: Args,
  context: Context,
  { most = Infinity, ...options }: PlanDetail = {},
): Promise<ExitCode> {
  return withWork(args, context, options, async (begun) => {
    const file = openPlanOut(args, begun.work, begun.engine, context);
    if (file.isErr()) return refuse(args, begun.output, [file.error]);
    const planning: Planning = {
      ...begun,
      file: file.value,
      args,
      context,
      data: openData(args, context),
      most,
      totals: new RunTotals({ several: begun.work.targets.length > 1 }),
      began: context.now(),
      parts: 0,
      isRead: true,
    };
    try {
      return await plan(planning);
    } finally {
      file.value?.discard();
    }
  });
}

interface Planning extends Begun {
  /** Where the plan is saved; null where it is only shown. */
  readonly file: PlanFileWriter | null;
  readonly args: Args;
  readonly context: Context;
  readonly data: DataOutput;
  readonly most: number;
  readonly totals: RunTotals;
  /** Milliseconds since 1970. */
  readonly began: number;
  /** Repos that were planned. */
  parts: number;
  /** Somebody still reads what is shown. */
  isRead: boolean;
}

function openData({ flags }: Args, { out, stdout }: Context): DataOutput {
  const width = stdout.isTTY ? { width: stdout.columns() } : {};
  return new DataOutput(out, { json: flags.has('json'), columns: PLAN_COLUMNS, ...width });
}

async function plan(planning: Planning): Promise<ExitCode> {
  const { work, engine, output, args, totals } = planning;
  for (const { name, error } of work.failed) totals.failSource(name, error);
  const sourceFailed = ({ name }: SelectedSource, error: KeepError): void => totals.failSource(name, error);
  await forEachTarget(work, engine, () => ({ create: false, rebind: args.flags.has('rebind') }), {
    failed: (target, error) => totals.fail(target.name, error),
    sourceFailed,
    work: async (target) => {
      const jobs = await findJobs(target.sources, target.archive, ({ selected }, error) =>
        sourceFailed(selected, error),
      );
      if (jobs.isErr()) return err(jobs.error);
      tellOfAbsent(target.sources, jobs.value, output);
      for (const error of await unnameable(target.sources, totals)) totals.fail(target.target.name, error);
      // One after another, so that a plan of the same things reads the same.
      for (const job of jobs.value) {
        if (engine.signal.aborted || !(planning.isRead || planning.file !== null)) break;
        const done = await planOne(planning, target, job);
        if (done.isErr()) return done;
      }
      return ok(undefined);
    },
  });
  return finish(planning);
}

async function planOne(planning: Planning, { target, archive }: TargetWork, job: Job): Answer<void> {
  const { engine, output, args, totals, work, file } = planning;
  const { source, place, repo, filter } = job;
  const tell = output.listener(target.name, totals.several);
  const { plan: made, ...report } = await planRepo({
    source: source.transport,
    origin: source.origin,
    ...(source.instance !== null && { instance: source.instance }),
    archive,
    place,
    repo,
    filter,
    checksum: args.flags.has('checksum'),
    rebind: args.flags.has('rebind'),
    signal: engine.signal,
    // Its steps are listed when all of them are known.
    onEvent: (event) => {
      if (event.type === 'notice') tell(event);
    },
  });
  totals.add(target.name, report, judgeBackup(report));
  if (made === null) return ok(undefined);
  if (file !== null) {
    const { basis, idle, steps } = made;
    const section = { kind: 'repo' as const, target: planTarget(target, work.config), ...basis, idle };
    const written = file.part(section, steps);
    if (written.isErr()) return written;
  }
  await show(planning, target, report, made);
  return ok(undefined);
}

async function show(
  planning: Planning,
  { name }: TargetWork['target'],
  report: BackupReport,
  { steps }: RepoPlan,
): Promise<void> {
  const { data, totals, context, most } = planning;
  const { source, repo } = report;
  if (planning.parts++ > 0) await data.line('');
  const place = { target: name, source, repo };
  const [label, sum] = [totals.repoLabel(name, report), backedUp(report, true)];
  await listPlan(data, { label, place, sum, steps, most }, context.stdout);
  planning.isRead = await data.object({ type: 'repo', ...totals.repoFields(name, report) });
}

async function finish({
  totals,
  began,
  file,
  parts,
  engine,
  args,
  context,
  data,
  output,
  most,
}: Planning): Promise<ExitCode> {
  const shown = args.values.get('out') ?? '';
  const publishes = file !== null && parts > 0 && !engine.signal.aborted;
  if (engine.signal.aborted) totals.leaveOut();
  const saved = publishes ? file.publish() : ok(null);
  if (saved.isErr()) totals.fail(shown, saved.error);
  await data.end();
  if (data.failure !== null) totals.fail(shown, data.failure);
  const out = publishes && saved.isOk() ? shown : null;
  const ms = context.now() - began;
  const { summary, lines } = closeRun(totals.end(), {
    command: 'plan',
    fields: { out, ...backupFields(totals.sum(), ms) },
    columns: BACKUP_COLUMNS,
    bytesTitle: 'to move',
    screen: context.stdout,
    sentence: planSentence,
    ms,
  });
  // Whoever asked for less than all of it says what comes next.
  const told = lines.length > 0 && summary.exitCode !== EXIT.interrupted && most === Infinity;
  const next = told ? nextLines(args, out) : [];
  for (const line of [...lines, ...next]) await data.line(line);
  const isRead = await data.end();
  if (!isRead && data.failure === null && file === null) return EXIT.done;
  output.finish(summary, []);
  return summary.exitCode;
}
