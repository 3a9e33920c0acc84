import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Machine } from './run-built.js';
import { writeSessions } from './sessions.js';

/**
 * A machine with sessions, a configuration, and stand-ins for the programs of launchd and systemd: they write down how they were called,
 * remember what is loaded, and start nothing. The real ones need somebody who is logged in.
 */
export class ScheduledMachine extends Machine {
  readonly bin = join(this.root, 'bin');
  readonly config = join(this.cwd, 'sessionkeep.yaml');
  readonly units = join(this.home, '.config', 'systemd', 'user');
  readonly agent = join(this.home, 'Library', 'LaunchAgents', 'sessionkeep.backup.plist');
  readonly #calls = join(this.root, 'calls');

  constructor(schedule = "schedule: '0 3 * * *'") {
    super();
    writeSessions(this.projects);
    this.configure(schedule);
    mkdirSync(this.bin);
    const loaded = join(this.root, 'loaded');
    this.#standIn('launchctl', [
      'case $1 in',
      `  print) [ "$2" = "gui/$(id -u)/sessionkeep.backup" ] && [ -e '${loaded}' ] ;;`,
      `  bootstrap) [ -e "$3" ] && touch '${loaded}' ;;`,
      `  bootout) rm '${loaded}' ;;`,
      'esac',
    ]);
    this.#standIn('systemctl', [
      'case $2 in',
      `  is-active) [ -e '${loaded}' ] ;;`,
      `  enable) [ -e '${this.units}/sessionkeep-backup.timer' ] && touch '${loaded}' ;;`,
      `  disable) rm -f '${loaded}' ;;`,
      'esac',
    ]);
    this.#standIn('loginctl', ['echo no']);
  }

  override get env(): NodeJS.ProcessEnv {
    return { ...super.env, PATH: `${this.bin}:${super.env['PATH'] ?? ''}` };
  }

  configure(schedule: string, target = '{ type: local, path: kept }'): void {
    writeFileSync(
      this.config,
      `sources:\n  mac: { type: local, path: ~/.claude/projects, repos: auto }\ntargets:\n  kept: ${target}\n${schedule}\n`,
    );
  }

  /** Lets a stand-in fail. */
  breakTool(name: string): void {
    this.#standIn(name, ['echo "no bus" >&2', 'exit 5']);
  }

  /** How they were called since this was asked last, without what only asks. */
  calls(): string[] {
    if (!existsSync(this.#calls)) return [];
    const lines = readFileSync(this.#calls, 'utf8').trimEnd().split('\n');
    writeFileSync(this.#calls, '');
    return lines.filter((line) => line !== '' && !/ print | is-active | show-user /.test(line));
  }

  #standIn(name: string, lines: readonly string[]): void {
    const text = ['#!/bin/sh', `echo "${name} $*" >> '${this.#calls}'`, ...lines, ''].join('\n');
    writeFileSync(join(this.bin, name), text, { mode: 0o755 });
  }
}
