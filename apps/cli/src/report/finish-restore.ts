import { printable } from '@sessionkeep/core';
import { EXIT, exitCode, type ExitCode, wrap } from '@sessionkeep/runner/program';
import type { RestoreReport } from '@sessionkeep/transfer';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import type { Output } from '../output/output.js';
import { closingLines } from './closing-lines.js';
import { RESTORE_COLUMNS } from './columns.js';
import { countTable } from './count-table.js';
import type { RestoredSessions } from './resume-lines.js';

/** Closes a restore: what went where, what its times mean, and how to resume a session. */
export function finishRestore(
  report: RestoreReport,
  sessions: RestoredSessions,
  { into, at }: { readonly into: string; readonly at: string | null },
  args: Args,
  output: Output,
  context: Context,
  began: number,
): ExitCode {
  const { counts, stopped, bytesMoved, alarms, failure, interrupted } = report;
  const damage = alarms.length > 0 || counts.corrupt + counts.lost > 0;
  const code = exitCode([{ failure, interrupted, damage, partial: counts.failed + counts.refused > 0 }]);
  const durationMs = Math.round(context.now() - began);
  const dryRun = args.flags.has('dry-run');
  const files = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const row = {
    label: at === null ? 'all' : `all, as of ${at}`,
    counts: { ...counts, stopped },
    bytes: bytesMoved,
  };
  const table = countTable(RESTORE_COLUMNS, [row], 'written', context.stderr);
  const note = dryRun ? '' : timeNote(args, counts.restored);
  const lines = [
    '',
    ...table,
    '',
    ...closingLines(code, restoreSentence(code, dryRun, into), durationMs, context.stderr),
    ...(note === '' ? [] : wrap(note, context.stderr.columns())),
    ...(dryRun ? [] : sessions.resumeLines(into, context)),
  ];
  output.finish(
    {
      command: 'restore',
      exitCode: code,
      dryRun,
      into,
      at,
      files,
      ...counts,
      stopped,
      bytesMoved,
      durationMs,
      alarms,
      errors: failure === null ? [] : [failure],
    },
    failure === null || files > 0 ? lines : [],
  );
  return code;
}

function restoreSentence(code: ExitCode, dryRun: boolean, into: string): string {
  if (dryRun) return 'Nothing was written: this was a dry run.';
  const where = printable(into);
  if (code === EXIT.done) return `The files are in ${where}.`;
  if (code === EXIT.interrupted) return `Interrupted: what was restored is whole, in ${where}.`;
  return code === EXIT.damage
    ? `Damage was found: see above. What was restored is whole, in ${where}.`
    : `Not all of it was restored: see above. What was is whole, in ${where}.`;
}

function timeNote({ flags }: Args, restored: number): string {
  if (restored === 0) return '';
  return flags.has('keep-mtime')
    ? 'Their times are the old ones. Claude Code deletes sessions whose time is older than its cleanupPeriodDays (30) when it starts next: raise that first, or restore without --keep-mtime.'
    : 'Their times are now, not the old ones: Claude Code deletes sessions whose time is older than its cleanupPeriodDays (30). --keep-mtime brings the old times back.';
}
