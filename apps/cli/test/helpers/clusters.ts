import {
  needCluster,
  noCluster,
  openCluster,
  type Cluster,
  type ClusterWay,
} from '@sessionkeep/testkit/cluster';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { Machine } from './run-built.js';

/** A namespace with pods for the tests of one file; without a cluster they are skipped, and under `CI=true` fail. */
export function useCluster(makePods: (cluster: Cluster) => Promise<unknown>): () => Cluster {
  let cluster: Cluster | null = null;
  beforeAll(async () => {
    if (noCluster() !== null) return;
    cluster = await openCluster();
    await makePods(cluster);
  }, 180_000);
  beforeEach((context) => needCluster(context));
  afterAll(async () => {
    await cluster?.stop();
  });
  return () => {
    if (cluster === null) throw new Error('there are pods only while tests run');
    return cluster;
  };
}

/** A machine that goes to the cluster by one of the ways to it. */
export class ClusterMachine extends Machine {
  constructor(
    readonly way: ClusterWay,
    readonly more: Readonly<Record<string, string>> = {},
  ) {
    super();
  }

  override get env(): NodeJS.ProcessEnv {
    return { ...super.env, ...this.more, KUBECONFIG: process.env[this.way] };
  }

  config(text: string): void {
    writeFileSync(join(this.cwd, 'sessionkeep.yaml'), text);
  }
}
