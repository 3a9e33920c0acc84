import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ExecOptions, PodOptions } from './cluster-options.js';
import { findImages } from './images.js';
import { makeNamespace, removal, removeLeftovers } from './namespaces.js';
import { noCluster } from './needs.js';
import { podManifest } from './pod-manifest.js';
import { kubectlPath, runKubectl } from './run-kubectl.js';

/** How long a pod may take to be there, its image being pulled included, in milliseconds. */
const PATIENCE = 120_000;

/**
 * Makes a namespace on the cluster of `KUBECONFIG`, and removes those that killed runs have left. Throws with the reason where there is
 * no cluster; see {@link noCluster}.
 *
 * @example
 * await using cluster = await openCluster();
 * await cluster.startPod('pod', { image: 'busybox' });
 * await cluster.exec('pod', 'echo hello >~/file');
 */
export async function openCluster(): Promise<Cluster> {
  const obstacle = noCluster();
  if (obstacle !== null) throw new Error(`cannot be tested here: ${obstacle}`);
  await removeLeftovers();
  const images = await findImages();
  const name = `sessionkeep-test-${randomBytes(5).toString('hex')}`;
  await makeNamespace(name);
  return new OwnNamespace(name, images);
}

class OwnNamespace implements Cluster {
  #stopped = false;

  constructor(
    readonly namespace: string,
    readonly images: Cluster['images'],
  ) {
    process.on('exit', this.#onExit);
  }

  kubectl(args: readonly string[], { input, longest }: ExecOptions = {}): Promise<string> {
    return runKubectl(['-n', this.namespace, ...args], { input, longest });
  }

  async apply(...objects: readonly object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    for (let attempt = 0; ; attempt++) {
      try {
        await this.kubectl(['apply', '-f', '-'], { input });
        return;
      } catch (cause) {
        // A fresh namespace has its service account a moment later.
        if (attempt === 100 || !String(cause).includes('serviceaccount "default" not found')) throw cause;
        await sleep(100);
      }
    }
  }

  pod(name: string, options: PodOptions = {}): { metadata: object; spec: object } {
    return podManifest(name, this.images[options.image ?? 'debian'], options);
  }

  async startPod(name: string, options: PodOptions = {}): Promise<void> {
    await this.apply({ apiVersion: 'v1', kind: 'Pod', ...this.pod(name, options) });
    await this.wait(`pod/${name}`, 'condition=Ready');
  }

  async wait(object: string, condition: string): Promise<void> {
    const args = ['wait', `--for=${condition}`, object, `--timeout=${PATIENCE / 1000}s`];
    await this.kubectl(args, { longest: PATIENCE + 10_000 });
  }

  async removePod(name: string): Promise<void> {
    await this.kubectl(['delete', 'pod', name, '--grace-period=0', '--force', '--ignore-not-found']);
  }

  exec(pod: string, script: string, { container = 'main', ...options }: ExecOptions = {}): Promise<string> {
    const { input } = options;
    const command = (text: string): string[] => [pod, '-c', container, '--', 'sh', '-c', text];
    if (input === undefined) return this.kubectl(['exec', ...command(script)], options);
    // Where the end of the input comes close behind its bytes, some container runtimes drop both: it never comes.
    const typed = `head -c ${Buffer.byteLength(input)} | {\n${script}\n}`;
    const args = ['-n', this.namespace, 'exec', '-i', ...command(typed)];
    return runKubectl(args, { ...options, inputEnds: false });
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    process.off('exit', this.#onExit);
    await runKubectl(removal([this.namespace]));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  readonly #onExit = (): void => {
    spawnSync(kubectlPath(), removal([this.namespace]), { stdio: 'ignore', timeout: 10_000 });
  };
}
