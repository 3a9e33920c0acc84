import { execFileSync } from 'node:child_process';
import { need } from '../helpers/need.js';
import { findProgram } from '../samba/programs.js';

/** The environment variables that may name a kubeconfig of a cluster to test on. */
export const CLUSTER_WAYS = ['KUBECONFIG', 'KUBECONFIG_V5'] as const;

/** One of {@link CLUSTER_WAYS}. */
export type ClusterWay = (typeof CLUSTER_WAYS)[number];

/** What was found out once: to ask takes a connection. */
const known = new Map<ClusterWay, string | null>();

/** Why there is no cluster to test on; null when there is one that answers. */
export function noCluster(way: ClusterWay = 'KUBECONFIG'): string | null {
  const before = known.get(way);
  if (before !== undefined) return before;
  const found = whyNoCluster(way);
  known.set(way, found);
  return found;
}

function whyNoCluster(way: ClusterWay): string | null {
  const kubeconfig = process.env[way] ?? '';
  if (kubeconfig === '') return `${way} is not set: it names no cluster to test on`;
  const kubectl = findProgram('kubectl');
  if (kubectl === null) return 'kubectl is not installed (Debian: apt-get install kubernetes-client)';
  try {
    const args = ['get', '--raw', '/version', '--request-timeout=20s'];
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    execFileSync(kubectl, args, { env, stdio: 'pipe', timeout: 30_000 });
    return null;
  } catch (cause) {
    const { stderr } = cause as { readonly stderr?: Buffer };
    const said = stderr?.toString().trim() ?? '';
    return `the cluster of ${way} (${kubeconfig}) does not answer: ${said === '' ? String(cause) : said}`;
  }
}

/**
 * Ends a test where there is no cluster: as skipped, with the reason. Under `CI=true` it fails instead, so that no run passes by
 * leaving tests out.
 */
export function needCluster(context: { skip(note?: string): void }, way: ClusterWay = 'KUBECONFIG'): void {
  need(context, noCluster(way));
}
