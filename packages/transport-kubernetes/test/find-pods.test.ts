import { KubeConfig } from '@kubernetes/client-node';
import {
  startExecServer,
  type ExecServer,
  type ExecServerOptions,
  type ServedPod,
} from '@sessionkeep/testkit/exec-server';
import { describe, expect, it } from 'vitest';
import { selectorText } from '../src/find/choose-pods.js';
import {
  findPods,
  neededRights,
  openKubernetesTransport,
  reviewAccess,
  roleYaml,
  type PodQuery,
} from '../src/index.js';

const BLUE = { app: 'web', colour: 'blue' };

const web = (name: string, more: Partial<ServedPod> = {}): ServedPod => ({
  name,
  labels: BLUE,
  owner: { kind: 'ReplicaSet', name: 'web-blue-5d4f' },
  ...more,
});

const PODS: readonly ServedPod[] = [
  web('web-2', { created: '2026-01-03T00:00:00Z' }),
  web('web-1', { created: '2026-01-02T00:00:00Z' }),
  web('web-0', { created: '2026-01-01T00:00:00Z', ready: false }),
  web('web-3', { terminating: true }),
  web('web-4', { phase: 'Pending' }),
  web('stray', { owner: { kind: 'ReplicaSet', name: 'other-77' } }),
  web('elsewhere', { namespace: 'other' }),
  {
    name: 'db-0',
    labels: { app: 'db' },
    containers: ['db', 'sidecar'],
    owner: { kind: 'StatefulSet', name: 'db' },
  },
];

const WORKLOADS = [
  { kind: 'Deployment', name: 'web-blue', matchLabels: BLUE },
  { kind: 'StatefulSet', name: 'db', matchLabels: { app: 'db' } },
] as const;

async function start(
  options: Partial<ExecServerOptions> = {},
): Promise<{ server: ExecServer; config: KubeConfig } & AsyncDisposable> {
  const server = await startExecServer({ folder: '/tmp', pods: PODS, workloads: WORKLOADS, ...options });
  const config = new KubeConfig();
  config.loadFromString(server.kubeconfig);
  return { server, config, [Symbol.asyncDispose]: () => server.stop() };
}

const asking = (owner: PodQuery['owner'], more: Partial<PodQuery> = {}): PodQuery => ({
  namespace: 'default',
  owner,
  ...more,
});

