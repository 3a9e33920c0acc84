import type { KeepError, Range, RangeDigest, Transport } from '@sessionkeep/core';
import type { Result } from 'neverthrow';

/** Ranges a call: enough for a medium that answers in bulk, few enough that lanes share the work evenly. */
const BATCH = 64;

export interface DigestManyOptions {
  readonly signal?: AbortSignal;
  /** How many ranges at once; what the transport's traits say. */
  readonly lanes?: number;
}

/** Digests what many things lie in, in several lanes; `onDigest` is called once for each, in no promised order. */
export async function digestMany<T extends object>(
  transport: Transport,
  things: readonly T[],
  rangeOf: (thing: T) => Range,
  onDigest: (thing: T, digest: Result<RangeDigest, KeepError>) => void,
  { signal, lanes = transport.traits.lanes }: DigestManyOptions = {},
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < things.length && signal?.aborted !== true) {
      const batch = things.slice(next, next + BATCH);
      next += batch.length;
      let at = 0;
      for await (const digest of transport.digest(batch.map(rangeOf), signal && { signal })) {
        const thing = batch[at++];
        if (thing === undefined) break;
        onDigest(thing, digest);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
