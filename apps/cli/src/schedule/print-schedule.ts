import { keepError, type KeepError } from '@sessionkeep/core';
import { EXIT, type ExitCode } from '@sessionkeep/runner/program';
import { cronJobYaml, crontabLine } from '@sessionkeep/schedule';
import { err, type Result } from 'neverthrow';
import { basename } from 'node:path';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import type { Output } from '../output/output.js';
import { refuse } from '../work/finish.js';
import type { Host } from './host.js';
import { planSchedule, type PlannedSchedule } from './plan-schedule.js';
import type { Scheduler } from './scheduler.js';
import { unattendedWarnings } from './unattended.js';

/** What is printed: for standard output, and what is said beside it. */
interface Printed {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
  readonly steps: readonly string[];
}

/** `sessionkeep schedule launchd|systemd|cronjob|crontab`. */
export function printSchedule(
  args: Args,
  scheduler: Scheduler,
  host: Host,
  output: Output,
  context: Context,
): ExitCode {
  const planned = planSchedule(args, host, context);
  if (planned.isErr()) return refuse(args, output, planned.error);
  const printed = render(args, planned.value, scheduler, host);
  if (printed.isErr()) return refuse(args, output, [printed.error]);
  const { files, warnings, notes, steps } = printed.value;
  if (!args.flags.has('json')) {
    // Several are told apart as `systemctl cat` does it.
    const text = files
      .map((file) => (files.length > 1 ? `# ${file.name}\n${file.text}` : file.text))
      .join('\n');
    context.stdout.write(text);
  }
  for (const warning of warnings) output.warn(warning);
  for (const note of notes) output.note(note);
  output.list(() => steps);
  const [format] = args.operands;
  output.finish(
    {
      command: 'schedule',
      exitCode: EXIT.done,
      action: 'print',
      scheduler: format,
      files,
      warnings,
      alarms: [],
      errors: [],
    },
    [],
  );
  return EXIT.done;
}

function render(
  args: Args,
  planned: PlannedSchedule,
  scheduler: Scheduler,
  host: Host,
): Result<Printed, KeepError> {
  switch (args.operands[0]) {
    case 'cronjob':
      return cronJob(args, planned);
    case 'crontab':
      return crontab(planned, host);
    default:
      return scheduler.prepare(planned).map(({ files, warnings, notes, steps }) => ({
        files: files.map(({ path, text }) => ({ name: basename(path), text })),
        warnings,
        notes,
        steps,
      }));
  }
}

const NAME = 'sessionkeep';
/** Where the CronJob's ConfigMap is in the container. */
const CONFIG_FOLDER = '/etc/sessionkeep';

function cronJob({ values }: Args, { schedule }: PlannedSchedule): Result<Printed, KeepError> {
  const image = values.get('image');
  if (image === undefined)
    return err(
      keepError('usage', 'read arguments', 'schedule cronjob needs --image IMAGE', {
        hint: 'name the image that holds sessionkeep-cronjob',
      }),
    );
  return cronJobYaml({
    name: NAME,
    namespace: null,
    schedule,
    image,
    args: ['--config', `${CONFIG_FOLDER}/sessionkeep.yaml`],
    jitterOption: '--jitter',
    serviceAccount: NAME,
    configMap: { name: NAME, mountPath: CONFIG_FOLDER },
    secret: NAME,
    // A mistake in the configuration stays one, and a second run that finds no damage any more would pass it over.
    finalExitCodes: [EXIT.usage, EXIT.damage],
  }).map(({ text, caveats }) => ({
    files: [{ name: 'cronjob.yaml', text }],
    warnings: caveats,
    notes: [
      `It runs as the ServiceAccount ${NAME}, with sessionkeep.yaml of the ConfigMap ${NAME}, and the keys of the Secret ${NAME}, if there is one, as variables.`,
    ],
    steps: [],
  }));
}

function crontab({ schedule, program, locations }: PlannedSchedule, host: Host): Result<Printed, KeepError> {
  return crontabLine({ schedule, program, logFile: null, machineZone: host.zone }).map(
    ({ text, caveats }) => ({
      files: [{ name: 'crontab', text }],
      warnings: [...caveats, ...unattendedWarnings(locations, 'cron', host)],
      notes: ['To use it, add it with `crontab -e`. What a run prints comes by mail, where there is any.'],
      steps: [],
    }),
  );
}
