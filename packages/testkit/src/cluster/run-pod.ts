import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster-options.js';

/** How long a pod may take to its end, its image being pulled included, in milliseconds. */
const PATIENCE = 180_000;
/** What a container waits for that will come. */
const ON_THE_WAY = new Set(['ContainerCreating', 'PodInitializing']);

/**
 * Runs a pod with one container to its end; what it wrote. Throws with what the cluster says of it where it fails, or cannot begin.
 *
 * @param container fields of the container `main`, among them its `image`
 * @param spec fields of the pod's spec, beside the container
 *
 * @example
 * await using cluster = await openCluster();
 * const image = 'docker.io/library/node:24-slim';
 * const version = await runPod(cluster, 'version', { image, command: ['node', '--version'] });
 */
export async function runPod(
  cluster: Cluster,
  name: string,
  container: object,
  spec: object = {},
): Promise<string> {
  const containers = [{ name: 'main', imagePullPolicy: 'IfNotPresent', ...container }];
  await cluster.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { restartPolicy: 'Never', automountServiceAccountToken: false, ...spec, containers },
  });
  for (const end = performance.now() + PATIENCE; ; await sleep(200)) {
    const { status } = JSON.parse(await cluster.kubectl(['get', 'pod', name, '-o', 'json'])) as Listed;
    if (status.phase === 'Succeeded') return cluster.kubectl(['logs', name]);
    const state = status.containerStatuses?.[0]?.state;
    const stuck = state?.waiting !== undefined && !ON_THE_WAY.has(state.waiting.reason);
    if (status.phase !== 'Failed' && !stuck && performance.now() < end) continue;
    const why = JSON.stringify(state?.waiting ?? state?.terminated ?? status);
    const said = await cluster.kubectl(['logs', name]).catch(() => '');
    throw new Error(`the pod ${name} does not run to its end: ${why}\n${said}`);
  }
}

/** A pod, as far as it is read here. */
interface Listed {
  readonly status: {
    readonly phase: string;
    readonly containerStatuses?: readonly { readonly state: State }[];
  };
}

interface State {
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly terminated?: { readonly reason: string; readonly message?: string };
}
