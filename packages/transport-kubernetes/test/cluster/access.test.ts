import type { KubeConfig } from '@kubernetes/client-node';
import type { Cluster } from '@sessionkeep/testkit/cluster';
import { expect, it } from 'vitest';
import { findPods, neededRights, openKubernetesTransport, reviewAccess, roleYaml } from '../../src/index.js';
import { HURRY } from '../pods.js';
import { configOf, describeEachWay, describeOnCluster } from './on-cluster.js';

const LABELS = { app: 'web' };
const OWNER = { deployment: 'web' } as const;

/** A deployment of two, and service accounts with no right at all. */
async function start(cluster: Cluster): Promise<void> {
  const { spec } = cluster.pod('', { image: 'busybox' });
  const account = (name: string): object => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name },
  });
  await cluster.apply(
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: 2,
        selector: { matchLabels: LABELS },
        template: { metadata: { labels: LABELS }, spec },
      },
    },
    account('kubeconfig'),
    account('kubeconfig-v5'),
  );
  await cluster.wait('deployment/web', 'condition=Available');
}

/** The cluster as whoever has this token. */
function withToken(config: KubeConfig, token: string): KubeConfig {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig has no cluster');
  config.loadFromClusterAndUser(cluster, { name: 'restricted', token });
  return config;
}

async function tokenOf(cluster: Cluster, account: string): Promise<string> {
  const path = `/api/v1/namespaces/${cluster.namespace}/serviceaccounts/${account}/token`;
  const input = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
  const answer = JSON.parse(await cluster.kubectl(['create', '--raw', path, '-f', '-'], { input })) as {
    readonly status: { readonly token: string };
  };
  return answer.status.token;
}

describeOnCluster('who may not do everything on a cluster', start, (cluster) =>
  describeEachWay((way) => {
    const account = way.toLowerCase().replace('_', '-');
    const query = () => ({ namespace: cluster().namespace, owner: OWNER, pods: 'each' }) as const;

    it('with credentials that are not accepted is denied', async () => {
      const config = withToken(configOf(way), 'none-that-is-known');
      const error = (await findPods(config, query()))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: 'denied', retry: false });
      const place = { namespace: cluster().namespace, pod: 'web', container: 'main', path: '~' };
      const opened = await openKubernetesTransport({ config, ...place, patience: HURRY });
      expect(opened._unsafeUnwrapErr()).toMatchObject({ kind: 'denied', retry: false });
      expect(opened._unsafeUnwrapErr().hint).toContain('sign in');
    });

    it('is denied without the Role, which is told beforehand, and let in with it', async () => {
      const config = withToken(configOf(way), await tokenOf(cluster(), account));
      const everybody = configOf(way);
      const all = (await findPods(everybody, query()))._unsafeUnwrap().pods;
      expect(all).toHaveLength(2);
      const open = () =>
        openKubernetesTransport({
          config,
          ...(all[0] ?? { namespace: '', pod: '', container: '' }),
          path: '~',
        });

      const before = (await reviewAccess(config, query()))._unsafeUnwrap();
      expect(before.map(({ allowed }) => allowed)).toEqual(before.map(() => false));
      expect((await findPods(config, query()))._unsafeUnwrapErr()).toMatchObject({
        kind: 'denied',
        retry: false,
      });
      const refused = (await open())._unsafeUnwrapErr();
      expect(refused).toMatchObject({ kind: 'denied', retry: false });
      expect(refused.message).toContain('cannot');

      const role = roleYaml(cluster().namespace, neededRights(query()));
      await cluster().kubectl(['apply', '-f', '-'], { input: role });
      const subject = `--serviceaccount=${cluster().namespace}:${account}`;
      await cluster().kubectl(['create', 'rolebinding', account, '--role=sessionkeep', subject]);
      // What the API server knows of roles may be a moment old.
      const allowed = async (): Promise<boolean> =>
        (await reviewAccess(config, query()))._unsafeUnwrap().every((right) => right.allowed);
      await expect.poll(allowed, { timeout: 10_000 }).toBe(true);
      expect((await findPods(config, query()))._unsafeUnwrap().pods).toEqual(all);
      const transport = (await open())._unsafeUnwrap();
      await transport.close();
    });
  }),
);
