import { ok } from 'neverthrow';
import type { Bytes } from '@sessionkeep/core';
import { expect } from 'vitest';
import {
  at,
  bytesOf,
  chunked,
  failing,
  kindOf,
  MiB,
  must,
  pattern,
  put,
  scanPaths,
  streamOf,
  textOf,
} from '../tools.js';
import type { Obligation } from '../world.js';

export const createObligations: readonly Obligation[] = [
  {
    name: 'writes exactly these bytes, makes the folders above, and answers what stat says',
    run: async ({ transport }) => {
      const made = must(await transport.create(at('a/b/c/file'), streamOf('one ', '', 'two'), 7));
      expect(await textOf(transport, 'a/b/c/file')).toBe('one two');
      expect(made).toEqual(must(await transport.stat(at('a/b/c/file'))));
      expect(made).toMatchObject({ kind: 'file', size: 7 });
    },
  },
  {
    name: 'writes a file of no bytes, from no chunk and from empty ones',
    run: async ({ transport }) => {
      expect(must(await transport.create(at('none'), streamOf(), 0)).size).toBe(0);
      expect(must(await transport.create(at('empty'), streamOf('', ''), 0)).size).toBe(0);
      expect(await textOf(transport, 'none')).toBe('');
    },
  },
  {
    name: 'writes chunks of any size: bytes one by one, and 5 MB in one piece',
    run: async ({ transport }) => {
      const content = pattern(5_000_000, 5);
      must(await transport.create(at('whole'), chunked(content, content.length), content.length));
      expect(Buffer.compare(await bytesOf(transport, 'whole'), content)).toBe(0);
      const few = content.subarray(0, 1500);
      must(await transport.create(at('crumbs'), chunked(few, 1), few.length));
      expect(Buffer.compare(await bytesOf(transport, 'crumbs'), few)).toBe(0);
    },
  },
  {
    name: 'a name that is taken is exists, and what has it is left as it is',
    run: async ({ transport }) => {
      const before = await put(transport, 'folder/file', 'precious');
      expect(kindOf(await transport.create(at('folder/file'), streamOf('other'), 5))).toBe('exists');
      expect(kindOf(await transport.create(at('folder'), streamOf('other'), 5))).toBe('exists');
      expect(await textOf(transport, 'folder/file')).toBe('precious');
      expect(must(await transport.stat(at('folder/file')))).toEqual(before);
    },
  },
  {
    name: 'bytes that fail leave no file, and their error is the answer',
    run: async ({ transport }) => {
      expect(kindOf(await transport.create(at('file'), failing('some'), 100))).toBe('unreachable');
      expect(kindOf(await transport.create(at('none'), failing(), 0))).toBe('unreachable');
      expect(await scanPaths(transport)).toEqual([]);
      expect((await put(transport, 'file', 'now it works')).size).toBe(12);
    },
  },
  {
    name: 'bytes that end early are short and leave no file',
    run: async ({ transport }) => {
      expect(kindOf(await transport.create(at('file'), streamOf('four'), 5))).toBe('short');
      expect(kindOf(await transport.create(at('none'), streamOf(), 1))).toBe('short');
      expect(kindOf(await transport.create(at('big'), chunked(pattern(3 * MiB)), 3 * MiB + 1))).toBe('short');
      expect(await scanPaths(transport)).toEqual([]);
    },
  },
  {
    name: 'bytes that run over are invalid and leave no file',
    run: async ({ transport }) => {
      expect(kindOf(await transport.create(at('file'), streamOf('four'), 3))).toBe('invalid');
      expect(kindOf(await transport.create(at('later'), streamOf('four', 'more'), 4))).toBe('invalid');
      expect(kindOf(await transport.create(at('none'), streamOf('x'), 0))).toBe('invalid');
      expect(await scanPaths(transport)).toEqual([]);
    },
  },
  {
    name: 'asks an endless producer for little more than the length, one item at a time, and lets go of it',
    run: async ({ transport }) => {
      const producer = new Endless(64 * 1024);
      expect(kindOf(await transport.create(at('file'), producer, 2 * MiB))).toBe('invalid');
      expect(producer.given).toBeLessThanOrEqual(2 * MiB + 8 * MiB);
      expect(producer.overlapped).toBe(false);
      expect(producer.letGo).toBe(true);
    },
  },
  {
    name: 'a producer that throws is an error like any other',
    run: async ({ transport }) => {
      expect(kindOf(await transport.create(at('file'), throwing(), 10))).not.toBe('ok');
      expect(await scanPaths(transport)).toEqual([]);
    },
  },
  {
    name: 'a path through a file is an error, and that file is left as it is',
    run: async ({ transport }) => {
      await put(transport, 'file', 'precious');
      expect(kindOf(await transport.create(at('file/below'), streamOf('x'), 1))).not.toBe('ok');
      expect(await textOf(transport, 'file')).toBe('precious');
    },
  },
];

/** Yields chunks for ever and watches how it is treated. */
class Endless implements Bytes {
  given = 0;
  letGo = false;
  overlapped = false;
  #asked = false;

  constructor(readonly size: number) {}

  [Symbol.asyncIterator](): ReturnType<Bytes[typeof Symbol.asyncIterator]> {
    return {
      next: async () => {
        if (this.#asked) this.overlapped = true;
        this.#asked = true;
        await Promise.resolve();
        this.#asked = false;
        this.given += this.size;
        return { done: false, value: ok(new Uint8Array(this.size)) };
      },
      return: async () => {
        this.letGo = true;
        return { done: true, value: undefined };
      },
    };
  }
}

async function* throwing(): Bytes {
  yield* streamOf('some');
  throw new Error('a bug in the producer');
}
