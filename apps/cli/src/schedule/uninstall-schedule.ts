import { EXIT, type ExitCode } from '@sessionkeep/runner/program';
import type { Args } from '../args/args.js';
import type { Output } from '../output/output.js';
import { refuse } from '../work/finish.js';
import type { Scheduler } from './scheduler.js';

/** `sessionkeep schedule uninstall`: whatever the configuration says by now. */
export async function uninstallSchedule(args: Args, scheduler: Scheduler, output: Output): Promise<ExitCode> {
  const paths = scheduler.standing().files.map(({ path }) => path);
  const unloaded = await scheduler.unload();
  if (unloaded.isErr()) return refuse(args, output, [unloaded.error]);
  const files = unloaded.value ? paths : [];
  output.finish(
    {
      command: 'schedule',
      exitCode: EXIT.done,
      action: 'uninstall',
      scheduler: scheduler.name,
      files,
      warnings: [],
      alarms: [],
      errors: [],
    },
    unloaded.value
      ? files.map((path) => `removed: ${path}`)
      : [`nothing was installed for ${scheduler.name}`],
  );
  return EXIT.done;
}
