import { expect } from 'vitest';
import { at, bytesOf, kindOf, must, pattern, put, scanPaths, textOf } from '../tools.js';
import type { Obligation } from '../world.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const publishObligations: readonly Obligation[] = [
  {
    name: 'makes a whole file appear, with the folders above, and no temporary one stays',
    run: async ({ transport }) => {
      const stat = must(
        await transport.publish({ path: at('a/b/file'), temporary: at('tmp/x/1'), bytes: bytes('content') }),
      );
      expect(await textOf(transport, 'a/b/file')).toBe('content');
      expect(stat).toEqual(must(await transport.stat(at('a/b/file'))));
      expect(await scanPaths(transport)).toEqual(['a/b/file']);
    },
  },
  {
    name: 'publishes no bytes at all, and as many as it says it is good at',
    run: async ({ transport }) => {
      const content = pattern(Math.min(transport.traits.publishLimit, 4_000_000), 11);
      must(await transport.publish({ path: at('empty'), temporary: at('t1'), bytes: bytes('') }));
      must(await transport.publish({ path: at('full'), temporary: at('t2'), bytes: content }));
      expect(await textOf(transport, 'empty')).toBe('');
      expect(Buffer.compare(await bytesOf(transport, 'full'), content)).toBe(0);
    },
  },
  {
    name: 'a name that is taken is exists, by a file or a folder, and what has it is left as it is',
    run: async ({ transport }) => {
      const before = await put(transport, 'folder/file', 'precious');
      const other = bytes('other');
      const onFile = await transport.publish({ path: at('folder/file'), temporary: at('t'), bytes: other });
      expect(kindOf(onFile)).toBe('exists');
      const onFolder = await transport.publish({ path: at('folder'), temporary: at('t'), bytes: other });
      expect(kindOf(onFolder)).toBe('exists');
      expect(await textOf(transport, 'folder/file')).toBe('precious');
      expect(must(await transport.stat(at('folder/file')))).toEqual(before);
    },
  },
  {
    name: 'is not stopped by a temporary file that an earlier failure left',
    run: async ({ transport }) => {
      await put(transport, 'tmp/1', 'half of somethi');
      must(await transport.publish({ path: at('file'), temporary: at('tmp/1'), bytes: bytes('whole') }));
      expect(await textOf(transport, 'file')).toBe('whole');
      expect(await scanPaths(transport)).toEqual(['file']);
    },
  },
];
