import type { KubeConfig } from '@kubernetes/client-node';
import {
  clockFinding,
  failedFinding,
  fineFinding,
  printable,
  type CallOptions,
  type Finding,
} from '@sessionkeep/core';
import { reviewAccess, roleYaml, type ReviewedRight, type Right } from './access.js';
import { findPods } from './find-pods.js';
import { podClock } from './pod-clock.js';
import type { FoundPods, PodQuery } from './pod-query.js';

/**
 * Tries out step by step what it takes to find the pods that are meant: the cluster, the rights there, the pods, and what time it is in
 * each. Ends after the first step that failed. Changes nothing. Where rights are missing the finding has the Role that gives them.
 *
 * @example
 * const cluster = loadCluster()._unsafeUnwrap();
 * const query = { namespace: 'web', owner: { deployment: 'web-blue' } };
 * for await (const { step, outcome, says } of examinePods(cluster, query)) console.log(step, outcome, says);
 */
export async function* examinePods(
  config: KubeConfig,
  query: PodQuery,
  options: CallOptions = {},
): AsyncIterable<Finding> {
  const reviewed = await reviewAccess(config, query, options);
  if (reviewed.isErr()) {
    yield failedFinding('cluster', reviewed.error);
    return;
  }
  yield fineFinding('cluster', whereText(config, query));
  const rights = rightsFinding(query, reviewed.value);
  yield rights;
  if (rights.outcome === 'failed') return;
  const found = await findPods(config, query, options);
  yield found.match(
    (pods) => fineFinding('pods', podsText(pods)),
    (error) => failedFinding('pods', error),
  );
  for (const pod of found.unwrapOr({ pods: [] }).pods) {
    const offset = await podClock(config, pod);
    if (offset !== null) yield clockFinding(offset);
  }
}

function whereText(config: KubeConfig, { namespace }: PodQuery): string {
  const server = config.getCurrentCluster()?.server ?? 'an unnamed server';
  return `${hostOf(server)}, as ${config.getCurrentUser()?.name ?? 'nobody'}, in namespace ${namespace}`;
}

/** What else may stand in a URL is nobody's business. */
function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : server;
}

function rightsFinding({ namespace, owner }: PodQuery, reviewed: readonly ReviewedRight[]): Finding {
  const lacking = reviewed.filter(({ allowed }) => !allowed);
  if (lacking.length === 0) return fineFinding('rights', reviewed.map(rightText).join(', '));
  const needed = lacking.some(
    (right) => !isForLaterServers(right) && !('pod' in owner && right.verb === 'list'),
  );
  const later = lacking.some(isForLaterServers) ? ' (create on pods/exec: from Kubernetes 1.35 on)' : '';
  return {
    step: 'rights',
    outcome: needed ? 'failed' : 'odd',
    says: printable(`not allowed: ${lacking.map(rightText).join(', ')}${later}`),
    hint: `have this Role made, and bound: kubectl create rolebinding sessionkeep -n ${namespace} --role=sessionkeep --user=… (or --serviceaccount=${namespace}:…)`,
    file: roleYaml(namespace, reviewed),
  };
}

/** Over WebSocket an exec is a GET; only later servers ask for `create` too. */
function isForLaterServers({ subresource, verb }: Right): boolean {
  return subresource === 'exec' && verb === 'create';
}

function rightText({ resource, subresource, verb }: Right): string {
  return `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`;
}

function podsText({ pods, skipped }: FoundPods): string {
  const there = pods.map(({ pod, container }) => `${pod} (container ${container})`);
  const away = skipped.map(({ pod, reason }) => `${pod}: ${reason}`);
  return [there.join(', '), ...(away.length === 0 ? [] : [`not now: ${away.join(', ')}`])].join('; ');
}
