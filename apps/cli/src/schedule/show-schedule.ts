import type { KeepError } from '@sessionkeep/core';
import { openConfig } from '@sessionkeep/runner';
import { EXIT, type ExitCode } from '@sessionkeep/runner/program';
import { ok, type Result } from 'neverthrow';
import type { Args } from '../args/args.js';
import { choiceOf } from '../args/choice-of.js';
import type { Context } from '../context.js';
import type { Output } from '../output/output.js';
import { refuse } from '../work/finish.js';
import type { Host } from './host.js';
import { configuredSchedule } from './configured-schedule.js';
import { planSchedule, type PlannedSchedule } from './plan-schedule.js';
import { nextTimes, scheduleText } from './schedule-text.js';
import type { Scheduler, Standing } from './scheduler.js';

/** `sessionkeep schedule show`: what the configuration says, what is installed, and whether they agree. */
export async function showSchedule(
  args: Args,
  scheduler: Scheduler,
  host: Host,
  output: Output,
  context: Context,
): Promise<ExitCode> {
  const planned = await plannedOrNone(args, host, context);
  if (planned.isErr()) return refuse(args, output, planned.error);
  const standing = scheduler.standing();
  const isCurrent = compare(planned.value, scheduler, standing);
  const schedule = planned.value?.schedule ?? null;
  const next = schedule === null ? [] : nextTimes(schedule, host, context);
  const { styles } = context.stdout;
  if (!args.flags.has('json')) {
    const rows = [
      ['configured', schedule === null ? 'no schedule' : scheduleText(schedule)],
      ...(next.length === 0 ? [] : [['next', next.map(({ local }) => local).join(', ')]]),
      [scheduler.name, stateText(standing, isCurrent)],
      ...standing.files.map(({ path }) => ['file', path]),
    ];
    for (const [name = '', text = ''] of rows)
      context.stdout.write(`${styles.dim(name.padEnd(10))}  ${text}\n`);
  }
  output.finish(
    {
      command: 'schedule',
      exitCode: EXIT.done,
      action: 'show',
      scheduler: scheduler.name,
      files: standing.files.map(({ path }) => path),
      active: standing.active,
      current: isCurrent,
      schedule,
      next: next.map(({ iso }) => iso),
      warnings: [],
      alarms: [],
      errors: [],
    },
    [],
  );
  return EXIT.done;
}

/** Null where there is no configuration, or it says no schedule; what is installed may be shown all the same. */
async function plannedOrNone(
  args: Args,
  host: Host,
  context: Context,
): Promise<Result<PlannedSchedule | null, readonly KeepError[]>> {
  const opened = await openConfig(choiceOf(args), context);
  if (opened.isOk() && (opened.value === null || configuredSchedule(opened.value).unwrapOr({}) === null))
    return ok(null);
  return planSchedule(args, host, context);
}

/** Whether what is installed is what the configuration says; null where one of them is not there. */
function compare(planned: PlannedSchedule | null, scheduler: Scheduler, { files }: Standing): boolean | null {
  if (planned === null || files.length === 0) return null;
  const wanted = scheduler.prepare(planned).map((prepared) => prepared.files);
  return wanted
    .map((all) =>
      all.every(({ path, text }) => files.some((file) => file.path === path && file.text === text)),
    )
    .unwrapOr(false);
}

function stateText({ files, active }: Standing, isCurrent: boolean | null): string {
  if (files.length === 0) return active === true ? 'running, though its files are gone' : 'not installed';
  const state =
    active === null
      ? 'installed, and not known whether it runs'
      : active
        ? 'installed'
        : 'installed, and not running';
  return isCurrent === false
    ? `${state}; not as the configuration says: sessionkeep schedule install`
    : state;
}
