import { AppsV1Api, CoreV1Api, type KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { err, ok, type Result } from 'neverthrow';
import type { CallOptions, KeepError, PodOwner } from '@sessionkeep/core';
import { errorOf, problem, type Problem } from '../failure.js';
import { apiCall } from './api-call.js';
import { choosePods, selectorText, type LabelSelector } from './choose-pods.js';
import { ownerText, type FoundPods, type PodQuery } from './pod-query.js';

/**
 * Finds the pods that are meant and can be gone to now: running, ready, not being deleted. `unreachable` with `retry` when there
 * is none yet; `usage` when a pod has several containers and none was named; `denied` when the API does not let us look.
 *
 * @example
 * const cluster = loadCluster();
 * if (cluster.isErr()) throw new Error(cluster.error.message);
 * const found = await findPods(cluster.value, { namespace: 'web', owner: { deployment: 'web-blue' }, pods: 'each' });
 */
export async function findPods(
  config: KubeConfig,
  query: PodQuery,
  { signal }: CallOptions = {},
): Promise<Result<FoundPods, KeepError>> {
  const attempt = {
    transport: `${ownerText(query.owner)} in namespace ${query.namespace}`,
    operation: 'find',
    path: '',
  };
  const listed = await podsOf(config, query.namespace, query.owner, signal);
  const found = listed.andThen((pods) => choosePods(query, pods)).andThen(someOf);
  return found.mapErr((one) => errorOf(attempt, one));
}

function someOf(found: FoundPods): Result<FoundPods, Problem> {
  if (found.pods.length > 0) return ok(found);
  const [first] = found.skipped;
  const text =
    first === undefined ? 'there is no such pod' : `none can be gone to: ${first.pod}: ${first.reason}`;
  return err(problem('unreachable', text, { retry: true }));
}

async function podsOf(
  config: KubeConfig,
  namespace: string,
  owner: PodOwner,
  signal: AbortSignal | undefined,
): Promise<Result<readonly V1Pod[], Problem>> {
  const core = config.makeApiClient(CoreV1Api);
  if ('pod' in owner) {
    const read = await apiCall(
      config,
      (options) => core.readNamespacedPod({ namespace, name: owner.pod }, options),
      signal,
    );
    return read.map((pod) => [pod]);
  }
  const selector =
    'selector' in owner ? ok(owner.selector) : await selectorOf(config, namespace, owner, signal);
  if (selector.isErr()) return err(selector.error);
  const pods: V1Pod[] = [];
  let next: string | undefined;
  do {
    const page = {
      labelSelector: selector.value,
      limit: PAGE,
      ...(next === undefined ? {} : { _continue: next }),
    };
    const list = await apiCall(
      config,
      (options) => core.listNamespacedPod({ namespace, ...page }, options),
      signal,
    );
    if (list.isErr()) return err(list.error);
    pods.push(...list.value.items);
    next = list.value.metadata?._continue;
  } while (next !== undefined && next !== '' && pods.length < MOST_PODS);
  return ok(pods);
}

const PAGE = 500;
const MOST_PODS = 10_000;

async function selectorOf(
  config: KubeConfig,
  namespace: string,
  owner: { readonly deployment: string } | { readonly statefulSet: string },
  signal: AbortSignal | undefined,
): Promise<Result<string, Problem>> {
  const apps = config.makeApiClient(AppsV1Api);
  const found = await apiCall(
    config,
    async (options): Promise<LabelSelector | undefined> => {
      if ('deployment' in owner) {
        const read = await apps.readNamespacedDeployment({ namespace, name: owner.deployment }, options);
        return read.spec?.selector;
      }
      const read = await apps.readNamespacedStatefulSet({ namespace, name: owner.statefulSet }, options);
      return read.spec?.selector;
    },
    signal,
  );
  return found.andThen((selector) => {
    const text = selector === undefined ? null : selectorText(selector);
    return text === null ? err(problem('unsupported', 'its selector says nothing of its pods')) : ok(text);
  });
}
