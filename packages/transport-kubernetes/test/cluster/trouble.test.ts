import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import type { KeepError, RelativePath, Transport } from '@sessionkeep/core';
import { at, nodeSha256 } from '@sessionkeep/testkit';
import type { Cluster, ClusterWay } from '@sessionkeep/testkit/cluster';
import { startFaultProxy } from '@sessionkeep/testkit/proxy';
import { withRetry } from '@sessionkeep/transfer';
import { expect, it } from 'vitest';
import { ExecChannel } from '../../src/exec/exec-channel.js';
import { findPods, openKubernetesTransport } from '../../src/index.js';
import { HURRY } from '../pods.js';
import { configOf, describeEachWay, describeOnCluster, openPod } from './on-cluster.js';

/** More than lies on the way between two who do not wait for each other. */
const SIZE = 200_000_000;
const BIG = at('big');

/** Whose container is ended, and who is removed: a pod for each way. */
const victim = (way: ClusterWay): string => `victim-${way.toLowerCase().replace('_', '-')}`;

async function start(cluster: Cluster): Promise<void> {
  const waits = [{ name: 'first', image: cluster.images.busybox, command: ['sleep', '100000'] }];
  const pod = { apiVersion: 'v1', kind: 'Pod' };
  await cluster.apply(
    { ...pod, ...cluster.pod('waiting', { image: 'busybox', spec: { initContainers: waits } }) },
    {
      ...pod,
      ...cluster.pod('unready', {
        container: { readinessProbe: { exec: { command: ['false'] } } },
        labels: { app: 'unready' },
      }),
    },
  );
  const pods = ['steady', victim('KUBECONFIG'), victim('KUBECONFIG_V5')];
  const fill = `head -c ${SIZE} /dev/urandom >~/big; touch -d 2020-01-01 ~/big`;
  await Promise.all(
    pods.map(async (name) => {
      await cluster.startPod(name);
      await cluster.exec(name, fill);
    }),
  );
  await cluster.wait('pod/waiting', 'condition=PodScheduled');
}

/** The digest of what is read; `onFirst` happens once the first bytes are there. */
async function digestOf(
  transport: Transport,
  path: RelativePath,
  onFirst: () => Promise<unknown>,
): Promise<string> {
  const hash = createHash('sha256');
  let happened: Promise<unknown> | null = null;
  for await (const { chunks } of transport.read([{ path, offset: 0, length: SIZE }])) {
    for await (const chunk of chunks) {
      hash.update(chunk._unsafeUnwrap());
      // What has left the pod already is not long in coming.
      await (happened ??= onFirst());
    }
  }
  return hash.digest('hex');
}

const patient = (transport: Transport): Transport =>
  withRetry(transport, { attempts: 12, wait: () => sleep(500), sha256: nodeSha256 });

