import { EMPTY_SHA256, type Range } from '@sessionkeep/core';
import { expect } from 'vitest';
import { nodeSha256 } from '../../memory/node-sha256.js';
import { kindOf, MiB, must, pattern, put, range } from '../tools.js';
import type { Obligation, World } from '../world.js';

async function digests({ transport }: World, ranges: readonly Range[]): Promise<string[]> {
  const answers: string[] = [];
  for await (const answer of transport.digest(ranges)) {
    if (answer.isOk()) expect(answer.value.range).toEqual(ranges[answers.length]);
    answers.push(answer.isOk() ? answer.value.sha256 : answer.error.kind);
  }
  return answers;
}

export const digestObligations: readonly Obligation[] = [
  {
    name: 'gives the SHA-256 of prefixes, of ranges in the middle, of nothing',
    run: async (world) => {
      const content = pattern(3 * MiB + 17);
      await put(world.transport, 'file', content);
      await put(world.transport, 'empty', '');
      const got = await digests(world, [
        range('file', 0, content.length),
        range('file', 0, 100),
        range('file', 70_000, 2 * MiB),
        range('file', 5, 0),
        range('empty', 0, 0),
      ]);
      const part = nodeSha256.of(content.subarray(70_000, 70_000 + 2 * MiB));
      expect(got).toEqual([
        nodeSha256.of(content),
        nodeSha256.of(content.subarray(0, 100)),
        part,
        EMPTY_SHA256,
        EMPTY_SHA256,
      ]);
    },
  },
  {
    name: 'answers every range in order, with the errors that a read has',
    run: async (world) => {
      const { identity } = await put(world.transport, 'a/file', 'content');
      await put(world.transport, 'b', 'b');
      const asked = [
        range('b', 0, 1),
        range('missing', 0, 1),
        range('a/file', 0, 8),
        range('a', 0, 1),
        range('a/file', 0, 7, identity),
        range('a/file', 0, 7, identity === '' ? '' : `${identity}other`),
        range('b', 0, 1),
      ];
      const content = nodeSha256.of(new TextEncoder().encode('content'));
      const b = nodeSha256.of(new TextEncoder().encode('b'));
      const other = identity === '' ? content : 'changed';
      expect(await digests(world, asked)).toEqual([b, 'not-found', 'short', 'changed', content, other, b]);
    },
  },
  {
    name: "the hash's state, where there is one, goes on from the range's end",
    run: async ({ transport, skip }) => {
      const content = pattern(200_000, 3);
      await put(transport, 'file', content);
      for await (const answer of transport.digest([range('file', 0, 150_000)])) {
        const { state, sha256 } = must(answer);
        if (state === undefined) return skip('this transport has digests made elsewhere');
        expect(state.copy().hex()).toBe(sha256);
        const copy = state.copy();
        copy.update(content.subarray(150_000));
        expect(copy.hex()).toBe(nodeSha256.of(content));
        state.update(content.subarray(150_000, 150_001));
        expect(state.hex()).toBe(nodeSha256.of(content.subarray(0, 150_001)));
      }
    },
  },
  {
    name: 'may be abandoned after the first answer',
    run: async ({ transport }) => {
      await put(transport, 'file', pattern(MiB));
      const ranges = Array.from({ length: 10 }, () => range('file', 0, MiB));
      for (let times = 0; times < 10; times++) {
        for await (const answer of transport.digest(ranges)) {
          expect(kindOf(answer)).toBe('ok');
          break;
        }
      }
    },
  },
];
