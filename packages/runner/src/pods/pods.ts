import { keepError, type Answer, type Finding, type Transport } from '@sessionkeep/core';
import type { FoundPods } from '@sessionkeep/transport-kubernetes';
import { err } from 'neverthrow';
import type { World } from '../world.js';
import { locationText, type PodFolder } from '../location/location.js';
import type { Clusters } from './clusters.js';

/**
 * The pods that a run goes to. Each of their folders is opened once, whoever asks for it how often: `close` of what was given lets
 * go of nothing, and only `close` of this does. An abort ends what waits for a cluster.
 */
export class Pods {
  readonly #open = new Map<string, Answer<Transport>>();
  #clusters: Promise<Clusters> | null = null;

  constructor(private readonly world: Pick<World, 'env' | 'signal'>) {}

  /** Those that a location means and that can be gone to now. */
  async find(location: PodFolder): Answer<FoundPods> {
    return (await this.#load()).find(location);
  }

  /** Opens a folder; in the first pod that is ready, where none was found yet. */
  async open(location: PodFolder): Answer<Transport> {
    const found = location.found === null ? await this.#foundIn(location) : location;
    if ('isErr' in found) return found.isErr() ? err(found.error) : this.open(found.value);
    const key = JSON.stringify([found.kubeconfig, found.address, found.found]);
    const opening = this.#open.get(key) ?? this.#openNow(found);
    this.#open.set(key, opening);
    const opened = await this.#unlessAborted(found, () => opening);
    return opened.map(lent);
  }

  /** Tries out step by step what it takes to get to the pods. */
  async *examine(location: PodFolder): AsyncIterable<Finding> {
    yield* (await this.#load()).examine(location);
  }

  /** Closes what was opened; after an abort it waits for nothing. */
  async close(): Promise<void> {
    const opened = [...this.#open.values()];
    this.#open.clear();
    const closed = Promise.all(
      opened.map(async (one) => {
        const transport = await one;
        if (transport.isOk()) await transport.value.close();
      }),
    );
    // What is still connecting is not waited for.
    if (!this.world.signal.aborted) await closed;
  }

  async #openNow(location: PodFolder): Answer<Transport> {
    return (await this.#load()).open(location);
  }

  async #foundIn(location: PodFolder): Answer<PodFolder> {
    return (await this.find(location)).map(({ pods: [first] }) => ({ ...location, found: first ?? null }));
  }

  /** Who goes to no cluster need not read the client. */
  #load(): Promise<Clusters> {
    this.#clusters ??= import('./clusters.js').then(({ Clusters }) => new Clusters(this.world));
    return this.#clusters;
  }

  #unlessAborted<T>(location: PodFolder, run: () => Answer<T>): Answer<T> {
    const { signal } = this.world;
    return new Promise((resolve, reject) => {
      const abort = (): void =>
        resolve(err(keepError('aborted', 'open', `opening ${locationText(location)} was interrupted`)));
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      run()
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', abort));
    });
  }
}

function lent(transport: Transport): Transport {
  return { ...transport, close: () => Promise.resolve() };
}
