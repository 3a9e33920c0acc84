import { keepError, printable, type KeepError, type Sha256 } from '@sessionkeep/core';
import type { Place } from '@sessionkeep/transfer';
import { err, ok, type Result } from 'neverthrow';

/** One of several runs that share the repos among them. */
export interface Shard {
  /** From 0 on. */
  readonly index: number;
  /** How many there are, itself among them. */
  readonly of: number;
}

/** More would only look for what others do. */
const MOST_SHARDS = 1000;

/** Reads `0/4`: the first of four. */
export function parseShard(text: string): Result<Shard, KeepError> {
  const [, index = '', of = ''] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (index !== '' && shard.of >= 1 && shard.of <= MOST_SHARDS && shard.index < shard.of) return ok(shard);
  const hint = `write INDEX/COUNT, the index from 0 on, the count at most ${MOST_SHARDS.toString()}: 0/4, 1/4, 2/4 and 3/4`;
  return err(keepError('usage', 'read shard', `"${printable(text)}" is no shard`, { hint }));
}

/**
 * Whether a repo is a shard's: exactly one of `of` shards says so, and always the same one, whatever other repos there are. It is the
 * first 32 bits of the sha256 of `source/repo`, a big-endian number, modulo the count.
 *
 * @example
 * const mine = places.filter((place) => isInShard(place, { index: 0, of: 4 }, nodeSha256));
 */
export function isInShard({ source, repo }: Place, { index, of }: Shard, sha256: Sha256): boolean {
  return Number.parseInt(sha256.of(`${source}/${repo}`).slice(0, 8), 16) % of === index;
}
