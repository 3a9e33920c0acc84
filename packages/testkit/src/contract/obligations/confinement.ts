import type { ScanEntry } from '@sessionkeep/core';
import { expect } from 'vitest';
import {
  at,
  kindOf,
  must,
  put,
  range,
  readRange,
  scanAll,
  scanKinds,
  scanPaths,
  streamOf,
  textOf,
} from '../tools.js';
import type { Obligation } from '../world.js';

/** Each entry as what it is: `file`, the reason it is refused, or the kind of the error. */
function kinds(entries: readonly ScanEntry[]): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      if (entry.kind === 'refused') return [entry.path, entry.reason];
      return [entry.path, entry.kind === 'file' ? 'file' : `unreadable: ${entry.error.kind}`];
    }),
  );
}

export const confinementObligations: readonly Obligation[] = [
  {
    name: 'a link to a regular file inside is that file, and stat calls it a link',
    needs: ['link'],
    run: async ({ transport, outside }) => {
      const { size, mtime, identity } = await put(transport, 'folder/file', 'content');
      await outside.link('other/alias', '../folder/file');
      expect(await scanAll(transport, 'other')).toEqual([
        { kind: 'file', path: 'alias', size, mtime, identity },
      ]);
      const got = await readRange(transport, range('other/alias', 0, 7, identity));
      expect(Buffer.from(must(got)).toString()).toBe('content');
      expect(must(await transport.stat(at('other/alias'))).kind).toBe('link');
      expect(must(await transport.list(at('other')))).toEqual([{ name: 'alias', kind: 'link' }]);
    },
  },
  {
    name: 'a link to a folder, to nothing and to itself is refused, and not entered',
    needs: ['link'],
    run: async ({ transport, outside }) => {
      await put(transport, 'folder/file', 'x');
      await outside.link('to-folder', 'folder');
      await outside.link('folder/up', '..');
      await outside.link('to-nothing', 'missing');
      await outside.link('to-itself', 'to-itself');
      expect(kinds(await scanAll(transport))).toEqual({
        'folder/file': 'file',
        'folder/up': 'link-folder',
        'to-folder': 'link-folder',
        'to-nothing': 'link-broken',
        'to-itself': 'link-broken',
      });
      expect(kindOf(await readRange(transport, range('to-nothing', 0, 1)))).toBe('not-found');
      expect(kindOf(await readRange(transport, range('to-itself', 0, 1)))).not.toBe('ok');
    },
  },
  {
    name: 'a link out is refused, neither read nor written through, and removed as a link',
    needs: ['linkOut'],
    run: async ({ transport, outside }) => {
      const untouched = await outside.linkOut('folder/out');
      const path = at('folder/out');
      expect(kinds(await scanAll(transport))).toEqual({ 'folder/out': 'link-out' });
      expect(kindOf(await readRange(transport, range('folder/out', 0, 1)))).toBe('unsafe');
      expect(kindOf(await transport.create(path, streamOf('x'), 1))).toBe('exists');
      expect(kindOf(await transport.append(path, 0, streamOf('x'), 1))).toBe('unsafe');
      expect(kindOf(await transport.setModifiedTime(path, 1_000_000_000n))).toBe('unsafe');
      const bytes = new Uint8Array(1);
      expect(kindOf(await transport.publish({ path, temporary: at('t'), bytes }))).toBe('exists');
      for await (const answer of transport.digest([range('folder/out', 0, 1)]))
        expect(kindOf(answer)).toBe('unsafe');
      must(await transport.remove(path));
      expect(kindOf(await transport.stat(path))).toBe('not-found');
      expect(await untouched()).toBe(true);
    },
  },
  {
    name: 'a folder that is a link out is neither listed nor read nor written through',
    needs: ['linkFolderOut'],
    run: async ({ transport, outside }) => {
      const untouched = await outside.linkFolderOut('door');
      await put(transport, 'file', 'x');
      expect(kinds(await scanAll(transport))).toEqual({ door: 'link-out', file: 'file' });
      expect(await scanKinds(transport, at('door'))).toEqual(['unsafe']);
      const inside = at('door/inside.jsonl');
      const fresh = at('door/new');
      expect(kindOf(await transport.list(at('door')))).toBe('unsafe');
      expect(kindOf(await transport.stat(inside))).toBe('unsafe');
      expect(kindOf(await readRange(transport, range(inside, 0, 1)))).toBe('unsafe');
      expect(kindOf(await transport.create(fresh, streamOf('x'), 1))).toBe('unsafe');
      expect(kindOf(await transport.create(at('door/new/deep'), streamOf('x'), 1))).toBe('unsafe');
      expect(kindOf(await transport.append(inside, 0, streamOf('x'), 1))).toBe('unsafe');
      const bytes = new Uint8Array(1);
      expect(kindOf(await transport.publish({ path: fresh, temporary: at('t'), bytes }))).toBe('unsafe');
      expect(kindOf(await transport.publish({ path: at('p'), temporary: fresh, bytes }))).toBe('unsafe');
      expect(kindOf(await transport.rename(at('file'), fresh))).toBe('unsafe');
      expect(kindOf(await transport.rename(inside, at('stolen')))).toBe('unsafe');
      expect(kindOf(await transport.remove(inside))).toBe('unsafe');
      expect(kindOf(await transport.setModifiedTime(inside, 1_000_000_000n))).toBe('unsafe');
      expect(await untouched()).toBe(true);
      expect(await textOf(transport, 'file')).toBe('x');
    },
  },
  {
    name: 'a FIFO is refused, and whoever reads or writes it does not wait',
    needs: ['pipe'],
    run: async ({ transport, outside }) => {
      await outside.pipe('pipe');
      expect(kinds(await scanAll(transport))).toEqual({ pipe: 'pipe' });
      expect(kindOf(await readRange(transport, range('pipe', 0, 1)))).toBe('changed');
      expect(kindOf(await transport.append(at('pipe'), 0, streamOf('x'), 1))).toBe('changed');
      expect(must(await transport.stat(at('pipe'))).kind).toBe('other');
    },
  },
  {
    name: 'a folder that cannot be read is an entry, and the rest goes on',
    needs: ['makeUnreadable'],
    run: async ({ transport, outside }) => {
      await put(transport, 'closed/file', 'x');
      await put(transport, 'open/file', 'x');
      await outside.makeUnreadable('closed');
      const entries = await scanAll(transport);
      expect(kinds(entries)).toEqual({ closed: 'unreadable: denied', 'open/file': 'file' });
      expect(entries.find(({ path }) => path === 'closed')).toMatchObject({ folder: true });
      expect(kindOf(await transport.list(at('closed')))).toBe('denied');
      expect(await scanKinds(transport, at('closed'))).toEqual(['denied']);
    },
  },
  {
    name: 'a file that cannot be read is denied, and the next range is served',
    needs: ['makeUnreadable'],
    run: async ({ transport, outside }) => {
      await put(transport, 'closed', 'x');
      await put(transport, 'open', 'y');
      await outside.makeUnreadable('closed');
      const answers: string[] = [];
      for await (const { chunks } of transport.read([range('closed', 0, 1), range('open', 0, 1)])) {
        for await (const chunk of chunks) answers.push(kindOf(chunk));
      }
      expect(answers).toEqual(['denied', 'ok']);
    },
  },
  {
    name: 'a name that is no UTF-8 is refused by a path of its own, and left out of listings',
    needs: ['foreignName'],
    run: async ({ transport, outside }) => {
      await put(transport, 'folder/file', 'x');
      await outside.foreignName('folder');
      const entries = await scanAll(transport, 'folder');
      expect(Object.values(kinds(entries)).sort()).toEqual(['file', 'name-not-utf8']);
      expect(must(await transport.list(at('folder'))).map(({ name }) => name)).toEqual(['file']);
      expect(await scanPaths(transport, 'folder')).toHaveLength(2);
    },
  },
];
