import { keepError, type KeepError } from '@sessionkeep/core';
import { systemdUnits } from '@sessionkeep/schedule';
import { err, ok, type Result } from 'neverthrow';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { hasProgram, type Host } from './host.js';
import type { PlannedSchedule } from './plan-schedule.js';
import { runTool } from './run-tool.js';
import type { Prepared, Scheduler, Standing } from './scheduler.js';
import { unattendedWarnings } from './unattended.js';
import { readUnit, removeUnits } from './unit-files.js';

const NAME = 'sessionkeep-backup';
const TIMER = `${NAME}.timer`;

/** systemd, by units of the user's own. */
export class Systemd implements Scheduler {
  readonly name = 'systemd';
  readonly #folder: string;

  constructor(
    private readonly host: Host,
    private readonly context: Context,
  ) {
    const configured = context.env['XDG_CONFIG_HOME'] ?? '';
    this.#folder = join(configured === '' ? join(context.home, '.config') : configured, 'systemd', 'user');
  }

  prepare({ schedule, program, locations }: PlannedSchedule): Result<Prepared, KeepError> {
    const [service, timer] = this.#paths();
    return systemdUnits({
      name: NAME,
      description: "Keep Claude Code's sessions (sessionkeep backup)",
      schedule,
      program,
      userName: null,
    }).map((units) => ({
      files: [
        { path: service, text: units.service },
        { path: timer, text: units.timer },
      ],
      warnings: unattendedWarnings(locations, this.name, this.host),
      steps: [
        'To use them: `sessionkeep schedule install systemd`. Or save them as',
        `  ${service}`,
        `  ${timer}`,
        'and have them loaded:',
        `  systemctl --user daemon-reload && systemctl --user enable --now ${TIMER}`,
      ],
      notes: [],
      obstacle: null,
    }));
  }

  async load(isOther: boolean): Promise<Result<readonly string[], KeepError>> {
    if (!hasProgram('systemctl', this.context)) return err(noSystemctl());
    const done = this.#systemctl('daemon-reload')
      .andThen(() => this.#systemctl('enable', '--now', TIMER))
      // One that was running already goes on by its old times.
      .andThen(() => (isOther ? this.#systemctl('restart', TIMER) : ok('')));
    return done.map(() => [`log: journalctl --user -u ${NAME}`, ...this.#lingering()]).mapErr(withHint);
  }

  async unload(): Promise<Result<boolean, KeepError>> {
    const hasTimer = this.#paths().some((path) => path.endsWith('.timer') && readUnit(path) !== null);
    if (!hasTimer) return removeUnits(this.#paths());
    if (!hasProgram('systemctl', this.context)) return err(noSystemctl());
    return this.#systemctl('disable', '--now', TIMER)
      .andThen(() => removeUnits(this.#paths()))
      .andThen((removed) => this.#systemctl('daemon-reload').map(() => removed))
      .mapErr(withHint);
  }

  standing(): Standing {
    const files = this.#paths().flatMap((path) => {
      const text = readUnit(path);
      return text === null ? [] : [{ path, text }];
    });
    if (!hasProgram('systemctl', this.context)) return { files, active: null };
    return { files, active: this.#systemctl('is-active', '--quiet', TIMER).isOk() };
  }

  #paths(): [service: string, timer: string] {
    return [join(this.#folder, `${NAME}.service`), join(this.#folder, TIMER)];
  }

  #lingering(): string[] {
    const said = runTool(
      'loginctl',
      ['show-user', this.host.userName, '--property=Linger', '--value'],
      this.context,
    );
    if (said.map((text) => text.trim() === 'yes').unwrapOr(false)) return [];
    return [
      'it runs while you are logged in; `loginctl enable-linger` lets it run always. A run that was missed is made up',
    ];
  }

  #systemctl(...args: readonly string[]): Result<string, KeepError> {
    return runTool('systemctl', ['--user', ...args], this.context);
  }
}

function withHint(error: KeepError): KeepError {
  return {
    ...error,
    hint: 'your own systemd runs while you are logged in; not under su or sudo, nor in a container',
  };
}

function noSystemctl(): KeepError {
  return keepError(
    'unsupported',
    'install schedule',
    'there is no systemctl here: this system has no systemd',
    {
      hint: '`sessionkeep schedule crontab` prints a line for cron; on a Mac it is launchd',
    },
  );
}
