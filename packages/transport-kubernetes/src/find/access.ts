import {
  AuthorizationV1Api,
  V1ResourceAttributes,
  V1SelfSubjectAccessReview,
  V1SelfSubjectAccessReviewSpec,
  type KubeConfig,
} from '@kubernetes/client-node';
import { err, ok, type Result } from 'neverthrow';
import type { CallOptions, KeepError } from '@sessionkeep/core';
import { errorOf } from '../failure.js';
import { apiCall } from './api-call.js';
import { ownerText, type PodQuery } from './pod-query.js';

/** One right that is needed. */
export interface Right {
  readonly group: '' | 'apps';
  readonly resource: 'pods' | 'deployments' | 'statefulsets';
  readonly subresource?: 'exec';
  readonly verb: 'get' | 'list' | 'create';
  /** The one object that it is about; all of them without it. */
  readonly name?: string;
}

/** A right, and whether the API gives it. */
export interface ReviewedRight extends Right {
  readonly allowed: boolean;
}

/**
 * What a source needs: to look at pods and, where a workload is named, at it, and to exec. Which verb an exec over WebSocket takes
 * changes with the server's version: `get` before 1.35, `create` since, so both.
 */
export function neededRights({ owner }: PodQuery): readonly Right[] {
  return [
    { group: '', resource: 'pods', verb: 'get' },
    { group: '', resource: 'pods', verb: 'list' },
    { group: '', resource: 'pods', subresource: 'exec', verb: 'get' },
    { group: '', resource: 'pods', subresource: 'exec', verb: 'create' },
    ...('deployment' in owner
      ? [{ group: 'apps', resource: 'deployments', verb: 'get', name: owner.deployment } as const]
      : []),
    ...('statefulSet' in owner
      ? [{ group: 'apps', resource: 'statefulsets', verb: 'get', name: owner.statefulSet } as const]
      : []),
  ];
}

/** Asks the API which of the needed rights whoever we are has (SelfSubjectAccessReview). Changes nothing. */
export async function reviewAccess(
  config: KubeConfig,
  query: PodQuery,
  { signal }: CallOptions = {},
): Promise<Result<readonly ReviewedRight[], KeepError>> {
  const { namespace, owner } = query;
  const attempt = {
    transport: `${ownerText(owner)} in namespace ${namespace}`,
    operation: 'review access to',
    path: '',
  };
  const api = config.makeApiClient(AuthorizationV1Api);
  const reviewed: ReviewedRight[] = [];
  for (const right of neededRights(query)) {
    const spec = new V1SelfSubjectAccessReviewSpec();
    spec.resourceAttributes = Object.assign(new V1ResourceAttributes(), { namespace, ...right });
    const body = Object.assign(new V1SelfSubjectAccessReview(), { spec });
    const answer = await apiCall(
      config,
      (options) => api.createSelfSubjectAccessReview({ body }, options),
      signal,
    );
    if (answer.isErr()) return err(errorOf(attempt, answer.error));
    reviewed.push({ ...right, allowed: answer.value.status?.allowed === true });
  }
  return ok(reviewed);
}

/** What a Role says of one kind of object. */
interface Rule {
  readonly group: string;
  readonly resource: string;
  readonly verbs: Set<string>;
  /** Undefined where a right is about all of them. */
  readonly names: Set<string | undefined>;
}

/** The Role that gives these rights in a namespace, to be applied with kubectl. */
export function roleYaml(namespace: string, rights: readonly Right[]): string {
  const rules = new Map<string, Rule>();
  for (const { group, resource, subresource, verb, name } of rights) {
    const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
    const rule = rules.get(whole) ?? { group, resource: whole, verbs: new Set(), names: new Set() };
    rule.verbs.add(verb);
    rule.names.add(name);
    rules.set(whole, rule);
  }
  return (
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: sessionkeep, namespace: ${JSON.stringify(namespace)} }\nrules:\n` +
    [...rules.values()].map(ruleLine).join('')
  );
}

function ruleLine({ group, resource, verbs, names }: Rule): string {
  const only = names.has(undefined) ? '' : `, resourceNames: [${listText(names)}]`;
  return `  - { apiGroups: ["${group}"], resources: ["${resource}"]${only}, verbs: [${listText(verbs)}] }\n`;
}

function listText(names: Iterable<string | undefined>): string {
  return [...names].map((name) => JSON.stringify(name)).join(', ');
}
