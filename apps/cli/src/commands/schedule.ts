import { keepError, type KeepError } from '@sessionkeep/core';
import type { ExitCode } from '@sessionkeep/runner/program';
import { err, ok, type Result } from 'neverthrow';
import type { Args } from '../args/args.js';
import type { Context } from '../context.js';
import { openOutput } from '../output/open-output.js';
import { thisHost, type Host } from '../schedule/host.js';
import { installSchedule } from '../schedule/install-schedule.js';
import { Launchd, type LaunchdKind } from '../schedule/launchd.js';
import { printSchedule } from '../schedule/print-schedule.js';
import type { Scheduler } from '../schedule/scheduler.js';
import { showSchedule } from '../schedule/show-schedule.js';
import { Systemd } from '../schedule/systemd.js';
import { uninstallSchedule } from '../schedule/uninstall-schedule.js';
import { refuse } from '../work/finish.js';

/** `sessionkeep schedule launchd|systemd|cronjob|crontab`, which print, and `schedule install|uninstall|show`, which do. */
export async function run(args: Args, context: Context): Promise<ExitCode> {
  const output = openOutput(args, context);
  const host = thisHost();
  const chosen = chooseScheduler(args, host, context);
  if (chosen.isErr()) return refuse(args, output, [chosen.error]);
  const scheduler = chosen.value;
  const [action = ''] = args.operands;
  switch (action) {
    case 'install':
      return installSchedule(args, scheduler, host, output, context);
    case 'uninstall':
      return uninstallSchedule(args, scheduler, output);
    case 'show':
      return showSchedule(args, scheduler, host, output, context);
    default:
      return printSchedule(args, scheduler, host, output, context);
  }
}

/** The one that is named, first or second; else this system's own. */
function chooseScheduler(
  { operands, values }: Args,
  host: Host,
  context: Context,
): Result<Scheduler, KeepError> {
  const [action = '', named] = operands;
  const installs = ['install', 'uninstall', 'show'].includes(action);
  if (!installs && named !== undefined)
    return err(usage(`schedule ${action} does not know what to do with "${named}"`, 'give one of them'));
  const kind = values.get('job') ?? null;
  if (kind !== null && !isKind(kind))
    return err(usage(`--job is agent or daemon, not "${kind}"`, 'give one of them'));
  const name = installs ? (named ?? (host.isMac ? 'launchd' : 'systemd')) : action;
  return ok(name === 'launchd' ? new Launchd(host, context, kind) : new Systemd(host, context));
}

function isKind(text: string): text is LaunchdKind {
  return text === 'agent' || text === 'daemon';
}

function usage(message: string, hint: string): KeepError {
  return keepError('usage', 'read arguments', message, { hint });
}
