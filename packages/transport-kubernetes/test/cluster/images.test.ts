import type { Cluster, PodOptions } from '@sessionkeep/testkit/cluster';
import { expect, it } from 'vitest';
import { openKubernetesTransport } from '../../src/index.js';
import { configOf, describeEachWay, describeOnCluster } from './on-cluster.js';

/** What a container has in a folder of its own, made from BusyBox by a script that runs before. */
const made = (cluster: Cluster, script: string): object => ({
  volumes: [{ name: 'made', emptyDir: {} }],
  initContainers: [
    {
      name: 'maker',
      image: cluster.images.busybox,
      imagePullPolicy: 'IfNotPresent',
      command: ['sh', '-ec', script],
      volumeMounts: [{ name: 'made', mountPath: '/made' }],
    },
  ],
});

/** Nothing but a program that waits, where the image has its programs. */
const noShell = (cluster: Cluster): PodOptions => ({
  image: 'busybox',
  spec: made(cluster, 'cp /bin/busybox /made/sleep'),
  container: { command: ['sleep', '100000'], volumeMounts: [{ name: 'made', mountPath: '/bin' }], env: [] },
});

/** A part of BusyBox. Its shell would know the rest by heart, so the shell is Debian's. */
const cutDown = (cluster: Cluster, applets: string): PodOptions => ({
  spec: made(
    cluster,
    `cp /bin/busybox /made/; cd /made; ln -s /bin/sh sh; for a in sleep ${applets}; do ln -s busybox $a; done`,
  ),
  container: {
    volumeMounts: [{ name: 'made', mountPath: '/made' }],
    env: [
      { name: 'PATH', value: '/made' },
      { name: 'HOME', value: '/tmp' },
    ],
  },
});

const start = (cluster: Cluster): Promise<unknown> =>
  Promise.all([
    cluster.startPod('no-shell', noShell(cluster)),
    cluster.startPod('few-tools', cutDown(cluster, 'cat dd head printf stat')),
    cluster.startPod('no-head', cutDown(cluster, 'cat dd find readlink sha256sum stat xargs')),
  ]);

describeOnCluster('an image on a cluster', start, (cluster) =>
  describeEachWay((way) => {
    const refusal = async (pod: string): Promise<string> => {
      const { namespace } = cluster();
      const place = { config: configOf(way), namespace, pod, container: 'main', path: '~' };
      const error = (await openKubernetesTransport(place))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: 'unsupported', retry: false });
      expect(error.hint).toMatch(/mounts the same volume/);
      return error.message;
    };

    it('without a shell is refused, with the words of the container runtime', async () => {
      expect(await refusal('no-shell')).toMatch(/has no usable shell: .*"sh": executable file not found/);
    });

    it('with a part of BusyBox is refused, with what is missing', async () => {
      expect(await refusal('few-tools')).toMatch(
        /lacks what reading needs: find, readlink, sha256sum, xargs/,
      );
    });

    it('without what the shell itself begins with is refused alike', async () => {
      expect(await refusal('no-head')).toMatch(/lacks what reading needs: head/);
    });
  }),
);
