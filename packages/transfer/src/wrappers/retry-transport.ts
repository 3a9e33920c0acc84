import type { Lease, Sha256, Transport } from '@sessionkeep/core';
import type { RetryOptions as Tries } from './patience.js';
import { retryingDigest, retryingRead, retryingScan } from './retry-reads.js';
import { retryingCreate, retryingPublish, retryingRename, untilSettled } from './retry-writes.js';

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
 * - `append`, `lease` and `breakLease` are made once. An append's bytes cannot be had again, and a lease that was
 *   taken unheard would look like somebody else's.
 */
export function withRetry(inner: Transport, options: RetryOptions): Transport {
  const { sha256, bufferLimit = 1 << 20 } = options;
  return {
    name: inner.name,
    traits: inner.traits,
    probe: (folder, mode) => untilSettled(options, () => inner.probe(folder, mode)),
    scan: retryingScan(inner, options),
    list: (folder) => untilSettled(options, () => inner.list(folder)),
    stat: (path) => untilSettled(options, () => inner.stat(path)),
    read: retryingRead(inner, options),
    digest: retryingDigest(inner, options),
    create: retryingCreate(inner, sha256, bufferLimit, options),
    append: (path, offset, bytes, length, write) => inner.append(path, offset, bytes, length, write),
    publish: retryingPublish(inner, sha256, options),
    rename: retryingRename(inner, options),
    remove: (path) => untilSettled(options, () => inner.remove(path)),
    setModifiedTime: (path, mtime) => untilSettled(options, () => inner.setModifiedTime(path, mtime)),
    flush: (folders) => untilSettled(options, () => inner.flush(folders)),
    lease: async (folder, holder) =>
      (await inner.lease(folder, holder)).map((lease) => patient(lease, options)),
    breakLease: (folder) => inner.breakLease(folder),
    close: () => inner.close(),
  };
}

function patient(lease: Lease, options: Tries): Lease {
  return {
    clockOffset: lease.clockOffset,
    now: () => lease.now(),
    check: () => untilSettled(options, () => lease.check()),
    release: () => untilSettled(options, () => lease.release()),
  };
}
