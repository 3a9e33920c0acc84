import { randomInt } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '../cluster/cluster-options.js';
import { openCluster } from '../cluster/open-cluster.js';
import { runPod } from '../cluster/run-pod.js';
import type { Image } from './image-options.js';

/** How long an image may take to go up, in milliseconds. */
const UPLOAD = 600_000;
/** Ports below those that systems give to connections. */
const PORTS = [20_000, 30_000] as const;
/** BusyBox's httpd tells the type of a file by its ending: this is one of a tag. */
const ENDING = '.oci';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

/**
 * Brings an image to the nodes of the cluster of `KUBECONFIG`, by nothing but kubectl: on each, a pod in the host's network serves it as
 * a registry on 127.0.0.1, from where container runtimes take images over plain HTTP, and is gone afterwards.
 *
 * @param args what the image is run with once on each node, to its end
 * @returns the name by which pods have it, with `imagePullPolicy: IfNotPresent`
 * @throws where the cluster allows no such pods, or its runtime takes no image from there, with what it said
 */
export async function loadImage(image: Image, args: readonly string[]): Promise<string> {
  await using cluster = await openCluster();
  const names = await cluster.kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}']);
  const nodes = names.split(' ').filter((name) => name !== '');
  await Promise.all(nodes.map((node, index) => startRegistry(cluster, `registry-${index}`, node, image)));
  const port = await serve(cluster, nodes);
  const reference = `127.0.0.1:${port}/image:${tagOf(image)}`;
  const container = { image: reference, args };
  await Promise.all(
    nodes.map((nodeName, index) => runPod(cluster, `image-${index}`, container, { nodeName })),
  );
  return reference;
}

async function startRegistry(cluster: Cluster, pod: string, node: string, image: Image): Promise<void> {
  await cluster.startPod(pod, { image: 'busybox', spec: { nodeName: node, hostNetwork: true } });
  await cluster.exec(pod, 'mkdir -p ~/v2/image/blobs ~/v2/image/manifests');
  const blobs = join(image.layout, 'blobs/sha256');
  for (const name of await readdir(blobs)) {
    const input = await readFile(join(blobs, name));
    await cluster.exec(pod, `cat >~/v2/image/blobs/sha256:${name}`, { input, longest: UPLOAD });
  }
  const names = `${tagOf(image)} ${image.digest}`;
  await cluster.exec(
    pod,
    `cd ~/v2/image && for name in ${names}; do ln blobs/${image.digest} "manifests/$name" || exit; done
    echo '${ENDING}:${MANIFEST_TYPE}' >~/httpd.conf`,
  );
}

/** Finds a port that is free on all nodes: an image has one name on all of them. */
async function serve(cluster: Cluster, nodes: readonly string[]): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    const port = randomInt(...PORTS);
    const start = `httpd -p 127.0.0.1:${port} -h ~ -c ~/httpd.conf </dev/null`;
    try {
      await Promise.all(nodes.map((_, index) => cluster.exec(`registry-${index}`, start)));
      return port;
    } catch (cause) {
      if (attempt === 5 || !String(cause).includes('in use')) throw cause;
    }
  }
}

function tagOf({ digest }: Image): string {
  return `${digest.slice('sha256:'.length, 20)}${ENDING}`;
}
