import { nodeSha256 } from '@sessionkeep/transport-local';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInShard, parseShard } from './shard.js';

const shards = (of: number) => Array.from({ length: of }, (_, index) => ({ index, of }));

test('every repo is in exactly one of the shards', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 50 }), (source, repo, of) => {
      expect(shards(of).filter((shard) => isInShard({ source, repo }, shard, nodeSha256))).toHaveLength(1);
    }),
  );
});

test('it is always the same one: what was once in a shard stays there', () => {
  const repos = ['home', 'ops', 'chorus', 'web', 'notes', 'a', 'b', 'c'];
  const of = (repo: string) =>
    shards(4).findIndex((shard) => isInShard({ source: 'mac-local', repo }, shard, nodeSha256));
  // Taken with `printf mac-local/home | sha256sum`, the first 8 digits modulo 4.
  expect(repos.map(of)).toEqual([2, 1, 1, 3, 2, 3, 3, 2]);
});

test('a shard as it is written', () => {
  expect(parseShard('0/1')._unsafeUnwrap()).toEqual({ index: 0, of: 1 });
  expect(parseShard('999/1000')._unsafeUnwrap()).toEqual({ index: 999, of: 1000 });
  for (const text of ['1/1', '0/1001', '0/0', '/4', '1/', 'a/b', '0/4 ', '0x0/4'])
    expect(parseShard(text)._unsafeUnwrapErr().kind).toBe('usage');
});
