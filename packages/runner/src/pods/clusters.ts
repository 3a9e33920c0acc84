import { failedFinding, type Answer, type Finding, type KeepError, type Transport } from '@sessionkeep/core';
import { withRetry } from '@sessionkeep/transfer';
import { nodeSha256 } from '@sessionkeep/transport-local';
import {
  contextNamespace,
  examinePods,
  findPods,
  loadCluster,
  openKubernetesTransport,
  type FoundPods,
  type PodQuery,
} from '@sessionkeep/transport-kubernetes';
import { err, type Result } from 'neverthrow';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import type { World } from '../world.js';
import { locationText, type PodFolder } from '../location/location.js';

type Config = ReturnType<typeof loadCluster> extends Result<infer T, KeepError> ? T : never;

/** What waits for a pod that a node lost its connection to: 0.25, 0.5, 1, 2 and 4 s. */
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 250;

/** The clusters of a run: each kubeconfig is read once, and its plug-ins are asked as seldom as they allow. */
export class Clusters {
  readonly #known = new Map<string, Result<Config, KeepError>>();

  constructor(private readonly world: Pick<World, 'env' | 'signal'>) {
    // What comes over TLS is garbage at once, by the gigabyte. With a young generation that stays small it is found where it is
    // made; otherwise all of the heap is searched for every 30 MB, which takes longer than everything else about them.
    setFlagsFromString('--semi-space-growth-factor=1');
  }

  async find(location: PodFolder): Answer<FoundPods> {
    const config = this.#config(location);
    return config.isErr()
      ? err(config.error)
      : findPods(config.value, queryOf(location, config.value), this.world);
  }

  /** Opens the folder in the pod that was found: patient with a connection that is lost later. */
  async open(location: PodFolder): Answer<Transport> {
    const { found, address, compress } = location;
    const config = this.#config(location);
    if (config.isErr()) return err(config.error);
    if (found === null) throw new TypeError(`${locationText(location)} was not looked for`);
    const opened = await openKubernetesTransport({
      config: config.value,
      ...found,
      path: address.path,
      compress,
    });
    const { signal } = this.world;
    return opened.map((transport) =>
      withRetry(transport, {
        attempts: ATTEMPTS,
        wait: (attempt) => waitFor(FIRST_WAIT_MS * 2 ** (attempt - 1), signal),
        sha256: nodeSha256,
        signal,
      }),
    );
  }

  async *examine(location: PodFolder): AsyncIterable<Finding> {
    const config = this.#config(location);
    if (config.isErr()) yield failedFinding('cluster', config.error);
    else yield* examinePods(config.value, queryOf(location, config.value), this.world);
  }

  #config({ kubeconfig, address: { context } }: PodFolder): Result<Config, KeepError> {
    const key = JSON.stringify([kubeconfig, context]);
    const config =
      this.#known.get(key) ??
      loadCluster({
        env: this.world.env,
        ...(kubeconfig !== null && { kubeconfig }),
        ...(context !== null && { context }),
      });
    this.#known.set(key, config);
    return config;
  }
}

function queryOf({ address, pods }: PodFolder, config: Config): PodQuery {
  const { namespace, owner, container } = address;
  return {
    namespace: namespace ?? contextNamespace(config),
    owner,
    pods,
    ...(container !== null && { container }),
  };
}

/** Ends early when the run is interrupted. */
async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
