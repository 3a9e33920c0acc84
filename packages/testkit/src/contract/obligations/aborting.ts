import { ok } from 'neverthrow';
import type { Bytes } from '@sessionkeep/core';
import { expect } from 'vitest';
import {
  at,
  bytesOf,
  chunked,
  collect,
  kindOf,
  MiB,
  must,
  pattern,
  put,
  range,
  scanKinds,
  scanPaths,
  streamOf,
  textOf,
} from '../tools.js';
import type { Obligation } from '../world.js';

const aborted = (): AbortSignal => AbortSignal.abort();

export const abortObligations: readonly Obligation[] = [
  {
    name: 'that was aborted before ends scan, read and digest with aborted',
    run: async ({ transport }) => {
      await put(transport, 'file', 'content');
      const signal = aborted();
      expect((await scanKinds(transport, at(''), { signal })).at(-1)).toBe('aborted');
      const reads: string[] = [];
      for await (const { chunks } of transport.read([range('file', 0, 7)], { signal })) {
        for await (const chunk of chunks) reads.push(kindOf(chunk));
      }
      expect(reads).toEqual(['aborted']);
      const digests: string[] = [];
      for await (const answer of transport.digest([range('file', 0, 7)], { signal }))
        digests.push(kindOf(answer));
      expect(digests).toEqual(['aborted']);
    },
  },
  {
    name: 'that was aborted before writes nothing',
    run: async ({ transport }) => {
      const before = await put(transport, 'log', 'content');
      const signal = aborted();
      expect(kindOf(await transport.create(at('new'), streamOf('x'), 1, { signal }))).toBe('aborted');
      expect(kindOf(await transport.append(at('log'), 3, streamOf('x'), 1, { signal }))).toBe('aborted');
      expect(must(await transport.stat(at('log')))).toEqual(before);
      expect(await scanPaths(transport)).toEqual(['log']);
    },
  },
  {
    name: 'ends a read in the middle of a big file',
    run: async ({ transport }) => {
      const content = pattern(24 * MiB);
      await put(transport, 'big', content);
      const controller = new AbortController();
      const items: string[] = [];
      let total = 0;
      for await (const { chunks } of transport.read([range('big', 0, content.length)], {
        signal: controller.signal,
      })) {
        for await (const chunk of chunks) {
          items.push(kindOf(chunk));
          if (chunk.isOk()) total += chunk.value.length;
          controller.abort();
        }
      }
      expect(items.at(-1)).toBe('aborted');
      expect(total).toBeLessThan(content.length);
      expect((await bytesOf(transport, 'big')).length).toBe(content.length);
    },
  },
  {
    name: 'is told to whoever reads or digests on, and may be the last answer',
    run: async ({ transport }) => {
      await put(transport, 'file', 'content');
      const ranges = Array.from({ length: 4 }, (_, index) => range('file', index, 2));
      const reading = new AbortController();
      const reads: string[] = [];
      for await (const { chunks } of transport.read(ranges, { signal: reading.signal })) {
        reads.push(kindOf(await collect(chunks)));
        reading.abort();
      }
      expectToldOf(reads, ranges.length);
      const digesting = new AbortController();
      const digests: string[] = [];
      for await (const answer of transport.digest(ranges, { signal: digesting.signal })) {
        digests.push(kindOf(answer));
        digesting.abort();
      }
      expectToldOf(digests, ranges.length);
    },
  },
  {
    name: 'ends a create and leaves no file, though its producer never comes back',
    run: async ({ transport }) => {
      const controller = new AbortController();
      const hanging = hangAfter('some', () => controller.abort());
      const created = await transport.create(at('file'), hanging, 100, { signal: controller.signal });
      expect(kindOf(created)).toBe('aborted');
      expect(await scanPaths(transport)).toEqual([]);
    },
  },
  {
    name: 'ends an append whose producer never comes back, and leaves the first bytes',
    run: async ({ transport }) => {
      await put(transport, 'log', 'precious');
      const controller = new AbortController();
      const hanging = hangAfter('some', () => controller.abort());
      const { signal } = controller;
      expect(kindOf(await transport.append(at('log'), 8, hanging, 100, { signal }))).toBe('aborted');
      expect((await textOf(transport, 'log')).slice(0, 8)).toBe('precious');
    },
  },
  {
    name: 'ends an append and leaves the first bytes',
    run: async ({ transport }) => {
      await put(transport, 'log', 'precious');
      const controller = new AbortController();
      const stopping = (async function* (): Bytes {
        yield* chunked(pattern(MiB));
        controller.abort();
        yield* chunked(pattern(MiB));
      })();
      const { signal } = controller;
      expect(kindOf(await transport.append(at('log'), 8, stopping, 2 * MiB, { signal }))).toBe('aborted');
      expect((await textOf(transport, 'log')).slice(0, 8)).toBe('precious');
    },
  },
];

/** What was under way may still come; then `aborted`, unless everything was answered. */
function expectToldOf(kinds: readonly string[], asked: number): void {
  expect(kinds.join()).toMatch(/^ok(,ok)*(,aborted)*$/);
  expect(kinds.includes('aborted') || kinds.length === asked).toBe(true);
}

/** Yields one chunk, and is then asked for another that it never gives. */
function hangAfter(text: string, onHang: () => void): Bytes {
  let given = false;
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        if (!given) {
          given = true;
          return Promise.resolve({ done: false, value: ok(new TextEncoder().encode(text)) });
        }
        queueMicrotask(onHang);
        return new Promise(() => undefined);
      },
    }),
  };
}
