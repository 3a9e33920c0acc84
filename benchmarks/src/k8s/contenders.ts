import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../measure.js';
import { LARGE, LARGE_FILE, PROJECTS, type PodFolders } from './pod-folder.js';
import { LARGE_TASK, type TaskName } from './tasks.js';

export const OURS = 'sessionkeep';
export const KUBECTL_CP = 'kubectl cp';
export const EXEC_TAR = 'kubectl exec tar';
const EXEC_TAR_GZIP = 'kubectl exec tar -z';

/** One thing to copy, and where to. */
interface Job {
  readonly task: TaskName;
  readonly pod: PodFolders;
  /** A folder of this machine, which is there. */
  readonly target: string;
}

export interface Contender {
  readonly name: string;
  /** Null for what it cannot do but by copying everything again. */
  command(job: Job): Command | null;
}

export interface OursOptions {
  /** The built CLI. */
  readonly cli: string;
  readonly scratch: string;
  /** Where Node's CPU profiles go; null for none. */
  readonly profiles: string | null;
}

export function contendersOf(options: OursOptions): readonly Contender[] {
  return [ours(options), kubectlCp(), execTar(EXEC_TAR, ''), execTar(EXEC_TAR_GZIP, 'z')];
}

/** The folder of the pod's home that a task is about. */
export function folderOf(task: TaskName): string {
  return task === LARGE_TASK ? LARGE : PROJECTS;
}

/** The one large file, or all of the folder. */
function kubectlCp(): Contender {
  return {
    name: KUBECTL_CP,
    command: ({ task, pod: { namespace, pod, container, home }, target }) => {
      if (!isWhole(task)) return null;
      const isLarge = task === LARGE_TASK;
      const from = isLarge ? join(home, LARGE, LARGE_FILE) : join(home, PROJECTS);
      const to = isLarge ? join(target, 'large.jsonl') : target;
      const args = ['cp', `${namespace}/${pod}:${from.slice(1)}`, to, '-c', container];
      return { program: 'kubectl', args };
    },
  };
}

/** What `kubectl cp` does, by hand: with `tar` here in place of its own, and compressed in the pod where it is told to. */
function execTar(name: string, compressed: string): Contender {
  const script = `set -e
kubectl exec -n "$1" "$2" -c "$3" -- tar -C "$4" -c${compressed}f - . | tar -C "$5" -x${compressed}f -`;
  return {
    name,
    command: ({ task, pod: { namespace, pod, container, home }, target }) => {
      if (!isWhole(task)) return null;
      const from = join(home, folderOf(task));
      return { program: 'sh', args: ['-c', script, 'sh', namespace, pod, container, from, target] };
    },
  };
}

function isWhole(task: TaskName): boolean {
  return task === 'first copy' || task === LARGE_TASK;
}

/** Its configuration and memory lie in the scratch folder, so that nothing of the user's is read or written. */
function ours({ cli, scratch, profiles }: OursOptions): Contender {
  const profiling = profiles === null ? [] : ['--cpu-prof', '--cpu-prof-dir', profiles];
  return {
    name: OURS,
    command: (job) => {
      const config = join(scratch, 'sessionkeep.yaml');
      const state = join(scratch, 'state');
      // What it remembers of another archive would stop it.
      if (isWhole(job.task)) rmSync(state, { recursive: true, force: true });
      writeFileSync(config, configText(job));
      const env = { HOME: scratch, XDG_CONFIG_HOME: join(scratch, 'config'), XDG_STATE_HOME: state };
      const args = ['backup', '--config', config, '--json'];
      return profiling.length === 0
        ? { program: cli, args, env }
        : { program: process.execPath, args: [...profiling, cli, ...args], env };
    },
  };
}

/** As it comes, but for what has to be said. */
function configText({ task, pod: { namespace, pod, container, home }, target }: Job): string {
  const path = join(home, folderOf(task));
  return `sources:
  bench: { type: kubernetes, namespace: ${namespace}, pod: ${pod}, container: ${container}, path: ${path}, repos: auto }
targets:
  disk: { type: local, path: ${JSON.stringify(target)} }
`;
}
