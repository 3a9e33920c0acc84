import {
  keepError,
  wrapTransport,
  type Answer,
  type Bytes,
  type CallOptions,
  type RangeDigest,
  type RangeRead,
  type Sha256,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { RateLimit } from './rate-limit.js';

/** What {@link withThrottle} is told. */
export interface ThrottleOptions {
  readonly limit: RateLimit;
  /**
   * Given, digests are made in this process, of bytes read at this pace: for a medium where `digestsInPlace` says too
   * much, such as a disk that is a mounted share. Without it digests go by unpaced, as they move no bytes in place.
   */
  readonly sha256?: Sha256;
  /** Once aborted nothing is held back any more: what ends a run (its last lines, its record) does not wait. */
  readonly signal?: AbortSignal;
}

/**
 * The same transport, slower: bytes that are read and bytes that are written go by at the limit's pace, all calls
 * together, in even slices however large a file is. What is not the bytes of files (names, sizes, times) is not counted.
 *
 * - Backpressure passes: nothing is asked of a producer that the limit does not let by yet.
 * - An aborted call ends at once, also while it waits.
 * - `publish` has its bytes at once and cannot be slowed in its middle, so `publishLimit` is a second's worth at most.
 *
 * @example
 * const limit = createRateLimit(1_000_000);
 * const slow = withThrottle(transport, { limit });
 */
export function withThrottle(inner: Transport, options: ThrottleOptions): Transport {
  const { limit, sha256, signal } = options;
  const read: Transport['read'] = (ranges, callOptions) =>
    pacedRead(inner.read(ranges, callOptions), options, callOptions);
  const throttled = wrapTransport(inner, (_, run) => run(), {
    read,
    create: (path, bytes, length, writeOptions) =>
      inner.create(path, paced(bytes, options, writeOptions), length, writeOptions),
    append: (path, offset, bytes, length, writeOptions) =>
      inner.append(path, offset, paced(bytes, options, writeOptions), length, writeOptions),
    publish: async (file) => {
      for (let left = file.bytes.length; left > 0; left -= limit.slice)
        await limit.take(Math.min(left, limit.slice), signal);
      return inner.publish(file);
    },
    ...(sha256 && { digest: digestOfReads(read, sha256) }),
  });
  const { traits } = inner;
  return {
    ...throttled,
    traits: {
      ...traits,
      digestsInPlace: traits.digestsInPlace && sha256 === undefined,
      publishLimit: Math.min(traits.publishLimit, Math.floor(limit.bytesPerSecond)),
    },
  };
}

async function* pacedRead(
  reads: AsyncIterable<RangeRead>,
  options: ThrottleOptions,
  callOptions?: CallOptions,
): AsyncIterable<RangeRead> {
  for await (const { range, chunks } of reads) yield { range, chunks: paced(chunks, options, callOptions) };
}

async function* paced(
  bytes: Bytes,
  { limit, signal: ending }: ThrottleOptions,
  { signal: call }: CallOptions = {},
): Bytes {
  const signal =
    call === undefined || ending === undefined ? (call ?? ending) : AbortSignal.any([call, ending]);
  for await (const chunk of bytes) {
    if (chunk.isErr()) {
      yield chunk;
      return;
    }
    for (let at = 0; at < chunk.value.length; at += limit.slice) {
      const part = chunk.value.subarray(at, at + limit.slice);
      await limit.take(part.length, signal);
      if (call?.aborted === true) {
        yield err(keepError('aborted', 'throttle', 'interrupted'));
        return;
      }
      yield ok(part);
    }
  }
}

function digestOfReads(read: Transport['read'], sha256: Sha256): Transport['digest'] {
  return async function* (ranges, callOptions) {
    for await (const one of read(ranges, callOptions)) yield await digestOf(one, sha256);
  };
}

async function digestOf({ range, chunks }: RangeRead, sha256: Sha256): Answer<RangeDigest> {
  const state = sha256.start();
  for await (const chunk of chunks) {
    if (chunk.isErr()) return err(chunk.error);
    state.update(chunk.value);
  }
  return ok({ range, sha256: state.copy().hex(), state });
}
