import { backupRepo, type BackupReport, type TransferEvent } from '@sessionkeep/transfer';
import { noCounts } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import { BACKUP_COLUMNS } from '../output/columns.js';
import type { Output } from '../output/output.js';
import { plannedList } from '../output/planned-list.js';
import type { ExitCode } from '../run/exit-code.js';
import { runPool } from '../run/run-pool.js';
import type { Engine } from '../work/engine.js';
import { absentExtras } from '../work/absent-extras.js';
import { findJobs, type Job } from '../work/find-jobs.js';
import { forEachTarget, type TargetWork } from '../work/for-each-target.js';
import { RunTotals } from '../work/run-totals.js';
import { withWork, type Begun } from '../work/with-work.js';
import { backedUp, backupSentence } from './backed-up.js';

/** `sessionkeep backup`. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  return withWork(args, context, {}, (begun) => backup(begun, args, context));
}

async function backup({ work, engine, output }: Begun, args: Args, context: Context): Promise<ExitCode> {
  const dryRun = args.flags.has('dry-run');
  const totals = new RunTotals({ command: 'backup', several: work.targets.length > 1, began: context.now() });
  await forEachTarget(
    work,
    engine,
    { create: !dryRun, rebind: args.flags.has('rebind') },
    {
      failed: (target, error) => totals.fail(target.name, error),
      work: async (target) => {
        const jobs = await findJobs(target.sources, target.archive);
        if (jobs.isErr()) return err(jobs.error);
        const absent = absentExtras(target.sources, jobs.value);
        for (const note of absent) output.note(note);
        if (jobs.value.length === 0 && absent.length === 0)
          output.note(`there are no project folders in ${work.sources.map(({ path }) => path).join(', ')}`);
        await runPool(jobs.value, engine.reposAtOnce, async (job) => {
          if (engine.signal.aborted) {
            totals.leaveOut();
            return;
          }
          const report = await backupOne(target, job, engine, args, output, totals.several);
          const { name } = target.target;
          totals.add(name, report, {
            bytes: report.bytesMoved,
            damage: report.alarms.length > 0 || report.counts.damaged > 0,
            partial: report.outcome === 'partial',
          });
          output.repo(
            totals.repoLine(name, report, backedUp(report, dryRun)),
            totals.repoFields(name, report),
          );
        });
        return ok(undefined);
      },
    },
  );
  const { counts, bytes } = totals.sum();
  return totals.finish(output, {
    fields: {
      dryRun,
      ...noCounts(),
      ...counts,
      bytesMoved: bytes,
      durationMs: Math.round(context.now() - totals.began),
    },
    columns: BACKUP_COLUMNS,
    bytesTitle: dryRun ? 'to move' : 'moved',
    screen: context.stderr,
    sentence: (code) => backupSentence(code, dryRun),
    now: context.now(),
  });
}

async function backupOne(
  { target, archive }: TargetWork,
  { place, repo, filter, source }: Job,
  engine: Engine,
  args: Args,
  output: Output,
  several: boolean,
): Promise<BackupReport> {
  const dryRun = args.flags.has('dry-run');
  const tell = output.listener(several ? target.name : null);
  const planned: Extract<TransferEvent, { type: 'file' }>[] = [];
  const report = await backupRepo({
    source: source.transport,
    origin: source.origin,
    archive,
    place,
    repo,
    filter,
    holder: engine.holder,
    version: engine.version,
    signal: engine.signal,
    ...(engine.lanes !== null && { lanes: engine.lanes }),
    dryRun,
    checksum: args.flags.has('checksum'),
    rebind: args.flags.has('rebind'),
    onEvent: (event) => {
      if (dryRun && event.type === 'file') planned.push(event);
      tell(event);
    },
  });
  if (dryRun && report.failure === null)
    output.list(() => plannedList(`${place.source}/${place.repo}`, planned));
  return report;
}
