import type { Bytes, KeepError } from '@sessionkeep/core';
import { err, type Result } from 'neverthrow';

type Item = IteratorResult<Result<Uint8Array, KeepError>>;

/** Makes the error that ends the stream. */
type Problem = (kind: 'aborted' | 'io', what: string) => KeepError;

/**
 * The same stream for whoever must outlive its producer: an abort and what the producer throws are its last item, as an
 * error. The abort is heard even while the producer hangs; such a one is told to stop and not waited for.
 */
export async function* boundedStream(
  bytes: Bytes,
  signal: AbortSignal | undefined,
  problem: Problem,
): AsyncGenerator<Result<Uint8Array, KeepError>, void, void> {
  const iterator = bytes[Symbol.asyncIterator]();
  let wake: () => void = () => undefined;
  const heard = (): void => wake();
  signal?.addEventListener('abort', heard);
  let ended = false;
  try {
    while (signal?.aborted !== true) {
      const item = await new Promise<Item | null>((resolve, reject) => {
        wake = () => resolve(null);
        iterator.next().then(resolve, reject);
      });
      if (item === null) break;
      ended = item.done === true;
      if (item.done === true) return;
      yield item.value;
    }
    yield err(problem('aborted', 'stopped'));
  } catch {
    ended = true;
    yield err(problem('io', 'the bytes to write could not be produced'));
  } finally {
    signal?.removeEventListener('abort', heard);
    const returned = ended ? undefined : iterator.return?.().catch(() => undefined);
    if (signal?.aborted !== true) await returned;
  }
}
