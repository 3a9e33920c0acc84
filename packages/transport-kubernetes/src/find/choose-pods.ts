import type { V1Pod } from '@kubernetes/client-node';
import { err, ok, type Result } from 'neverthrow';
import type { PodOwner } from '@sessionkeep/core';
import { problem, type Problem } from '../failure.js';
import type { FoundPod, FoundPods, PodQuery, SkippedPod } from './pod-query.js';

/** What Kubernetes lets a pod be called (RFC 1123); a name that is anything else is not asked for. */
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** Which labels a workload's pods have (`LabelSelector` of the API). */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** The pods that a query means, of those that the API listed. Pure. */
export function choosePods(query: PodQuery, listed: readonly V1Pod[]): Result<FoundPods, Problem> {
  const pods: FoundPod[] = [];
  const skipped: SkippedPod[] = [];
  for (const pod of [...listed].sort(byAge)) {
    const name = pod.metadata?.name ?? '';
    if (!NAME.test(name) || !belongsTo(pod, query.owner)) continue;
    const reason = whyNotNow(pod, 'pod' in query.owner);
    if (reason !== null) {
      skipped.push({ pod: name, reason, over: isOver(pod) });
      continue;
    }
    const container = containerOf(pod, query.container);
    if (container.isErr()) return err(container.error);
    pods.push({
      namespace: query.namespace,
      pod: name,
      container: container.value,
      uid: pod.metadata?.uid ?? '',
    });
  }
  return ok({ pods: query.pods === 'each' ? pods : pods.slice(0, 1), skipped });
}

/** A label selector as the API takes it in a list; null for one that selects by what is not known here, or selects all. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string | null {
  const terms = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  for (const { key, operator, values = [] } of matchExpressions) {
    if (operator === 'In') terms.push(`${key} in (${values.join(',')})`);
    else if (operator === 'NotIn') terms.push(`${key} notin (${values.join(',')})`);
    else if (operator === 'Exists') terms.push(key);
    else if (operator === 'DoesNotExist') terms.push(`!${key}`);
    else return null;
  }
  return terms.length === 0 ? null : terms.join(',');
}

/** Labels alone do not say it: two workloads may select the same. */
function belongsTo(pod: V1Pod, owner: PodOwner): boolean {
  const controller = pod.metadata?.ownerReferences?.find((one) => one.controller === true);
  if ('deployment' in owner) {
    return controller?.kind === 'ReplicaSet' && controller.name.startsWith(`${owner.deployment}-`);
  }
  if ('statefulSet' in owner)
    return controller?.kind === 'StatefulSet' && controller.name === owner.statefulSet;
  return true;
}

function whyNotNow({ metadata, status }: V1Pod, named: boolean): string | null {
  if (metadata?.deletionTimestamp !== undefined) return 'it is being deleted';
  if (status?.phase !== 'Running') return `its phase is ${status?.phase ?? 'unknown'}`;
  const ready = status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true;
  // Who names a pod means it; it only has to run.
  return ready || named ? null : 'it is not ready';
}

function isOver({ metadata, status }: V1Pod): boolean {
  return metadata?.deletionTimestamp !== undefined || ['Succeeded', 'Failed'].includes(status?.phase ?? '');
}

function containerOf({ metadata, spec }: V1Pod, wanted: string | undefined): Result<string, Problem> {
  const names = spec?.containers.map(({ name }) => name) ?? [];
  const name =
    wanted ?? metadata?.annotations?.[DEFAULT_CONTAINER] ?? (names.length === 1 ? names[0] : undefined);
  if (name !== undefined && names.includes(name)) return ok(name);
  const there = `its containers are ${names.join(', ')}`;
  return err(
    problem(
      'usage',
      name === undefined
        ? `pod ${metadata?.name ?? ''} has several containers, and none was named: ${there}`
        : `pod ${metadata?.name ?? ''} has no container ${name}: ${there}`,
      { hint: 'name the container' },
    ),
  );
}

function byAge(one: V1Pod, other: V1Pod): number {
  const [first, second] = [one, other].map(({ metadata }) =>
    new Date(metadata?.creationTimestamp ?? 0).getTime(),
  );
  if (first !== second) return (first ?? 0) - (second ?? 0);
  return (one.metadata?.name ?? '') < (other.metadata?.name ?? '') ? -1 : 1;
}
