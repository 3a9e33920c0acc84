import type { Transport } from '@sessionkeep/core';
import { createRateLimit, withThrottle } from '@sessionkeep/transfer';
import { nodeSha256 } from '@sessionkeep/transport-local';

/** What `--bwlimit` does to the transports of a run. */
export interface Pace {
  readonly bytesPerSecond: number;
  /** The transport, held to the pace of all sources together. */
  source(transport: Transport): Transport;
  /** The transport, held to the pace of all archives together. */
  archive(transport: Transport): Transport;
}

/**
 * Holds sources together, and archives together, to so many bytes a second. What is copied passes both: a limit for each, as
 * one for both would let it by at half the pace. Nothing waits any more once `signal` is aborted.
 */
export function paceOf(bytesPerSecond: number, signal: AbortSignal): Pace {
  const [reading, archiving] = [createRateLimit(bytesPerSecond), createRateLimit(bytesPerSecond)];
  return {
    bytesPerSecond,
    // Digests of a source are made where it lies, and move nothing.
    source: (transport) => withThrottle(transport, { limit: reading, signal }),
    // An archive's folder may be a mounted share: then what is digested comes over the network too.
    archive: (transport) => withThrottle(transport, { limit: archiving, sha256: nodeSha256, signal }),
  };
}
