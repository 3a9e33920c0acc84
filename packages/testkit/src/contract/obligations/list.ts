import { comparePaths } from '@sessionkeep/core';
import { expect } from 'vitest';
import { at, kindOf, must, put } from '../tools.js';
import type { Obligation } from '../world.js';

export const listObligations: readonly Obligation[] = [
  {
    name: 'tells files from folders and says how many bytes a file has',
    run: async ({ transport }) => {
      await put(transport, 'folder/file', 'twelve bytes');
      expect(must(await transport.stat(at('folder/file')))).toMatchObject({ kind: 'file', size: 12 });
      expect(must(await transport.stat(at('folder'))).kind).toBe('folder');
      expect(must(await transport.stat(at(''))).kind).toBe('folder');
    },
  },
  {
    name: 'a missing path is not-found, also below a folder that is missing and below a file',
    run: async ({ transport }) => {
      await put(transport, 'file', 'x');
      expect(kindOf(await transport.stat(at('missing')))).toBe('not-found');
      expect(kindOf(await transport.stat(at('no/such/folder')))).toBe('not-found');
      expect(kindOf(await transport.stat(at('file/below')))).toBe('not-found');
    },
  },
  {
    name: 'lists the immediate children of a folder and no more, with their kinds',
    run: async ({ transport }) => {
      await put(transport, 'top/a', 'x');
      await put(transport, 'top/b/below', 'x');
      expect(must(await transport.list(at('top')))).toEqual([
        { name: 'a', kind: 'file' },
        { name: 'b', kind: 'folder' },
      ]);
      expect(must(await transport.list(at('')))).toEqual([{ name: 'top', kind: 'folder' }]);
    },
  },
  {
    name: 'sorts a listing by the UTF-8 bytes of the names',
    run: async ({ transport }) => {
      const names = ['b', 'a', 'A1', '-', '10', '9', 'ä', '\u{1f600}', '\uff41'];
      for (const name of names) await put(transport, `folder/${name}`, name);
      const listed = must(await transport.list(at('folder'))).map(({ name }) => name);
      expect(listed).toEqual([...names].sort(comparePaths));
    },
  },
  {
    name: 'a missing folder is not-found, an empty one an empty listing',
    run: async ({ transport }) => {
      await put(transport, 'folder/only', 'x');
      must(await transport.remove(at('folder/only')));
      expect(must(await transport.list(at('folder')))).toEqual([]);
      expect(kindOf(await transport.list(at('missing')))).toBe('not-found');
    },
  },
];
