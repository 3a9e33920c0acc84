import { keepError, type KeepError } from '@sessionkeep/core';
import { isSameZone, launchdPlist, type Schedule } from '@sessionkeep/schedule';
import { err, ok, type Result } from 'neverthrow';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.js';
import { shellWord } from '../render/shell-word.js';
import { hasProgram, jobPath, type Host } from './host.js';
import type { PlannedSchedule } from './plan-schedule.js';
import { runTool } from './run-tool.js';
import type { Prepared, Scheduler, Standing } from './scheduler.js';
import { unattendedWarnings } from './unattended.js';
import { readUnit, removeUnits } from './unit-files.js';

/** Which kind of job launchd makes of it. */
export type LaunchdKind = 'agent' | 'daemon';

const LABEL = 'sessionkeep.backup';

/** Why a share takes a daemon. */
const LOCAL_NETWORK =
  'from macOS 15 on a LaunchAgent needs leave to reach the local network, for which macOS may never ask where no app stands behind it; a LaunchDaemon needs none';

const AS_ROOT =
  "it would run as root, on root's sessions: run this as the user whose sessions are to be kept";

/** launchd, of macOS. A job is an agent unless a share is spoken to, or another kind is asked for. */
export class Launchd implements Scheduler {
  readonly name = 'launchd';
  readonly #agentPath: string;
  readonly #daemonPath = `/Library/LaunchDaemons/${LABEL}.plist`;
  readonly #logFile: string;
  readonly #domain: string;

  constructor(
    private readonly host: Host,
    private readonly context: Context,
    private readonly wantedKind: LaunchdKind | null,
  ) {
    this.#agentPath = join(context.home, 'Library', 'LaunchAgents', `${LABEL}.plist`);
    this.#logFile = join(context.home, 'Library', 'Logs', 'sessionkeep', 'backup.log');
    this.#domain = `gui/${host.uid.toString()}`;
  }

