import { err, ok, type Result } from 'neverthrow';
import type { CallOptions, KeepError, Range, RangeDigest, RangeRead, Sha256 } from '@sessionkeep/core';
import type { Place } from './place.js';
import { readRanges } from './read-ranges.js';

/** Digests ranges in this process, with the checks of a read. */
export async function* digestRanges(
  place: Place,
  sha256: Sha256,
  ranges: readonly Range[],
  options: CallOptions = {},
): AsyncGenerator<Result<RangeDigest, KeepError>, void, void> {
  for await (const read of readRanges(place, ranges, options)) {
    yield await digestOne(sha256, read);
  }
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