describeOnCluster('trouble on a cluster', start, (cluster) =>
  describeEachWay((way) => {
    const place = (pod: string) => ({
      config: configOf(way),
      namespace: cluster().namespace,
      pod,
      container: 'main',
      path: '~',
      patience: HURRY,
    });
    const query = { container: 'main', pods: 'each' } as const;

    it('with a container that is not there yet may be over soon', async () => {
      const opened = (await openKubernetesTransport(place('waiting')))._unsafeUnwrapErr();
      expect(opened).toMatchObject({ kind: 'unreachable', retry: true });
      expect(opened.message).toContain('container not found ("main")');
      const { namespace } = cluster();
      const found = await findPods(configOf(way), { namespace, owner: { pod: 'waiting' }, ...query });
      expect(found._unsafeUnwrapErr()).toMatchObject({ kind: 'unreachable', retry: true });
    });

    it('with a pod that is not ready is told, and who names it is let in', async () => {
      const { namespace } = cluster();
      const all = { namespace, owner: { selector: 'app=unready' }, ...query };
      const error = (await findPods(configOf(way), all))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: 'unreachable', retry: true });
      expect(error.message).toContain('unready: it is not ready');
      const one = await findPods(configOf(way), { ...all, owner: { pod: 'unready' } });
      expect(one._unsafeUnwrap().pods).toHaveLength(1);
    });

    it('a command that says nothing for long is not given up, for the server gives signs of life', async () => {
      const { namespace } = cluster();
      const command = ['sh', '-c', 'sleep 2; echo done; read _'];
      const target = { namespace, pod: 'steady', container: 'main' };
      const opened = await ExecChannel.open(configOf(way), target, command, { ...HURRY, heartbeat: 100 });
      const channel = opened._unsafeUnwrap();
      expect((await channel.read())._unsafeUnwrap().toString()).toBe('done\n');
      channel.close(Buffer.from('\n'));
    });

    it('a container that is restarted in the middle of a file costs no byte', async () => {
      const transport = patient(await openPod(cluster(), way, victim(way)));
      const end = (): Promise<unknown> =>
        cluster()
          .exec(victim(way), 'kill -TERM 1')
          .catch(() => 'its own shell may end before kubectl knows');
      const digest = await digestOf(transport, BIG, end);
      expect(await cluster().exec(victim(way), 'sha256sum <~/big')).toBe(`${digest}  -\n`);
      const restarts = '-o=jsonpath={.status.containerStatuses[0].restartCount}';
      expect(await cluster().kubectl(['get', 'pod', victim(way), restarts])).toBe('1');
      await transport.close();
    });

    it('a pod that is removed in the middle of a file is an error, and then it is gone', async () => {
      const transport = await openPod(cluster(), way, victim(way));
      const errors: KeepError[] = [];
      let bytes = 0;
      for await (const { chunks } of transport.read([{ path: BIG, offset: 0, length: SIZE }])) {
        for await (const chunk of chunks) {
          if (chunk.isErr()) errors.push(chunk.error);
          else if (bytes === 0)
            // Not to its end: that may wait for what we do not take.
            await cluster().kubectl(['delete', 'pod', victim(way), '--grace-period=1', '--wait=false']);
          if (chunk.isOk()) bytes += chunk.value.length;
        }
      }
      expect(errors).toMatchObject([{ kind: 'unreachable', retry: true }]);
      expect(bytes).toBeLessThan(SIZE);
      await cluster().removePod(victim(way));
      const gone = (await transport.stat(BIG))._unsafeUnwrapErr();
      expect(gone).toMatchObject({ kind: 'unreachable', retry: false });
      expect(gone.message).toContain('not found');
      await transport.close();
    });

    it('an API server that is away is unreachable, and may come back', async () => {
      const config = configOf(way);
      const away = withServer(config, 'https://127.0.0.1:9');
      const found = await findPods(away, { namespace: cluster().namespace, owner: { pod: 'steady' } });
      expect(found._unsafeUnwrapErr()).toMatchObject({ kind: 'unreachable', retry: true });
      const opened = await openKubernetesTransport({ ...place('steady'), config: away });
      expect(opened._unsafeUnwrapErr()).toMatchObject({ kind: 'unreachable', retry: true });
    });

    it('a connection that is lost in the middle of a file leaves nothing in the pod', async () => {
      const config = configOf(way);
      const { hostname: host, port } = new URL(config.getCurrentCluster()?.server ?? '');
      await using proxy = await startFaultProxy({ to: { host, port: Number(port) } });
      const through = withServer(config, `https://${proxy.host}:${proxy.port}`);
      const opened = await openKubernetesTransport({ ...place('steady'), config: through });
      const transport = opened._unsafeUnwrap();
      expect(await oursIn(cluster(), 'steady')).not.toEqual([]);
      const errors: KeepError[] = [];
      for await (const { chunks } of transport.read([{ path: BIG, offset: 0, length: SIZE }])) {
        for await (const chunk of chunks) {
          proxy.cut();
          if (chunk.isErr()) errors.push(chunk.error);
        }
      }
      expect(errors).toMatchObject([{ kind: 'unreachable', retry: true }]);
      // What waits to be heard is ended by its own shell.
      await expect.poll(() => oursIn(cluster(), 'steady'), { timeout: 20_000, interval: 500 }).toEqual([]);
      await transport.close();
    });
  }),
);

/** The same cluster and user by another address, which its certificate need not know. */
function withServer(config: KubeConfig, server: string): KubeConfig {
  const other = new KubeConfig();
  const current = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (current === null || user === null) throw new Error('the kubeconfig has no user');
  other.loadFromClusterAndUser({ ...current, server, skipTLSVerify: true }, user);
  return other;
}

/** The command lines of what was begun in a pod beside what it does by itself, zombies among them. */
async function oursIn(cluster: Cluster, pod: string): Promise<string[]> {
  const list = 'cd /proc; for p in [0-9]*; do tr "\\000" " " <$p/cmdline; echo; done 2>/dev/null';
  const lines = (await cluster.exec(pod, list)).split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !/sleep 1|cd \/proc|^tr /.test(line));
}
