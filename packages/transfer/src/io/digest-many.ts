import type { KeepError, Range, RangeDigest, Transport } from '@sessionkeep/core';
import type { Result } from 'neverthrow';

/** Ranges a call: enough for a medium that answers in bulk, few enough that lanes share the work evenly. */
const BATCH = 64;

export interface DigestManyOptions {
  readonly signal?: AbortSignal;
  /** How many ranges at once; what the transport's traits say. */
  readonly lanes?: number;
}

/** Digests many ranges in several lanes; `onDigest` is called once for each, in no promised order. */
export async function digestMany(
  transport: Transport,
  ranges: readonly Range[],
  onDigest: (index: number, digest: Result<RangeDigest, KeepError>) => void,
  { signal, lanes = transport.traits.lanes }: DigestManyOptions = {},
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < ranges.length && signal?.aborted !== true) {
      const from = next;
      next = Math.min(ranges.length, from + BATCH);
      let at = from;
      for await (const digest of transport.digest(ranges.slice(from, next), signal && { signal }))
        onDigest(at++, digest);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
