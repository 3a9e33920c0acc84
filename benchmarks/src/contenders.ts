import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './measure.js';

export type Scenario = 'first copy' | 'nothing changed' | '50 grown';

export const SCENARIOS: readonly Scenario[] = ['first copy', 'nothing changed', '50 grown'];

/** One way to copy a folder. */
export interface Contender {
  readonly name: string;
  /** False for one whose target is no copy: compressed, cut into chunks. Its bytes cannot be counted. */
  readonly plain: boolean;
  command(scenario: Scenario, from: string, to: string): Command;
}

export const OURS = 'sessionkeep';
export const RSYNC = 'rsync -a';
export const RSYNC_FSYNC = 'rsync -a --fsync';

/** Those that can run here, and what is missing of the others. */
export function findContenders(
  root: string,
  scratch: string,
): { contenders: Contender[]; missing: string[] } {
  const missing: string[] = [];
  const contenders: Contender[] = [];
  const rsync = rsyncVersion();
  if (rsync === null) missing.push('rsync is not installed');
  else contenders.push({ name: RSYNC, plain: true, command: (_, from, to) => rsyncCommand(from, to) });
  if (rsync !== null && !hasFsync(rsync)) missing.push(`rsync ${rsync} has no --fsync: it came with 3.2.4`);
  else if (rsync !== null) {
    contenders.push({
      name: RSYNC_FSYNC,
      plain: true,
      command: (_, from, to) => rsyncCommand(from, to, '--fsync'),
    });
  }
  contenders.push({ name: 'cp -a', plain: true, command: copyCommand });
  if (isInstalled('rclone')) contenders.push({ name: 'rclone copy', plain: true, command: rcloneCommand });
  else missing.push('rclone is not installed');
  if (isInstalled('restic')) contenders.push(restic(scratch));
  else missing.push('restic is not installed');
  const cli = join(root, 'apps/cli/dist/main.js');
  if (existsSync(cli)) contenders.push(ours(cli, scratch));
  else missing.push('the CLI is not built');
  return { contenders, missing };
}

/** As `rsync --version` says it; null where there is none. */
export function rsyncVersion(): string | null {
  const { stdout } = spawnSync('rsync', ['--version'], { encoding: 'utf8' });
  return /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? null;
}

function hasFsync(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major * 10_000 + minor * 100 + patch >= 30_204;
}

function rsyncCommand(from: string, to: string, ...more: readonly string[]): Command {
  return { program: 'rsync', args: ['-a', ...more, `${from}/`, `${to}/`] };
}

/** Later copies take `-u` with them: nothing else of cp's leaves out what is there. */
function copyCommand(scenario: Scenario, from: string, to: string): Command {
  return { program: 'cp', args: [scenario === 'first copy' ? '-a' : '-au', `${from}/.`, to] };
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ['version'], { stdio: 'ignore' }).status === 0;
}

/** Without a configuration of its own; otherwise as it comes. */
function rcloneCommand(_: Scenario, from: string, to: string): Command {
  return { program: 'rclone', args: ['copy', '--config', '/dev/null', from, to] };
}

/** Its first copy makes the repository too; it always encrypts, so it is given a password. */
function restic(scratch: string): Contender {
  const env = { RESTIC_PASSWORD: 'bench', RESTIC_CACHE_DIR: join(scratch, 'restic-cache') };
  return {
    name: 'restic backup',
    plain: false,
    command: (scenario, from, to) => {
      const init = scenario === 'first copy' ? 'restic -q -r "$2" init && ' : '';
      return { program: 'sh', args: ['-c', `${init}restic -q -r "$2" backup "$1"`, 'sh', from, to], env };
    },
  };
}

/** Its configuration and memory lie in the scratch folder, so that nothing of the user's is read or written. */
function ours(cli: string, scratch: string): Contender {
  const env = {
    HOME: scratch,
    XDG_CONFIG_HOME: join(scratch, 'config'),
    XDG_STATE_HOME: join(scratch, 'state'),
  };
  return {
    name: OURS,
    plain: true,
    command: (_, from, to) => ({
      program: cli,
      args: ['backup', '--from', from, '--to', to, '--source', 'bench', '--json'],
      env,
    }),
  };
}
