import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path/posix';
import type { Cluster, ClusterWay } from '@sessionkeep/testkit/cluster';
import { describeTransportContract, type Opened, type Outside } from '@sessionkeep/testkit/contract';
import { expect, it } from 'vitest';
import { ExecChannel } from '../../src/exec/exec-channel.js';
import { DEVIATIONS, DEVIATIONS_OF_BUSYBOX } from '../deviations.js';
import { HURRY } from '../pods.js';
import { configOf, describeEachWay, describeOnCluster, openPod } from './on-cluster.js';

const HOME = '/home/user';

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

async function openIn(cluster: Cluster, way: ClusterWay, pod: string): Promise<Opened> {
  const name = `place-${randomBytes(6).toString('hex')}`;
  const open = () => openPod(cluster, way, pod, { path: `~/${name}/root` });
  return {
    transport: await open(),
    reopen: open,
    outside: hooks(cluster, pod, `${HOME}/${name}`),
    // It goes with its pod.
    cleanup: async () => undefined,
  };
}

function hooks(cluster: Cluster, pod: string, top: string): Outside {
  const run = (script: string): Promise<string> => cluster.exec(pod, `set -e; ${script}`);
  const at = (path: string): string => quoted(`${top}/root/${path}`);
  const room = (path: string): string => `mkdir -p ${quoted(dirname(`${top}/root/${path}`))}`;
  const [beside, secret] = [`${top}/outside`, `${top}/outside/inside.jsonl`];
  const leadOut = async (path: string, target: string): Promise<() => Promise<boolean>> => {
    const made = `mkdir -p ${beside}; printf secret >${secret}`;
    const look = `ls -A ${beside}; stat -c '%s %Y' ${secret}`;
    const before = await run(`${room(path)}; ${made}; ln -s ${target} ${at(path)}; ${look}`);
    return async () => (await run(look)) === before;
  };
  const act = async (...steps: readonly string[]): Promise<void> => {
    await run(steps.join('; '));
  };
  return {
    link: (path, text) => act(room(path), `ln -s ${quoted(text)} ${at(path)}`),
    linkOut: (path) => leadOut(path, secret),
    linkFolderOut: (path) => leadOut(path, beside),
    pipe: (path) => act(room(path), `mkfifo ${at(path)}`),
    makeUnreadable: (path) => act(`chmod 0 ${at(path)}`),
    foreignName: (path) => act(room(`${path}/x`), `printf x >"$(printf '%s/a\\377' ${at(path)})"`),
    replace: (path) => act(`printf '!' >${at(`${path}.fresh`)}`, `mv ${at(`${path}.fresh`)} ${at(path)}`),
  };
}

const PODS = { debian: DEVIATIONS, busybox: DEVIATIONS_OF_BUSYBOX } as const;

describeOnCluster(
  'pods on a cluster',
  (cluster) => Promise.all([cluster.startPod('debian'), cluster.startPod('busybox', { image: 'busybox' })]),
  (cluster) =>
    describeEachWay((way) => {
      it('begins execs in the protocol that is meant', async () => {
        const target = { namespace: cluster().namespace, pod: 'debian', container: 'main' };
        const opened = await ExecChannel.open(configOf(way), target, ['true'], HURRY);
        const spoken = way === 'KUBECONFIG_V5' ? /^v5\./ : /^v[45]\./;
        expect(opened._unsafeUnwrap().protocol).toMatch(spoken);
      });
      for (const pod of ['debian', 'busybox'] as const) {
        const open = (): Promise<Opened> => openIn(cluster(), way, pod);
        describeTransportContract(`${pod} by ${way}`, { open, deviations: PODS[pod] });
      }
    }),
);
