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

export const appendObligations: readonly Obligation[] = [
  {
    name: 'adds at the end, leaves the same file there, and answers what stat says',
    run: async ({ transport }) => {
      const before = await put(transport, 'folder/log', 'one\n');
      const after = must(await transport.append(at('folder/log'), 4, streamOf('two', '\n'), 4));
      expect(await textOf(transport, 'folder/log')).toBe('one\ntwo\n');
      expect(after).toEqual(must(await transport.stat(at('folder/log'))));
      expect(after).toMatchObject({ size: 8, identity: before.identity });
    },
  },
  {
    name: 'cuts what lay beyond the offset, so that the file ends at offset and length',
    run: async ({ transport }) => {
      await put(transport, 'log', 'kept, and a torn tail that is long');
      expect(must(await transport.append(at('log'), 4, streamOf('!'), 1)).size).toBe(5);
      expect(await textOf(transport, 'log')).toBe('kept!');
      must(await transport.append(at('log'), 4, streamOf(), 0));
      expect(await textOf(transport, 'log')).toBe('kept');
      must(await transport.append(at('log'), 0, streamOf('anew'), 4));
      expect(await textOf(transport, 'log')).toBe('anew');
    },
  },
  {
    name: 'adds to an empty file, and many pieces in a row',
    run: async ({ transport }) => {
      await put(transport, 'log', '');
      let size = 0;
      for (let line = 0; line < 40; line++) {
        const text = `${'x'.repeat(line)}\n`;
        size = must(await transport.append(at('log'), size, streamOf(text), text.length)).size;
      }
      expect(size).toBe(820);
      expect((await textOf(transport, 'log')).split('\n')).toHaveLength(41);
    },
  },
  {
    name: 'adds megabytes at an odd offset',
    run: async ({ transport }) => {
      const content = pattern(5 * MiB + 3, 9);
      await put(transport, 'log', content.subarray(0, 1_000_003));
      const tail = content.subarray(1_000_003);
      must(await transport.append(at('log'), 1_000_003, chunked(tail, 300_000), tail.length));
      expect(Buffer.compare(await bytesOf(transport, 'log'), content)).toBe(0);
    },
  },
  {
    name: 'a file with fewer bytes than the offset is short, and nothing is touched',
    run: async ({ transport }) => {
      const before = await put(transport, 'log', 'four');
      expect(kindOf(await transport.append(at('log'), 5, streamOf('x'), 1))).toBe('short');
      expect(must(await transport.stat(at('log')))).toEqual(before);
      expect(await textOf(transport, 'log')).toBe('four');
    },
  },
  {
    name: 'a missing file is not-found, and neither it nor a folder is made',
    run: async ({ transport }) => {
      await put(transport, 'folder/other', 'x');
      expect(kindOf(await transport.append(at('folder/log'), 0, streamOf('x'), 1))).toBe('not-found');
      expect(kindOf(await transport.append(at('missing/log'), 0, streamOf('x'), 1))).toBe('not-found');
      expect(await scanPaths(transport)).toEqual(['folder/other']);
      expect(kindOf(await transport.stat(at('missing')))).toBe('not-found');
    },
  },
  {
    name: 'a folder is no file to append to',
    run: async ({ transport }) => {
      await put(transport, 'folder/file', 'x');
      expect(kindOf(await transport.append(at('folder'), 0, streamOf('x'), 1))).not.toBe('ok');
      expect(await scanPaths(transport)).toEqual(['folder/file']);
    },
  },
  {
    name: 'a failure in the middle leaves the first bytes, up to the offset',
    run: async ({ transport }) => {
      const cases = [
        { kind: 'unreachable', bytes: failing('some'), length: 100 },
        { kind: 'short', bytes: streamOf('some'), length: 5 },
        { kind: 'invalid', bytes: streamOf('some', 'more'), length: 4 },
        { kind: 'short', bytes: chunked(pattern(3 * MiB)), length: 4 * MiB },
      ];
      await put(transport, 'log', 'precious');
      for (const { kind, bytes, length } of cases) {
        expect(kindOf(await transport.append(at('log'), 8, bytes, length))).toBe(kind);
        expect((await textOf(transport, 'log')).slice(0, 8)).toBe('precious');
        // The way out that callers take: again, from the same offset.
        must(await transport.append(at('log'), 8, streamOf('!'), 1));
        expect(await textOf(transport, 'log')).toBe('precious!');
      }
    },
  },
];