describe('findPods', () => {
  it('finds the oldest ready pod of a deployment, and each', async () => {
    await using cluster = await start();
    const first = (await findPods(cluster.config, asking({ deployment: 'web-blue' })))._unsafeUnwrap();
    expect(first.pods).toEqual([
      { namespace: 'default', pod: 'web-1', container: 'main', uid: 'uid-of-web-1' },
    ]);
    const each = (
      await findPods(cluster.config, asking({ deployment: 'web-blue' }, { pods: 'each' }))
    )._unsafeUnwrap();
    expect(each.pods.map(({ pod }) => pod)).toEqual(['web-1', 'web-2']);
    expect(Object.fromEntries(each.skipped.map(({ pod, reason }) => [pod, reason]))).toEqual({
      'web-0': 'it is not ready',
      'web-3': 'it is being deleted',
      'web-4': 'its phase is Pending',
    });
  });

  it('finds by labels and by name, where who is not ready is meant all the same', async () => {
    await using cluster = await start();
    const labelled = (
      await findPods(cluster.config, asking({ selector: 'app=web' }, { pods: 'each' }))
    )._unsafeUnwrap();
    expect(labelled.pods.map(({ pod }) => pod).sort()).toEqual(['stray', 'web-1', 'web-2']);
    const named = (await findPods(cluster.config, asking({ pod: 'web-0' })))._unsafeUnwrap();
    expect(named.pods.map(({ pod }) => pod)).toEqual(['web-0']);
  });

  it('wants a container named where there are several', async () => {
    await using cluster = await start();
    const unnamed = (await findPods(cluster.config, asking({ statefulSet: 'db' })))._unsafeUnwrapErr();
    expect(unnamed).toMatchObject({ kind: 'usage', retry: false });
    expect(unnamed.message).toContain('db, sidecar');
    const wrong = await findPods(cluster.config, asking({ statefulSet: 'db' }, { container: 'main' }));
    expect(wrong._unsafeUnwrapErr().kind).toBe('usage');
    const right = await findPods(cluster.config, asking({ statefulSet: 'db' }, { container: 'sidecar' }));
    expect(right._unsafeUnwrap().pods).toMatchObject([{ pod: 'db-0', container: 'sidecar' }]);
  });

  it('says what there is not, and whether it may come', async () => {
    await using cluster = await start({ pods: [web('web-0', { ready: false })] });
    const none = (await findPods(cluster.config, asking({ deployment: 'web-blue' })))._unsafeUnwrapErr();
    expect(none).toMatchObject({ kind: 'unreachable', retry: true });
    expect(none.message).toContain('web-0: it is not ready');
    for (const owner of [{ deployment: 'nope' }, { pod: 'nope' }]) {
      const missing = (await findPods(cluster.config, asking(owner)))._unsafeUnwrapErr();
      expect(missing).toMatchObject({ kind: 'unreachable', retry: false });
      expect(missing.message).toContain('"nope" not found');
    }
    cluster.server.setPods([web('web-9')]);
    expect(
      (await findPods(cluster.config, asking({ deployment: 'web-blue' })))._unsafeUnwrap().pods,
    ).toHaveLength(1);
  });

  it('passes over names that are none, however they came', async () => {
    await using cluster = await start({ pods: [web('../../secrets'), web('a\x1b[2J'), web('good')] });
    const found = (
      await findPods(cluster.config, asking({ deployment: 'web-blue' }, { pods: 'each' }))
    )._unsafeUnwrap();
    expect(found.pods.map(({ pod }) => pod)).toEqual(['good']);
    expect(found.skipped).toEqual([]);
  });

  it('is refused as the API refuses, and unreachable where there is none', async () => {
    const cluster = await start({ denied: ({ verb }) => verb === 'list' });
    const denied = (await findPods(cluster.config, asking({ deployment: 'web-blue' })))._unsafeUnwrapErr();
    expect(denied).toMatchObject({ kind: 'denied', retry: false });
    await cluster.server.stop();
    const gone = (await findPods(cluster.config, asking({ deployment: 'web-blue' })))._unsafeUnwrapErr();
    expect(gone).toMatchObject({ kind: 'unreachable', retry: true });
    expect(gone.message).toContain('ECONNREFUSED');
  });

  it('finds what can be opened; once it is deleted it is unreachable and no missing file', async () => {
    await using cluster = await start();
    const [found] = (await findPods(cluster.config, asking({ deployment: 'web-blue' })))._unsafeUnwrap().pods;
    if (found === undefined) throw new Error('no pod');
    const { config } = cluster;
    const transport = (await openKubernetesTransport({ config, ...found, path: '/no/such' }))._unsafeUnwrap();
    const missing = await transport.list('' as never);
    expect(missing._unsafeUnwrapErr().kind).toBe('not-found');
    cluster.server.setPods([]);
    cluster.server.kill();
    await expect.poll(() => cluster.server.running()).toBe(0);
    const gone = await transport.list('' as never);
    expect(gone._unsafeUnwrapErr()).toMatchObject({ kind: 'unreachable', retry: false });
    await transport.close();
  });
});

describe('rights', () => {
  it('are asked for one by one, those on a workload only where one is named', async () => {
    await using cluster = await start({
      denied: ({ subresource, verb }) => subresource === 'exec' && verb === 'create',
    });
    const query = asking({ deployment: 'web-blue' });
    const reviewed = (await reviewAccess(cluster.config, query))._unsafeUnwrap();
    expect(reviewed.filter(({ allowed }) => !allowed)).toMatchObject([
      { resource: 'pods', subresource: 'exec', verb: 'create' },
    ]);
    expect(reviewed).toHaveLength(5);
    expect(neededRights(asking({ pod: 'x' }))).toHaveLength(4);
    expect(roleYaml('default', neededRights(query))).toBe(
      `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: sessionkeep, namespace: "default" }
rules:
  - { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }
  - { apiGroups: [""], resources: ["pods/exec"], verbs: ["get", "create"] }
  - { apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web-blue"], verbs: ["get"] }
`,
    );
    const all = { group: 'apps', resource: 'deployments', verb: 'get' } as const;
    const two = [{ ...all, name: 'blue' } as const, { ...all, name: 'green' } as const];
    expect(roleYaml('default', two)).toContain('resourceNames: ["blue", "green"], verbs: ["get"]');
    expect(roleYaml('default', [...two, all])).not.toContain('resourceNames');
  });
});

describe('selectorText', () => {
  it('says a selector as a list takes it, and nothing for one of all', () => {
    const matchExpressions = [
      { key: 'a', operator: 'In', values: ['x', 'y'] },
      { key: 'b', operator: 'NotIn', values: ['z'] },
      { key: 'c', operator: 'Exists' },
      { key: 'd', operator: 'DoesNotExist' },
    ];
    expect(selectorText({ matchLabels: { app: 'web' }, matchExpressions })).toBe(
      'app=web,a in (x,y),b notin (z),c,!d',
    );
    expect(selectorText({})).toBeNull();
    expect(selectorText({ matchExpressions: [{ key: 'a', operator: 'New' }] })).toBeNull();
  });
});