  prepare({ schedule, program, locations }: PlannedSchedule): Result<Prepared, KeepError> {
    const goesToShare = locations.some(({ type }) => type === 'smb');
    const isDaemon = (this.wantedKind ?? (goesToShare ? 'daemon' : 'agent')) === 'daemon';
    const { isMac, uid, userName, zone } = this.host;
    // launchd sets neither for a daemon, and hardly any PATH.
    const environment = {
      ...(isDaemon && { HOME: this.context.home }),
      PATH: jobPath(this.host),
      ...program.environment,
    };
    return launchdPlist({
      label: LABEL,
      schedule,
      program: { ...program, environment },
      logFile: this.#logFile,
      userName: isDaemon ? userName : null,
      // Printed elsewhere, it is for a Mac of which nothing is known.
      machineZone: isMac ? zone : null,
    }).map(({ text, caveats }) => ({
      files: [{ path: isDaemon ? this.#daemonPath : this.#agentPath, text }],
      warnings: [
        ...caveats,
        ...(goesToShare && !isDaemon ? [LOCAL_NETWORK] : []),
        ...(isDaemon && uid === 0 ? [AS_ROOT] : []),
        ...unattendedWarnings(locations, this.name, this.host, { isDaemon }),
      ],
      notes: isDaemon && goesToShare ? [`A LaunchDaemon, which runs as you: ${LOCAL_NETWORK}.`] : [],
      steps: isDaemon ? this.#daemonSteps() : this.#agentSteps(),
      obstacle: isDaemon ? onlyByRoot(goesToShare) : otherZone(schedule, zone),
    }));
  }

  async load(): Promise<Result<readonly string[], KeepError>> {
    const folder = makeFolder(dirname(this.#logFile));
    if (folder.isErr()) return err(folder.error);
    const forgotten = await this.#forget();
    if (forgotten.isErr()) return err(forgotten.error);
    const service = `${this.#domain}/${LABEL}`;
    // A job that was switched off once stays so, whatever its file says.
    const loaded = this.#launchctl('enable', service).andThen(() =>
      this.#launchctl('bootstrap', this.#domain, this.#agentPath),
    );
    return loaded
      .map(() => [
        `log: ${this.#logFile}`,
        'launchd runs it while you are logged in; a run that was missed while the Mac slept is made up when it wakes',
      ])
      .mapErr((error) => ({
        ...error,
        hint: 'a LaunchAgent is loaded where you are logged in at the screen: not over SSH alone, nor by sudo',
      }));
  }

  async unload(): Promise<Result<boolean, KeepError>> {
    if (readUnit(this.#daemonPath) !== null) return err(daemonIsThere(this.#daemonPath));
    const forgotten = await this.#forget();
    if (forgotten.isErr()) return err(forgotten.error);
    return removeUnits([this.#agentPath]).map((removed) => removed || forgotten.value);
  }

  standing(): Standing {
    const files = [this.#agentPath, this.#daemonPath].flatMap((path) => {
      const text = readUnit(path);
      return text === null ? [] : [{ path, text }];
    });
    if (!hasProgram('launchctl', this.context)) return { files, active: null };
    return { files, active: [this.#domain, 'system'].some((domain) => this.#knows(domain)) };
  }

  /** True where launchd knew it. It forgets after it has answered. */
  async #forget(): Promise<Result<boolean, KeepError>> {
    if (!hasProgram('launchctl', this.context)) return err(noLaunchctl());
    if (!this.#knows(this.#domain)) return ok(false);
    const out = this.#launchctl('bootout', `${this.#domain}/${LABEL}`);
    for (let tries = 0; tries < 20 && this.#knows(this.#domain); tries++) await sleep(250);
    // What counts is whether it is gone.
    return out.isErr() && this.#knows(this.#domain) ? err(out.error) : ok(true);
  }

  #knows(domain: string): boolean {
    return this.#launchctl('print', `${domain}/${LABEL}`).isOk();
  }

  #launchctl(...args: readonly string[]): Result<string, KeepError> {
    return runTool('launchctl', args, this.context);
  }

  #agentSteps(): string[] {
    return [
      'To use it: `sessionkeep schedule install launchd`. Or save it as',
      `  ${this.#agentPath}`,
      'and have it loaded:',
      `  launchctl bootstrap ${this.#domain} ${shellWord(this.#agentPath)}`,
    ];
  }

  #daemonSteps(): string[] {
    const file = `${LABEL}.plist`;
    return [
      `To use it, save what is printed as ${file}, and run`,
      `  mkdir -p ${shellWord(dirname(this.#logFile))}`,
      `  sudo install -o root -g wheel -m 644 ${file} ${this.#daemonPath}`,
      `  sudo launchctl bootstrap system ${this.#daemonPath}`,
      'To end it:',
      `  sudo launchctl bootout system/${LABEL}`,
      `  sudo rm ${this.#daemonPath}`,
    ];
  }
}

/** launchd makes the log, and not its folder. */
function makeFolder(path: string): Result<void, KeepError> {
  try {
    mkdirSync(path, { recursive: true });
    return ok(undefined);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(
      keepError('denied', 'install schedule', `the folder of the log cannot be made: ${reason}`, { cause }),
    );
  }
}

function onlyByRoot(goesToShare: boolean): KeepError {
  const why = goesToShare ? `: ${LOCAL_NETWORK}` : '';
  const message = `it takes a LaunchDaemon, which only root installs${why}`;
  return keepError('unsupported', 'install schedule', message, {
    hint: '`sessionkeep schedule launchd` prints it, and says how; `--job agent` installs an agent all the same',
  });
}

/** It would run at other times than were asked for. */
function otherZone({ timeZone }: Schedule, zone: string): KeepError | null {
  if (timeZone === null || isSameZone(timeZone, zone)) return null;
  return keepError(
    'unsupported',
    'install schedule',
    `launchd knows no time zones: it goes by this machine's, ${zone}, and the schedule by ${timeZone}`,
    { hint: 'leave timeZone: out, and write the hours of this machine' },
  );
}

function noLaunchctl(): KeepError {
  return keepError(
    'unsupported',
    'install schedule',
    'there is no launchctl here: launchd is part of macOS',
    {
      hint: 'on Linux it is systemd: sessionkeep schedule install systemd',
    },
  );
}

function daemonIsThere(path: string): KeepError {
  return keepError('denied', 'remove schedule', `${path} is a LaunchDaemon, which only root removes`, {
    hint: `sudo launchctl bootout system/${LABEL}; sudo rm ${path}`,
    path,
  });
}
