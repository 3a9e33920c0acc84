import type { KubeConfig } from '@kubernetes/client-node';
import type { Transport } from '@sessionkeep/core';
import {
  CLUSTER_WAYS,
  noCluster,
  openCluster,
  type Cluster,
  type ClusterWay,
} from '@sessionkeep/testkit/cluster';
import { afterAll, beforeAll, describe } from 'vitest';
import { loadCluster, openKubernetesTransport, type KubernetesOptions } from '../../src/index.js';
import { HURRY } from '../pods.js';

/** Describes tests in a namespace of their own, or says why there is no cluster; under `CI=true` they fail then. */
export function describeOnCluster(
  name: string,
  makePods: (cluster: Cluster) => Promise<unknown>,
  tests: (cluster: () => Cluster) => void,
): void {
  describeOrTell(name, 'KUBECONFIG', () => {
    let cluster: Cluster | null = null;
    beforeAll(async () => {
      cluster = await openCluster();
      await makePods(cluster);
    }, 180_000);
    afterAll(async () => {
      await cluster?.stop();
    });
    tests(() => {
      if (cluster === null) throw new Error('there are pods only while tests run');
      return cluster;
    });
  });
}

/** Describes the same tests for each way to the cluster. */
export function describeEachWay(tests: (way: ClusterWay) => void): void {
  for (const way of CLUSTER_WAYS) describeOrTell(`by ${way}`, way, () => tests(way));
}

function describeOrTell(name: string, way: ClusterWay, tests: () => void): void {
  const obstacle = process.env['CI'] === 'true' ? null : noCluster(way);
  describe.skipIf(obstacle !== null)(
    obstacle === null ? name : `${name} [NOT TESTED HERE: ${obstacle}]`,
    tests,
  );
}

/** The cluster by one of the ways to it. */
export function configOf(way: ClusterWay): KubeConfig {
  // Without it the one that users have by default would be taken.
  const obstacle = noCluster(way);
  if (obstacle !== null) throw new Error(`cannot be tested here: ${obstacle}`);
  return loadCluster({ env: { ...process.env, KUBECONFIG: process.env[way] } })._unsafeUnwrap();
}

/** A pod as a transport, from the container `main`'s HOME. */
export async function openPod(
  { namespace }: Cluster,
  way: ClusterWay,
  pod: string,
  options: Partial<KubernetesOptions> = {},
): Promise<Transport> {
  const place = { config: configOf(way), namespace, pod, container: 'main', path: '~', patience: HURRY };
  return (await openKubernetesTransport({ ...place, ...options }))._unsafeUnwrap();
}
