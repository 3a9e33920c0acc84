import { wrapTransport, type Operation, type Sha256, type Transport } from '@sessionkeep/core';
import { Outage, type RetryOptions as Tries } from './patience.js';
import { retryingDigest, retryingRead, retryingScan } from './retry-reads.js';
import { retryingCreate, retryingPublish, retryingRename, untilSettled } from './retry-writes.js';

/** An append's bytes cannot be had again; our own lease, taken unheard, would look like somebody else's. */
const ONCE: ReadonlySet<Operation> = new Set(['append', 'lease', 'breakLease']);

/** What {@link withRetry} is told. */
export interface RetryOptions extends Tries {
  /** Settles by content whether a file was made before its reply was lost. */
  readonly sha256: Sha256;
  /** Files up to this many bytes are held in memory, to be created again; 1 MiB unless told otherwise. */
  readonly bufferLimit?: number;
}

/**
 * The same transport, patient: what failed with an error that allows it is tried again.
 *
 * - Calls that may be made twice are; `read` and `digest` go on where they were; `scan` starts again only while it has
 *   yielded nothing.
 * - A lost reply to `rename`, `create` or `publish` is settled by what lies there: names, size and digest.
 * - `append`, `lease` and `breakLease` are made once, whatever their error allows.
 * - A medium that was out of reach for all tries of one call is not waited for again until a call gets through.
 *
 * @example
 * import { setTimeout } from 'node:timers/promises';
 *
 * const patient = withRetry(transport, {
 *   attempts: 5,
 *   wait: (attempt) => setTimeout(100 * 2 ** attempt),
 *   sha256: nodeSha256,
 * });
 */
export function withRetry(inner: Transport, options: RetryOptions): Transport {
  const { sha256, bufferLimit = 1 << 20 } = options;
  const tries = { ...options, outage: new Outage() };
  return wrapTransport(inner, (call, run) => (ONCE.has(call.operation) ? run() : untilSettled(tries, run)), {
    scan: retryingScan(inner, tries),
    read: retryingRead(inner, tries),
    digest: retryingDigest(inner, tries),
    create: retryingCreate(inner, sha256, bufferLimit, tries),
    publish: retryingPublish(inner, sha256, tries),
    rename: retryingRename(inner, tries),
  });
}
