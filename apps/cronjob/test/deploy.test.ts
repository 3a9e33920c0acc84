import {
  needCluster,
  needKustomize,
  noCluster,
  noKustomize,
  openCluster,
  type Cluster,
} from '@sessionkeep/testkit/cluster';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deployTo } from './helpers/deploy-to.js';
import { runJob } from './helpers/run-job.js';

/** Where the CronJob is, where its sources are, and where it has nothing to do. */
interface World {
  readonly app: Cluster;
  readonly web: Cluster;
  readonly elsewhere: Cluster;
}

const CONFIG = 'sources: {}\n# told as it is\n';
const PASSWORD = 'Tr0ub4dor & 3, "and" so $on';
/** What stands in for the app: it says what it has found, and ends as its configuration has it. */
const STAND_IN = `
id -u; id -g
touch /usr/of-mine 2>/dev/null || echo read-only
echo of-mine >/tmp/of-mine && cat /tmp/of-mine
echo "$SMB_PASSWORD"
cat /etc/sessionkeep/sessionkeep.yaml
[ -s /var/run/secrets/kubernetes.io/serviceaccount/token ] && cat /var/run/secrets/kubernetes.io/serviceaccount/namespace && echo
echo "$@"
echo "ended with $CODE, as it was told" >/dev/termination-log
exit "$CODE"
`;

let world: World | undefined;

function there(): World {
  if (world === undefined) throw new Error('there is no cluster');
  return world;
}

beforeEach((context) => {
  needKustomize(context);
  needCluster(context);
});

beforeAll(async () => {
  // Each test says so.
  if (noKustomize() !== null || noCluster() !== null) return;
  world = { app: await openCluster(), web: await openCluster(), elsewhere: await openCluster() };
  const { web } = world;
  await Promise.all(['blue', 'green'].map((name) => startWorkload(web, name)));
  await deploy('0');
}, 180_000);

afterAll(async () => {
  if (world !== undefined) await Promise.all(Object.values(world).map((cluster: Cluster) => cluster.stop()));
});

async function startWorkload(cluster: Cluster, name: string): Promise<void> {
  const labels = { app: name };
  const { spec } = cluster.pod(name, { image: 'busybox' });
  await cluster.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  });
  await cluster.wait(`deployment/${name}`, 'condition=Available');
}

async function deploy(code: string): Promise<void> {
  const { app, web } = there();
  await deployTo(app, {
    namespace: app.namespace,
    image: app.images.busybox,
    config: CONFIG,
    secret: { SMB_PASSWORD: PASSWORD },
    sources: { deployments: { [web.namespace]: ['blue'] } },
    env: { CODE: code },
    container: { command: ['sh', '-c', STAND_IN, 'sessionkeep'] },
  });
}

describe('what is deployed for pods', () => {
  test('runs as nobody in particular, with its configuration, its secrets and its token', async () => {
    const { app } = there();
    const { succeeded, pods } = await runJob(app, 'sessionkeep', 'first');
    const [pod] = pods;
    expect([succeeded, pods.length]).toEqual([true, 1]);
    expect(pod).toMatchObject({
      exitCode: 0,
      reason: 'Completed',
      message: 'ended with 0, as it was told\n',
    });
    expect(pod?.log.split('\n')).toEqual([
      '1001',
      '1001',
      'read-only',
      'of-mine',
      PASSWORD,
      ...CONFIG.trimEnd().split('\n'),
      app.namespace,
      '--config /etc/sessionkeep/sessionkeep.yaml',
      '',
    ]);
  });

  test('is tried again when it fails, and says how it ended', async () => {
    await deploy('6');
    const { succeeded, pods } = await runJob(there().app, 'sessionkeep', 'second');
    expect(succeeded).toBe(false);
    const failed = { exitCode: 6, reason: 'Error', message: 'ended with 6, as it was told\n' };
    expect(pods).toMatchObject([failed, failed]);
    const { pods: once } = await runJob(there().app, 'sessionkeep', 'third', { retries: 0 });
    expect(once).toMatchObject([failed]);
  });
});

