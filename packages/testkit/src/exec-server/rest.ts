import { failureStatus, type ApiStatus } from './exec-frames.js';
import type { AccessAttributes, ServedPod, ServedWorkload } from './exec-server-options.js';

/** What the REST side of the server knows. */
export interface ApiState {
  readonly pods: readonly ServedPod[];
  readonly workloads: readonly ServedWorkload[];
  readonly denied: (attributes: AccessAttributes) => boolean;
}

/** An answer to a request: a status and what becomes JSON. */
export interface ApiAnswer {
  readonly code: number;
  readonly body: unknown;
}

/** Answers the few requests that finding a pod and asking for one's rights takes, and what kubectl asks before an exec. */
export function answerRest(state: ApiState, method: string, url: URL, body: string): ApiAnswer {
  const { pathname } = url;
  if (method === 'POST' && pathname.endsWith('/selfsubjectaccessreviews')) return review(state, body);
  if (method !== 'GET') return failed(failureStatus(405, 'MethodNotAllowed', 'the server does not do that'));
  const discovery = DISCOVERY[pathname];
  if (discovery !== undefined) return { code: 200, body: discovery };
  const pods = /^\/api\/v1\/namespaces\/([^/]+)\/pods(?:\/([^/]+))?$/.exec(pathname);
  if (pods !== null)
    return podsOf(state, pods[1] ?? '', pods[2], url.searchParams.get('labelSelector') ?? '');
  const workload = /^\/apis\/apps\/v1\/namespaces\/([^/]+)\/(deployments|statefulsets)\/([^/]+)$/.exec(
    pathname,
  );
  if (workload !== null) return workloadOf(state, workload[1] ?? '', workload[2] ?? '', workload[3] ?? '');
  return failed(failureStatus(404, 'NotFound', 'the server could not find the requested resource'));
}

/** A refusal as the API words it. */
export function forbidden({ verb, resource, subresource, namespace, group }: AccessAttributes): ApiStatus {
  const what = subresource === undefined || subresource === '' ? resource : `${resource}/${subresource}`;
  const message = `${what} is forbidden: User "tester" cannot ${verb} resource "${what}" in API group "${group ?? ''}" in the namespace "${namespace}"`;
  return failureStatus(403, 'Forbidden', message);
}

/** The namespace of something served. */
export function namespaceOf({ namespace }: { readonly namespace?: string }): string {
  return namespace ?? 'default';
}

function podsOf(state: ApiState, namespace: string, name: string | undefined, selector: string): ApiAnswer {
  const attributes = { namespace, verb: name === undefined ? 'list' : 'get', group: '', resource: 'pods' };
  if (state.denied(attributes)) return failed(forbidden(attributes));
  const here = state.pods.filter((pod) => namespaceOf(pod) === namespace);
  if (name === undefined) {
    const items = here.filter((pod) => matches(pod, selector)).map(podBody);
    return {
      code: 200,
      body: { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items },
    };
  }
  const pod = here.find((one) => one.name === name);
  if (pod === undefined) return failed(failureStatus(404, 'NotFound', `pods "${name}" not found`));
  return { code: 200, body: { kind: 'Pod', apiVersion: 'v1', ...podBody(pod) } };
}

function workloadOf(state: ApiState, namespace: string, resource: string, name: string): ApiAnswer {
  const attributes = { namespace, verb: 'get', group: 'apps', resource };
  if (state.denied(attributes)) return failed(forbidden(attributes));
  const kind = resource === 'deployments' ? 'Deployment' : 'StatefulSet';
  const found = state.workloads.find(
    (one) => one.kind === kind && one.name === name && namespaceOf(one) === namespace,
  );
  if (found === undefined)
    return failed(failureStatus(404, 'NotFound', `${resource}.apps "${name}" not found`));
  const spec = { selector: { matchLabels: found.matchLabels }, template: {} };
  return { code: 200, body: { kind, apiVersion: 'apps/v1', metadata: { name, namespace }, spec } };
}

function review(state: ApiState, body: string): ApiAnswer {
  const { spec } = JSON.parse(body) as { spec: { resourceAttributes: AccessAttributes } };
  const allowed = !state.denied(spec.resourceAttributes);
  const kind = 'SelfSubjectAccessReview';
  return {
    code: 201,
    body: { kind, apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status: { allowed } },
  };
}

/** Equality only, which is what `matchLabels` comes to. */
function matches({ labels = {} }: ServedPod, selector: string): boolean {
  return selector
    .split(',')
    .filter((term) => term !== '')
    .every((term) => {
      const [key = '', value = ''] = term.split('=');
      return labels[key] === value;
    });
}

function podBody(pod: ServedPod): Record<string, unknown> {
  const { name, labels = {}, containers = ['main'], phase = 'Running', ready = phase === 'Running' } = pod;
  const { terminating = false, created = '2026-01-01T00:00:00Z', owner } = pod;
  return {
    metadata: {
      name,
      namespace: namespaceOf(pod),
      uid: `uid-of-${name}`,
      labels,
      creationTimestamp: created,
      ...(terminating ? { deletionTimestamp: '2026-01-02T00:00:00Z' } : {}),
      ...(owner === undefined
        ? {}
        : { ownerReferences: [{ apiVersion: 'apps/v1', ...owner, uid: 'u', controller: true }] }),
    },
    spec: { containers: containers.map((container) => ({ name: container, image: 'image' })) },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: containers.map((container) => ({
        name: container,
        ready,
        restartCount: 0,
        image: 'image',
        imageID: '',
        state:
          phase === 'Running'
            ? { running: { startedAt: created } }
            : { waiting: { reason: 'ContainerCreating' } },
      })),
    },
  };
}

function failed(status: ApiStatus): ApiAnswer {
  return { code: status.code ?? 500, body: status };
}

/** What kubectl asks before it knows what a pod is. */
const DISCOVERY: Readonly<Record<string, unknown>> = {
  '/version': { major: '1', minor: '32', gitVersion: 'v1.32.0' },
  '/api': { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      { name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get', 'list'] },
      {
        name: 'pods/exec',
        singularName: '',
        namespaced: true,
        kind: 'PodExecOptions',
        verbs: ['create', 'get'],
      },
    ],
  },
};
