import { err, ok, type Result } from 'neverthrow';
import type { KeepError } from '../error/keep-error.js';
import type { Sha256 } from '../hash/sha256.js';
import type { RangeDigest, RangeRead } from '../port/transport.js';

/** Digests what is read, in this process: what `digest` is where nobody digests in place. Checks are those of the reads. */
export async function* digestReads(
  reads: AsyncIterable<RangeRead>,
  sha256: Sha256,
): AsyncGenerator<Result<RangeDigest, KeepError>, void, void> {
  for await (const read of reads) yield await digestOne(sha256, read);
}

async function digestOne(
  sha256: Sha256,
  { range, chunks }: RangeRead,
): Promise<Result<RangeDigest, KeepError>> {
  const state = sha256.start();
  for await (const chunk of chunks) {
    if (chunk.isErr()) return err(chunk.error);
    state.update(chunk.value);
  }
  return ok({ range, sha256: state.copy().hex(), state });
}
