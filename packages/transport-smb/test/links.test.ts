import { mkdirSync } from 'node:fs';
import type { Transport } from '@sessionkeep/core';
import { at } from '@sessionkeep/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { kindOf, must } from './results.js';
import { describeOnSamba, open } from './servers.js';
import { ShareDisk } from './share-disk.js';
import { chunked, put, scanKinds, textOf } from './tools.js';

const bytes = Buffer.from('new');

describeOnSamba('links on the disk of a Samba', {}, (samba) => {
  let disk: ShareDisk;
  let transport: Transport;

  beforeEach(async () => {
    disk = new ShareDisk(samba().folders.share);
    transport = await open(samba(), { folder: disk.folder });
  });

  afterEach(async () => {
    await transport.close();
    disk.remove();
  });

  it('out of the share are nothing: not listed, not read, not written through', async () => {
    must(await put(transport, 'file', 'x'));
    const untouched = await disk.hooks().linkOut('folder/out');
    expect(await scanKinds(transport)).toEqual({ file: 'file' });
    expect(must(await transport.list(at('folder')))).toEqual([]);
    const path = at('folder/out');
    expect(await textOf(transport, 'folder/out', 1)).toBe('not-found');
    const kinds = [
      kindOf(await transport.stat(path)),
      kindOf(await transport.append(path, 0, chunked(bytes), 3)),
      kindOf(await transport.setModifiedTime(path, 1n)),
      kindOf(await transport.create(path, chunked(bytes), 3)),
    ];
    expect(kinds).not.toContain('ok');
    // A rename takes the place of the link itself, which is all that is lost.
    kindOf(await transport.publish({ path, temporary: at('t'), bytes }));
    expect(await untouched()).toBe(true);
  });

  it('to folders out of the share are nothing either, nor is anything below them', async () => {
    must(await put(transport, 'file', 'x'));
    const untouched = await disk.hooks().linkFolderOut('door');
    expect(await scanKinds(transport)).toEqual({ file: 'file' });
    expect(await scanKinds(transport, 'door')).toEqual({ '!': 'not-found' });
    const [inside, fresh] = [at('door/inside.jsonl'), at('door/new')];
    const kinds = [
      kindOf(await transport.list(at('door'))),
      kindOf(await transport.stat(inside)),
      kindOf(await transport.create(fresh, chunked(bytes), 3)),
      kindOf(await transport.append(inside, 0, chunked(bytes), 3)),
      kindOf(await transport.publish({ path: fresh, temporary: at('t'), bytes })),
      kindOf(await transport.publish({ path: at('p'), temporary: fresh, bytes })),
      kindOf(await transport.rename(at('file'), fresh)),
      kindOf(await transport.rename(inside, at('stolen'))),
    ];
    expect(kinds).not.toContain('ok');
    must(await transport.remove(inside));
    expect(await untouched()).toBe(true);
    expect(await textOf(transport, 'file', 1)).toBe('x');
  });

  it('inside the share are what they lead to, and one that leads to where it lies ends the way down', async () => {
    must(await put(transport, 'folder/file', 'content'));
    const { link } = disk.hooks();
    await link('alias', 'folder/file');
    await link('door', 'folder');
    await link('folder/up', '..');
    await link('folder/here', '.');
    await link('folder/deep/back', '../..');
    expect(await scanKinds(transport)).toEqual({
      alias: 'file',
      'door/deep/back': 'link-folder',
      'door/file': 'file',
      'door/here': 'link-folder',
      'door/up': 'link-folder',
      'folder/deep/back': 'link-folder',
      'folder/file': 'file',
      'folder/here': 'link-folder',
      'folder/up': 'link-folder',
    });
    expect(await textOf(transport, 'door/file', 7)).toBe('content');
  });

  it('are files like others to whoever reads the same number of them twice', async () => {
    must(await put(transport, 'folder/file', 'content'));
    await disk.hooks().link('alias', 'folder/file');
    const one = must(await transport.stat(at('alias')));
    expect(one.identity).not.toBe('');
    expect(one).toEqual(must(await transport.stat(at('folder/file'))));
  });

  it('a FIFO has no bytes, and whoever reads or writes it does not wait', async () => {
    await disk.hooks().pipe('pipe');
    expect(await scanKinds(transport)).toEqual({ pipe: 'file' });
    expect(await textOf(transport, 'pipe', 1)).toBe('short');
    expect(kindOf(await transport.append(at('pipe'), 1, chunked(bytes), 3))).not.toBe('ok');
  });

  it('names that are no UTF-8, or that Windows could not hold, harm nothing', async () => {
    mkdirSync(disk.at('folder'), { recursive: true });
    await disk.hooks().foreignName('folder');
    for (const name of ['a:b', 'c?', 'tail.', 'x\\y']) disk.write(`folder/${name}`, 'x');
    must(await put(transport, 'folder/file', 'x'));
    const kinds = await scanKinds(transport, 'folder');
    expect(kinds['file']).toBe('file');
    for (const path of Object.keys(kinds)) {
      if (kinds[path] === 'file') expect(await textOf(transport, `folder/${path}`, 1)).toBe('x');
    }
  });
});
