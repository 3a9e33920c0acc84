import { EXIT, type ExitCode } from '@sessionkeep/runner/program';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import type { Output } from '../output/output.js';
import { refuse } from '../work/finish.js';
import type { Host } from './host.js';
import { nextTimes, scheduleText } from './schedule-text.js';
import { planSchedule } from './plan-schedule.js';
import type { Scheduler } from './scheduler.js';
import { writeUnits } from './unit-files.js';

/** `sessionkeep schedule install`: once more changes nothing, or what the configuration has changed. */
export async function installSchedule(
  args: Args,
  scheduler: Scheduler,
  host: Host,
  output: Output,
  context: Context,
): Promise<ExitCode> {
  const planned = planSchedule(args, host, context);
  if (planned.isErr()) return refuse(args, output, planned.error);
  const { schedule } = planned.value;
  const prepared = scheduler.prepare(planned.value);
  if (prepared.isErr()) return refuse(args, output, [prepared.error]);
  const { files, warnings, obstacle } = prepared.value;
  if (obstacle !== null) return refuse(args, output, [obstacle]);
  const written = writeUnits(files, args.flags.has('overwrite'));
  if (written.isErr()) return refuse(args, output, [written.error]);
  const { change, undo } = written.value;
  const loaded = await scheduler.load(change === 'replaced');
  if (loaded.isErr()) {
    undo();
    return refuse(args, output, [loaded.error]);
  }
  for (const warning of warnings) output.warn(warning);
  const next = nextTimes(schedule, host, context);
  const paths = files.map(({ path }) => path);
  output.finish(
    {
      command: 'schedule',
      exitCode: EXIT.done,
      action: 'install',
      scheduler: scheduler.name,
      files: paths,
      change,
      schedule,
      next: next.map(({ iso }) => iso),
      warnings,
      alarms: [],
      errors: [],
    },
    [
      ...paths.map((path) => `${change === 'same' ? 'as it was' : 'written'}: ${path}`),
      `when: ${scheduleText(schedule)}, next ${next[0]?.local ?? 'never'}`,
      ...loaded.value,
    ],
  );
  return EXIT.done;
}
