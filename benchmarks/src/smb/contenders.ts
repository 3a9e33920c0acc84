import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../measure.js';
import { SHARE, type Address } from './places.js';
import type { Mode, TaskName } from './tasks.js';
import type { WorkerOrder } from './worker.js';

export const OURS = 'sessionkeep';
export const SMBCLIENT = 'smbclient';
export const RCLONE = 'rclone';

/** One thing to do, and with what. */
export interface Job {
  readonly task: TaskName;
  readonly address: Address;
  /** A file or folder of this machine: what is sent, or where what is fetched goes. */
  readonly local: string;
  /** The contender's folder on the share. */
  readonly folder: string;
  /** A file in that folder, for tasks on one. */
  readonly file: string;
}

export interface Contender {
  readonly name: string;
  /** Null for what it cannot do. */
  command(job: Job): Command | null;
  /** Whether the command tells its seconds itself, in `report` of the scratch folder. */
  readonly tellsSeconds: (task: TaskName) => boolean;
}

const BACKUP: readonly TaskName[] = ['first copy', 'nothing changed', '50 grown'];

/** Those that can run here, and what is missing of the others. */
export function findContenders(options: OursOptions): { contenders: Contender[]; missing: string[] } {
  const missing: string[] = [];
  const contenders = [ours(options)];
  if (runs('smbclient', '--version')) contenders.push(smbclient());
  else missing.push('smbclient is not installed: there is nothing to compare with');
  if (runs('rclone', 'version')) contenders.push(rclone());
  else missing.push('rclone is not installed');
  return { contenders, missing };
}

function runs(program: string, argument: string): boolean {
  return spawnSync(program, [argument], { stdio: 'ignore' }).status === 0;
}

/** The version that a program says it has. */
export function versionOf(program: string, argument: string): string {
  const { stdout } = spawnSync(program, [argument], { encoding: 'utf8' });
  return /\d+\.\d+\S*/.exec(stdout)?.[0] ?? '';
}

const PROTECTION: Readonly<Record<Mode, string>> = { unsigned: 'off', signed: 'sign', encrypted: 'encrypt' };

/** It keeps no state: to copy again what is there is all it can do, and that is not measured. */
function smbclient(): Contender {
  const told = ({ task, local, folder, file }: Job): string | null => {
    switch (task) {
      case 'sign in':
        return 'exit';
      case 'put 256 MiB':
        return `put ${local} ${folder}/${file}`;
      case 'get 256 MiB':
        return `get ${folder}/${file} ${local}`;
      case 'nothing changed':
      case '50 grown':
        return null;
      default:
        return `lcd ${local}; cd ${folder}; prompt off; recurse on; mput *`;
    }
  };
  return {
    name: SMBCLIENT,
    tellsSeconds: () => false,
    command: (job) => {
      const { mode, host, port, authFile } = job.address;
      const text = told(job);
      if (text === null) return null;
      const protection = `--client-protection=${PROTECTION[mode]}`;
      const args = [`//${host}/${SHARE}`, '-p', String(port), '-A', authFile, protection, '-c', text];
      return { program: 'smbclient', args };
    },
  };
}

/** It signs and encrypts when the server demands it, as far as it can. */
function rclone(): Contender {
  return {
    name: RCLONE,
    tellsSeconds: () => false,
    command: ({ task, address, local, folder, file }) => {
      const { host, port, user, password } = address;
      const env = {
        RCLONE_SMB_HOST: host,
        RCLONE_SMB_PORT: String(port),
        RCLONE_SMB_USER: user,
        RCLONE_SMB_PASS: obscured(password),
      };
      const remote = `:smb:${SHARE}/${folder}`;
      const copied: Partial<Record<TaskName, readonly string[]>> = {
        'sign in': ['lsf', '--max-depth', '1', remote],
        'put 256 MiB': ['copyto', local, `${remote}/${file}`],
        'get 256 MiB': ['copyto', `${remote}/${file}`, local],
      };
      const args = copied[task] ?? ['copy', local, remote];
      // One try: what fails is a failure, and no slower success.
      return { program: 'rclone', args: [...args, '--config', '/dev/null', '--retries', '1'], env };
    },
  };
}

function obscured(password: string): string {
  return spawnSync('rclone', ['obscure', '-'], { input: password, encoding: 'utf8' }).stdout.trim();
}

export interface OursOptions {
  /** The built CLI. */
  readonly cli: string;
  /** The built benchmark, which has the worker. */
  readonly self: string;
  readonly scratch: string;
  /** Where Node's CPU profiles go; null for none. */
  readonly profiles: string | null;
}

/** Where the worker writes how long it took. */
export function reportIn(scratch: string): string {
  return join(scratch, 'worker.json');
}

/** The package in a process of its own for tasks on files, whose start is not counted; the CLI from its start for backups. */
function ours({ cli, self, scratch, profiles }: OursOptions): Contender {
  const profiling = profiles === null ? [] : ['--cpu-prof', '--cpu-prof-dir', profiles];
  return {
    name: OURS,
    tellsSeconds: (task) => !BACKUP.includes(task),
    command: (job) => {
      const { task, address, local, folder, file } = job;
      if (BACKUP.includes(task)) return backupCommand(job, { cli, scratch, profiling });
      const { mode, host, port, user, password } = address;
      const path = `${folder}/${file}`;
      const order: WorkerOrder = { task, mode, host, port, user, share: SHARE, local, folder, path };
      const args = [...profiling, self, '--smb-worker', JSON.stringify(order), reportIn(scratch)];
      return { program: process.execPath, args, env: { SESSIONKEEP_SMB_PASSWORD: password } };
    },
  };
}

interface BackupPlace {
  readonly cli: string;
  readonly scratch: string;
  readonly profiling: readonly string[];
}

/** Its configuration and memory lie in the scratch folder, so that nothing of the user's is read or written. */
function backupCommand(
  { task, address, local, folder }: Job,
  { cli, scratch, profiling }: BackupPlace,
): Command {
  const { mode, host, port, user, password } = address;
  const config = join(scratch, 'sessionkeep.yaml');
  const state = join(scratch, 'state');
  // What it remembers of the archive that lay there in the last round would stop it.
  if (task === 'first copy') rmSync(state, { recursive: true, force: true });
  writeFileSync(config, configText(mode, `smb://${user}@${host}:${String(port)}/${SHARE}/${folder}`, local));
  const env = {
    HOME: scratch,
    XDG_CONFIG_HOME: join(scratch, 'config'),
    XDG_STATE_HOME: state,
    SESSIONKEEP_SMB_PASSWORD: password,
  };
  const args = ['backup', '--config', config, '--json'];
  return profiling.length === 0
    ? { program: cli, args, env }
    : { program: process.execPath, args: [...profiling, cli, ...args], env };
}

/** Stock servers can sign, so the CLI always does. */
function configText(mode: Mode, url: string, folder: string): string {
  const encryption = mode === 'encrypted' ? 'required' : 'off';
  return `sources:
  bench: { type: local, repos: auto, path: ${JSON.stringify(folder)} }
targets:
  share: { type: smb, url: ${JSON.stringify(url)}, signing: required, encryption: ${encryption} }
`;
}

/** An empty folder for a contender on the share, as the disk has it. */
export function emptied(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
