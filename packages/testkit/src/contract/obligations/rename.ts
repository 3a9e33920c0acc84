import { expect } from 'vitest';
import { at, kindOf, must, put, scanPaths, textOf } from '../tools.js';
import type { Obligation } from '../world.js';

export const renameObligations: readonly Obligation[] = [
  {
    name: 'moves a file to another folder, which is made, bytes and time with it',
    run: async ({ transport }) => {
      const { mtime, size } = await put(transport, 'from/file', 'content');
      must(await transport.rename(at('from/file'), at('to/deep/other')));
      expect(await scanPaths(transport)).toEqual(['to/deep/other']);
      expect(await textOf(transport, 'to/deep/other')).toBe('content');
      expect(must(await transport.stat(at('to/deep/other')))).toMatchObject({ mtime, size });
    },
  },
  {
    name: 'never replaces: a name that is taken is exists, and both stay as they are',
    run: async ({ transport }) => {
      await put(transport, 'one', 'one');
      await put(transport, 'folder/two', 'two');
      expect(kindOf(await transport.rename(at('one'), at('folder/two')))).toBe('exists');
      expect(kindOf(await transport.rename(at('one'), at('folder')))).toBe('exists');
      expect(await textOf(transport, 'one')).toBe('one');
      expect(await textOf(transport, 'folder/two')).toBe('two');
    },
  },
  {
    name: 'a missing file is not-found',
    run: async ({ transport }) => {
      await put(transport, 'here', 'x');
      expect(kindOf(await transport.rename(at('missing'), at('to')))).toBe('not-found');
      expect(kindOf(await transport.rename(at('no/folder/either'), at('to')))).toBe('not-found');
      expect(await scanPaths(transport)).toEqual(['here']);
    },
  },
  {
    name: 'of eight that want one name, one gets it and no bytes are lost',
    run: async ({ transport }) => {
      const all = [0, 1, 2, 3, 4, 5, 6, 7];
      for (const index of all) await put(transport, `from/${index}`, String(index));
      const kinds = await Promise.all(
        all.map(async (index) => kindOf(await transport.rename(at(`from/${index}`), at('to')))),
      );
      const winner = kinds.indexOf('ok');
      expect(kinds.filter((kind) => kind === 'exists')).toHaveLength(7);
      expect(await textOf(transport, 'to')).toBe(String(winner));
      expect(await scanPaths(transport, 'from')).toEqual(all.filter((i) => i !== winner).map(String));
    },
  },
];