describe('what is deployed for a volume', () => {
  /** The volume's own: it belongs to no namespace, and is gone with what the test leaves. */
  async function startWriter(cluster: Cluster, labels: Readonly<Record<string, string>>): Promise<string> {
    const claim = 'home';
    const volume = cluster.namespace;
    await cluster.apply(
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: volume },
        spec: {
          capacity: { storage: '1Mi' },
          accessModes: ['ReadWriteOnce'],
          storageClassName: volume,
          // One for all runs: who made it cannot take it away.
          hostPath: { path: '/tmp/sessionkeep-tests', type: 'DirectoryOrCreate' },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: claim },
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: volume,
          resources: { requests: { storage: '1Mi' } },
        },
      },
    );
    await cluster.startPod('writer', {
      image: 'busybox',
      labels,
      spec: {
        // Who makes the folder is root, and so is whoever gives it away.
        securityContext: { runAsUser: 0 },
        volumes: [{ name: 'home', persistentVolumeClaim: { claimName: claim } }],
      },
    });
    return claim;
  }

  test('reads as whoever the sessions belong to, writes nothing, and is nobody to the cluster', async () => {
    const cluster = there().elsewhere;
    const labels = { app: 'writer' };
    const claim = await startWriter(cluster, labels);
    const home = `~/${cluster.namespace}`;
    try {
      await cluster.exec(
        'writer',
        `mkdir -p ${home}/.claude/projects && cd ${home}/.claude && echo secret >.credentials.json
echo '{}' >projects/a.jsonl && chown -R 1234:1234 . && chmod -R go= .`,
      );
      await deployTo(cluster, {
        namespace: cluster.namespace,
        image: cluster.images.busybox,
        config: CONFIG,
        secret: null,
        sources: { claim, folder: `${cluster.namespace}/.claude/projects`, beside: labels, user: 1234 },
        container: {
          command: ['sh', '-c'],
          args: [
            `id -u; id -g; cd /sessions/projects && find . -type f -exec cat {} + && pwd && ls -a ..
touch b.jsonl 2>/dev/null || echo read-only
[ -e /var/run/secrets/kubernetes.io ] || echo no token`,
          ],
        },
      });
      const { pods } = await runJob(cluster, 'sessionkeep', 'volume');
      const said = [
        '1234',
        '1234',
        '{}',
        '/sessions/projects',
        '.',
        '..',
        'projects',
        'read-only',
        'no token',
      ];
      expect(pods).toMatchObject([{ exitCode: 0, log: `${said.join('\n')}\n` }]);
      // Kubernetes gave nothing of it to another group.
      expect(await cluster.exec('writer', `stat -c %u:%g:%a ${home}/.claude/projects/a.jsonl`)).toBe(
        '1234:1234:600\n',
      );
    } finally {
      await cluster.exec('writer', `rm -rf ${home}`);
      await cluster.kubectl(['delete', 'pv', cluster.namespace, '--wait=false']);
    }
  });
});

describe('the rights of what is deployed for pods', () => {
  function as(account: string): string {
    return `--as=system:serviceaccount:${there().app.namespace}:${account}`;
  }

  /** What the cluster says that an account may do, as `verbs resources names`; of what anybody may, nothing. */
  async function rightsOf(account: string, namespace: string): Promise<readonly string[]> {
    const input = JSON.stringify({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace },
    });
    const text = await there().app.kubectl(['create', as(account), '-o', 'json', '-f', '-'], { input });
    const { status } = JSON.parse(text) as {
      readonly status: {
        readonly resourceRules: readonly {
          readonly apiGroups: readonly string[];
          readonly resources: readonly string[];
          readonly resourceNames?: readonly string[];
          readonly verbs: readonly string[];
        }[];
      };
    };
    return status.resourceRules
      .map(({ apiGroups, resources, resourceNames = [], verbs }) =>
        [verbs, apiGroups, resources, resourceNames].map(String).join(' ').trim(),
      )
      .sort();
  }

  test('are those that a backup needs, in the namespace of its sources, and none elsewhere', async () => {
    const { app, web, elsewhere } = there();
    const anybody = await rightsOf('nobody-in-particular', web.namespace);
    const more = async (namespace: string): Promise<readonly string[]> =>
      (await rightsOf('sessionkeep', namespace)).filter((right) => !anybody.includes(right));
    // What the API server knows of roles may be a moment old.
    await expect
      .poll(() => more(web.namespace), { timeout: 10_000 })
      .toEqual(['get apps deployments blue', 'get,create  pods/exec', 'get,list  pods']);
    for (const namespace of [app.namespace, elsewhere.namespace, 'kube-system', 'default'])
      expect([namespace, await more(namespace)]).toEqual([namespace, []]);
  });

  test('are enough to find a pod and to exec in it', async () => {
    const { web } = there();
    const selector = 'jsonpath={.spec.selector.matchLabels.app}';
    const app = await web.kubectl(['get', 'deployment', 'blue', as('sessionkeep'), '-o', selector]);
    const pods = ['get', 'pods', '-l', `app=${app}`, as('sessionkeep'), '-o', 'name'];
    const [pod = ''] = (await web.kubectl(pods)).split('\n');
    expect(await web.kubectl(['exec', pod, as('sessionkeep'), '--', 'echo', 'in it'])).toBe('in it\n');
  });

  async function may(who: string, ...what: string[]): Promise<boolean> {
    try {
      return (await there().web.kubectl(['auth', 'can-i', ...what, who])) === 'yes\n';
    } catch (cause) {
      // That is how it says no.
      if (cause instanceof Error && /: {2}\(1\)$/.test(cause.message)) return false;
      throw cause;
    }
  }

  test.each(
    [
      'get deployment/green',
      'list deployments',
      'update deployment/blue',
      'get secrets',
      'create pods',
      'delete pods',
      'watch pods',
      'get pods --subresource=log',
      'create pods --subresource=attach',
      'create rolebindings',
    ].map((what) => [what]),
  )('do not let it %s', async (what) => {
    expect(await may(as('sessionkeep'), 'get', 'deployment/blue')).toBe(true);
    expect(await may(as('sessionkeep'), ...what.split(' '))).toBe(false);
  });

  test('are not for whoever else is called so, nor for others beside it', async () => {
    const stranger = `--as=system:serviceaccount:${there().web.namespace}:sessionkeep`;
    for (const who of [stranger, as('default')]) expect(await may(who, 'get', 'pods')).toBe(false);
  });
});
