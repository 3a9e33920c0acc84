import { expect } from 'vitest';
import { at, kindOf, must, put, scanPaths } from '../tools.js';
import type { Obligation } from '../world.js';

export const removeObligations: readonly Obligation[] = [
  {
    name: 'removes a file, and an empty folder',
    run: async ({ transport }) => {
      await put(transport, 'folder/file', 'x');
      must(await transport.remove(at('folder/file')));
      expect(kindOf(await transport.stat(at('folder/file')))).toBe('not-found');
      must(await transport.remove(at('folder')));
      expect(kindOf(await transport.stat(at('folder')))).toBe('not-found');
    },
  },
  {
    name: 'a missing one is fine, also below what is missing',
    run: async ({ transport }) => {
      await put(transport, 'here', 'x');
      must(await transport.remove(at('missing')));
      must(await transport.remove(at('no/such/folder')));
      expect(await scanPaths(transport)).toEqual(['here']);
    },
  },
  {
    name: 'never removes a folder that holds something',
    run: async ({ transport }) => {
      await put(transport, 'folder/file', 'x');
      expect(kindOf(await transport.remove(at('folder')))).not.toBe('ok');
      expect(await scanPaths(transport)).toEqual(['folder/file']);
    },
  },
  {
    name: 'flushes folders, the root, one twice, and a missing one',
    run: async ({ transport }) => {
      await put(transport, 'a/b/file', 'x');
      must(await transport.flush([at('a/b'), at('a'), at(''), at('a/b'), at('missing/folder')]));
      must(await transport.flush([]));
    },
  },
];
