import {
  startExecServer,
  type ExecServer,
  type ExecServerOptions,
  type ServedPod,
} from '@sessionkeep/testkit/exec-server';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Machine } from './run-built.js';
import { logLine, writeFiles } from './sessions.js';

/** Where Claude Code keeps its projects, in a home. */
const PROJECTS = '.claude/projects';
/** The log that every pod has. */
export const LOG = '-srv-app/3f0c1a52-7d1e-4a53-9c5e-0a1b2c3d4e5f.jsonl';

interface PodMachineOptions extends Omit<ExecServerOptions, 'folder' | 'pods'> {
  /** Each gets a home of its own, with one log in it. */
  readonly pods?: readonly ServedPod[];
}

/** A machine whose `KUBECONFIG` names a cluster with some pods. */
export class PodMachine extends Machine {
  /** The kubeconfig's path. */
  readonly kubeconfig = join(this.root, 'kubeconfig');
  #server: ExecServer | null = null;

  static async start({ pods = [WEB_POD], ...options }: PodMachineOptions = {}): Promise<PodMachine> {
    const machine = new PodMachine();
    for (const folder of [machine.root, join(machine.root, 'pods')]) {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0o755);
    }
    const served = pods.map((pod) => machine.homed(pod));
    for (const { name } of pods)
      writeFiles(machine.inPod(name), { [LOG]: logLine('/srv/app', name).repeat(20) });
    const server = await startExecServer({
      workloads: [WEB],
      ...options,
      folder: machine.root,
      pods: served,
    });
    machine.#server = server;
    onTestFinished(() => server.stop());
    writeFileSync(machine.kubeconfig, server.kubeconfig);
    return machine;
  }

  get server(): ExecServer {
    if (this.#server === null) throw new Error('the cluster was not started');
    return this.#server;
  }

  override get env(): NodeJS.ProcessEnv {
    return { ...super.env, KUBECONFIG: this.kubeconfig };
  }

  /** The pod, with its home on this disk. */
  homed(pod: ServedPod): ServedPod {
    const folder = join(this.root, 'pods', pod.name.replaceAll(/[^a-z0-9-]/g, '_'));
    mkdirSync(folder, { recursive: true });
    return { folder, ...pod };
  }

  /** The projects folder of a pod. */
  inPod(pod = 'web-1', ...path: string[]): string {
    return join(this.root, 'pods', pod.replaceAll(/[^a-z0-9-]/g, '_'), PROJECTS, ...path);
  }

  config(text: string): void {
    writeFileSync(join(this.cwd, 'sessionkeep.yaml'), text);
  }
}

const WEB = { kind: 'Deployment', name: 'web', matchLabels: { app: 'web' } } as const;

/** A pod of the Deployment `web`. */
const WEB_POD: ServedPod = webPod('web-1');

export function webPod(name: string, more: Partial<ServedPod> = {}): ServedPod {
  return {
    name,
    labels: { app: 'web' },
    owner: { kind: 'ReplicaSet', name: 'web-5d9c' },
    ...more,
  };
}

/** A pod of a StatefulSet, with its labels. */
export function setPod(set: string, number: number): ServedPod {
  return {
    name: `${set}-${number.toString()}`,
    labels: { app: set },
    owner: { kind: 'StatefulSet', name: set },
    created: `2026-01-01T00:00:0${number.toString()}Z`,
  };
}
