import type { Cluster } from '@sessionkeep/testkit/cluster';
import { renderDeploy, type Deployed, type Lacks } from './render-deploy.js';

/** The first version of Kubernetes, behind its `1.`, that takes the CronJob as it is. */
const CURRENT = 27;

/**
 * Builds an overlay of `deploy/` with what is changed, for the cluster as it is, and applies it. On one that is older than 1.27 the pods
 * are on the node's network, and find the API server where the kubeconfig does, unless `lacks` says otherwise.
 */
export async function deployTo(cluster: Cluster, deployed: Deployed, lacks?: Lacks): Promise<void> {
  const input = await renderDeploy(deployed, lacks ?? (await lacksOf(cluster)));
  // The objects say themselves where they belong, and one namespace for all would be held against that.
  await cluster.kubectl(['apply', '-n', '', '-f', '-'], { input });
}

async function lacksOf(cluster: Cluster): Promise<Lacks> {
  const { minor } = JSON.parse(await cluster.kubectl(['get', '--raw', '/version'])) as {
    readonly minor: string;
  };
  const old = Number.parseInt(minor, 10) < CURRENT;
  return { old, api: old ? await apiOf(cluster) : null };
}

/** Where the kubeconfig goes. */
async function apiOf(cluster: Cluster): Promise<NonNullable<Lacks['api']>> {
  const path = 'jsonpath={.clusters[0].cluster.server}';
  const { hostname, port } = new URL(await cluster.kubectl(['config', 'view', '--minify', '-o', path]));
  return { host: hostname, port: port === '' ? 443 : Number(port) };
}
