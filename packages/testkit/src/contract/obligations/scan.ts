import { isPath } from '@sessionkeep/core';
import { expect } from 'vitest';
import { at, kindOf, must, put, scanAll, scanKinds, scanPaths } from '../tools.js';
import type { Obligation } from '../world.js';

export const scanObligations: readonly Obligation[] = [
  {
    name: 'gives every file below a folder once, relative to it, and no folder',
    run: async ({ transport }) => {
      const paths = ['a', 'b/c', 'b/d/e', 'b/d/f/g/h', '.hidden/i'];
      for (const path of paths) await put(transport, `top/${path}`, path);
      await put(transport, 'topmost', 'beside');
      await put(transport, 'top/empty/gone', 'x');
      must(await transport.remove(at('top/empty/gone')));
      expect(await scanPaths(transport, 'top')).toEqual([...paths].sort());
      expect(await scanPaths(transport, 'top/b')).toEqual(['c', 'd/e', 'd/f/g/h']);
    },
  },
  {
    name: 'says of each file what stat says of it',
    run: async ({ transport }) => {
      await put(transport, 'top/one', 'x');
      await put(transport, 'top/deep/two', 'xx');
      await put(transport, 'top/none', '');
      const entries = await scanAll(transport, 'top');
      expect(entries).toHaveLength(3);
      for (const entry of entries) {
        const { size, mtime, identity, kind } = must(await transport.stat(at(`top/${entry.path}`)));
        expect(entry).toEqual({ kind, path: entry.path, size, mtime, identity });
      }
    },
  },
  {
    name: 'a missing folder is one not-found and nothing else',
    run: async ({ transport }) => {
      await put(transport, 'file', 'x');
      expect(await scanKinds(transport, at('missing'))).toEqual(['not-found']);
      expect(await scanKinds(transport, at('missing/below'))).toEqual(['not-found']);
    },
  },
  {
    name: 'an empty folder holds nothing, and that is no error',
    run: async ({ transport }) => {
      await put(transport, 'empty/file', 'x');
      must(await transport.remove(at('empty/file')));
      expect(await scanAll(transport, 'empty')).toEqual([]);
    },
  },
  {
    name: 'neither gives nor enters what skip names, and asks with valid paths and the right kind',
    run: async ({ transport }) => {
      for (const path of ['keep', 'skipped', 'folder/keep', 'folder/skipped', 'secret/a', 'secret/b/c']) {
        await put(transport, path, path);
      }
      const asked = new Map<string, boolean>();
      const paths = await scanPaths(transport, '', {
        skip: (path, folder) => {
          expect(isPath(path)).toBe(true);
          asked.set(path, folder);
          return path === 'secret' || (!folder && path.endsWith('skipped'));
        },
      });
      expect(paths).toEqual(['folder/keep', 'keep']);
      expect(asked.get('folder')).toBe(true);
      expect(asked.get('keep')).toBe(false);
    },
  },
  {
    name: 'gives all of many files, in batches of some thousand at most, and each once',
    run: async ({ transport }) => {
      const all: string[] = [];
      for (let lane = 0; lane < 8; lane++) {
        for (let file = 0; file < 40; file++) all.push(`many/folder-${lane % 4}/file-${lane}-${file}`);
      }
      await Promise.all(
        [0, 1, 2, 3].map(async (lane) => {
          for (const path of all.filter((_, index) => index % 4 === lane)) await put(transport, path, path);
        }),
      );
      const found: string[] = [];
      for await (const batch of transport.scan(at('many'))) {
        const entries = must(batch);
        expect(entries.length).toBeLessThanOrEqual(5000);
        found.push(...entries.map(({ path }) => `many/${path}`));
      }
      expect(found.sort()).toEqual(all.sort());
    },
  },
  {
    name: 'may be abandoned, and the transport goes on',
    run: async ({ transport }) => {
      for (const name of ['a', 'b', 'c/d']) await put(transport, `top/${name}`, name);
      for (let times = 0; times < 20; times++) {
        for await (const batch of transport.scan(at('top'))) {
          expect(kindOf(batch)).toBe('ok');
          break;
        }
      }
      expect(await scanPaths(transport, 'top')).toEqual(['a', 'b', 'c/d']);
    },
  },
];
