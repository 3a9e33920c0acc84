import { EMPTY_SHA256 } from '@sessionkeep/core';
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { nodeSha256 } from '../../memory/node-sha256.js';
import {
  at,
  bytesOf,
  collect,
  kindOf,
  MiB,
  must,
  pattern,
  put,
  range,
  readRange,
  streamOf,
  textOf,
} from '../tools.js';
import type { Obligation } from '../world.js';

export const readObligations: readonly Obligation[] = [
  {
    name: 'gives exactly the bytes of a range: the start, the middle, the end, all',
    run: async ({ transport }) => {
      const content = pattern(300_000);
      await put(transport, 'file', content);
      for (const [offset, length] of [
        [0, 300_000],
        [0, 1],
        [1, 65_536],
        [131_071, 70_001],
        [299_999, 1],
      ] as const) {
        const got = must(await readRange(transport, range('file', offset, length)));
        expect(got.length).toBe(length);
        expect(nodeSha256.of(got)).toBe(nodeSha256.of(content.subarray(offset, offset + length)));
      }
    },
  },
  {
    name: 'an empty file and an empty range give no bytes and no error',
    run: async ({ transport }) => {
      await put(transport, 'empty', '');
      await put(transport, 'some', 'some');
      expect(nodeSha256.of(must(await readRange(transport, range('empty', 0, 0))))).toBe(EMPTY_SHA256);
      expect(must(await readRange(transport, range('some', 4, 0))).length).toBe(0);
      expect(must(await readRange(transport, range('some', 2, 0))).length).toBe(0);
    },
  },
  {
    name: 'gives chunks of at most 1 MiB, of a line of 5 MB too',
    run: async ({ transport }) => {
      const line = new Uint8Array(5_000_000).fill(0x61);
      await put(transport, 'line', line);
      let total = 0;
      for await (const { chunks } of transport.read([range('line', 0, line.length)])) {
        for await (const chunk of chunks) {
          const bytes = must(chunk);
          expect(bytes.length).toBeLessThanOrEqual(MiB);
          expect(bytes.every((byte) => byte === 0x61)).toBe(true);
          total += bytes.length;
        }
      }
      expect(total).toBe(line.length);
    },
  },
  {
    name: 'keeps runs of NUL, carriage returns and bytes that are no text',
    run: async ({ transport }) => {
      const content = Uint8Array.from({ length: 150_000 }, (_, index) => (index < 143_000 ? 0 : index % 256));
      content.set([13, 10, 26, 4, 255, 254, 0xef, 0xbb, 0xbf], 500);
      await put(transport, 'odd', content);
      expect(nodeSha256.of(await bytesOf(transport, 'odd'))).toBe(nodeSha256.of(content));
    },
  },
  {
    name: 'a file with fewer bytes is short, as the last item, wherever the range begins',
    run: async ({ transport }) => {
      await put(transport, 'file', pattern(100_000));
      for (const [offset, length] of [
        [0, 100_001],
        [99_999, 2],
        [100_000, 1],
        [500_000, 10],
      ] as const) {
        expect(kindOf(await readRange(transport, range('file', offset, length)))).toBe('short');
      }
      const items: string[] = [];
      for await (const { chunks } of transport.read([range('file', 0, 200_000)])) {
        for await (const chunk of chunks) items.push(kindOf(chunk));
      }
      expect(items.filter((item) => item !== 'ok')).toEqual(['short']);
      expect(items.at(-1)).toBe('short');
    },
  },
  {
    name: 'a missing file is not-found, a folder is changed',
    run: async ({ transport }) => {
      await put(transport, 'folder/file', 'x');
      expect(kindOf(await readRange(transport, range('missing', 0, 1)))).toBe('not-found');
      expect(kindOf(await readRange(transport, range('missing', 0, 0)))).toBe('not-found');
      expect(kindOf(await readRange(transport, range('folder/file/below', 0, 1)))).toBe('not-found');
      expect(kindOf(await readRange(transport, range('folder', 0, 1)))).toBe('changed');
    },
  },
  {
    name: 'reads the file of the identity that was scanned, and of any when it is empty',
    run: async ({ transport }) => {
      const { identity } = await put(transport, 'file', 'content');
      expect(kindOf(await readRange(transport, range('file', 0, 7, identity)))).toBe('ok');
      expect(kindOf(await readRange(transport, range('file', 0, 7, '')))).toBe('ok');
      must(await transport.append(at('file'), 7, streamOf('!'), 1));
      expect(kindOf(await readRange(transport, range('file', 0, 8, identity)))).toBe('ok');
    },
  },
  {
    name: 'another file under the name is changed',
    needs: ['replace'],
    run: async ({ transport, outside, skip }) => {
      const { identity } = await put(transport, 'file', 'content');
      if (identity === '') skip('this medium has no identities');
      await outside.replace('file');
      expect(kindOf(await readRange(transport, range('file', 0, 1, identity)))).toBe('changed');
      expect(kindOf(await readRange(transport, range('file', 0, 0, identity)))).toBe('changed');
      expect(kindOf(await readRange(transport, range('file', 0, 1)))).toBe('ok');
    },
  },
  {
    name: 'serves many ranges in order, the same file twice, and goes on after one that fails',
    run: async ({ transport }) => {
      const ranges = [];
      for (let index = 0; index < 60; index++) {
        await put(transport, `many/${index}`, `content of ${index}`);
        ranges.push(range(index % 7 === 3 ? 'many/missing' : `many/${index}`, 0, index % 7 === 5 ? 99 : 11));
        ranges.push(range(`many/${index}`, 8, 2));
      }
      const answers: string[] = [];
      for await (const answer of transport.read(ranges)) {
        expect(answer.range).toEqual(ranges[answers.length]);
        const got = await collect(answer.chunks);
        answers.push(got.isOk() ? new TextDecoder().decode(got.value) : got.error.kind);
      }
      expect(answers).toEqual(
        ranges.map(({ path, offset, length }) => {
          if (path === 'many/missing') return 'not-found';
          return length === 99 ? 'short' : `content of ${path.slice(5)}`.slice(offset, offset + length);
        }),
      );
    },
  },
  {
    name: 'serves no range when none is asked for',
    run: async ({ transport }) => {
      for await (const answer of transport.read([])) expect(answer).toBeUndefined();
    },
  },
  {
    name: 'a range may be left unread, or left in the middle, and the next is served whole',
    run: async ({ transport }) => {
      await put(transport, 'big', pattern(3 * MiB));
      await put(transport, 'small', 'small');
      const ranges = [range('big', 0, 3 * MiB), range('big', 5, 2 * MiB), range('small', 0, 5)];
      let index = 0;
      for await (const { chunks } of transport.read(ranges)) {
        if (index === 0) for await (const chunk of chunks) if (chunk.isOk()) break;
        if (index === 2) expect(new TextDecoder().decode(must(await collect(chunks)))).toBe('small');
        index++;
      }
      expect(index).toBe(3);
    },
  },
  {
    name: 'whoever stops reading altogether leaves a transport that works',
    run: async ({ transport }) => {
      await put(transport, 'big', pattern(2 * MiB));
      const ranges = Array.from({ length: 5 }, () => range('big', 0, 2 * MiB));
      for (let times = 0; times < 30; times++) {
        for await (const { chunks } of transport.read(ranges)) {
          for await (const chunk of chunks) if (chunk.isOk()) break;
          break;
        }
      }
      expect(nodeSha256.of(await bytesOf(transport, 'big'))).toBe(nodeSha256.of(pattern(2 * MiB)));
    },
  },
  {
    name: 'gives the bytes of the scan and no more when the file has grown since',
    run: async ({ transport }) => {
      const { size } = await put(transport, 'log', 'first\n');
      must(await transport.append(at('log'), size, streamOf('second\n'), 7));
      expect(new TextDecoder().decode(must(await readRange(transport, range('log', 0, size))))).toBe(
        'first\n',
      );
    },
  },
  {
    name: 'a reader that pauses in a big file holds up nobody, and then gets its bytes',
    run: async ({ transport }) => {
      const content = pattern(12 * MiB, 7);
      await put(transport, 'big', content);
      await put(transport, 'other', 'other');
      const hash = createHash('sha256');
      for await (const { chunks } of transport.read([range('big', 0, content.length)])) {
        let seen = 0;
        for await (const chunk of chunks) {
          const bytes = must(chunk);
          const before = nodeSha256.of(bytes);
          // While it pauses, its chunk is its own.
          if (seen++ % 5 === 0) expect(await textOf(transport, 'other')).toBe('other');
          expect(nodeSha256.of(bytes)).toBe(before);
          hash.update(bytes);
        }
      }
      expect(hash.digest('hex')).toBe(nodeSha256.of(content));
    },
  },
];
