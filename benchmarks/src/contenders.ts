import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './measure.js';

export type Scenario = 'first copy' | 'nothing changed' | '50 grown';

export const SCENARIOS: readonly Scenario[] = ['first copy', 'nothing changed', '50 grown'];

/** One way to copy a folder. */
export interface Contender {
  readonly name: string;
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
  else contenders.push({ name: RSYNC, command: (_, from, to) => rsyncCommand(from, to) });
  if (rsync !== null && !hasFsync(rsync)) missing.push(`rsync ${rsync} has no --fsync: it came with 3.2.4`);
  else if (rsync !== null) {
    contenders.push({ name: RSYNC_FSYNC, command: (_, from, to) => rsyncCommand(from, to, '--fsync') });
  }
  contenders.push({ name: 'cp -a', command: copyCommand });
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

/** Its configuration and memory lie in the scratch folder, so that nothing of the user's is read or written. */
function ours(cli: string, scratch: string): Contender {
  const env = {
    HOME: scratch,
    XDG_CONFIG_HOME: join(scratch, 'config'),
    XDG_STATE_HOME: join(scratch, 'state'),
  };
  return {
    name: OURS,
    command: (_, from, to) => ({
      program: cli,
      args: ['backup', '--from', from, '--to', to, '--source', 'bench', '--json'],
      env,
    }),
  };
}
