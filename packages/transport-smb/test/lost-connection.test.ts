import type { Transport } from '@sessionkeep/core';
import { at } from '@sessionkeep/testkit';
import { startFaultProxy, type FaultProxy } from '@sessionkeep/testkit/proxy';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { kindOf, must } from './results.js';
import { describeOnSamba, open, tryOpen } from './servers.js';
import { ShareDisk } from './share-disk.js';
import { chunked, hasBytes, MiB, pattern, put, scanKinds, textOf } from './tools.js';

describeOnSamba('a connection that is lost', {}, (samba) => {
  let disk: ShareDisk;
  let proxy: FaultProxy;
  let transport: Transport;

  beforeEach(async () => {
    disk = new ShareDisk(samba().folders.share);
    proxy = await startFaultProxy({ to: samba() });
    transport = await open(samba(), { folder: disk.folder, port: proxy.port });
  });

  afterEach(async () => {
    await transport.close();
    await proxy.close();
    disk.remove();
  });

  it('fails what was under way, and the next call goes over a fresh one', async () => {
    must(await put(transport, 'file', 'content'));
    proxy.cut();
    // The end of the connection is not heard of at once: the first calls may still meet it.
    const kinds = await Promise.all([1, 2, 3].map(() => transport.stat(at('file'))));
    for (const kind of kinds)
      if (kind.isErr()) expect(kind.error).toMatchObject({ kind: 'unreachable', retry: true });
    expect(await textOf(transport, 'file', 7)).toBe('content');
    expect(proxy.connections).toBe(2);
  });

  it('in the middle of a large file is one error, and the next range is served', async () => {
    const content = pattern(24 * MiB);
    must(await put(transport, 'big', content));
    must(await put(transport, 'small', 'small'));
    const big = { path: at('big'), offset: 0, length: content.length };
    const kinds: string[] = [];
    let small = '';
    for await (const { range, chunks } of transport.read([
      big,
      { path: at('small'), offset: 0, length: 5 },
    ])) {
      for await (const chunk of chunks) {
        if (range === big) kinds.push(kindOf(chunk));
        else small += Buffer.from(must(chunk)).toString();
        if (kinds.length === 3) proxy.cut();
      }
    }
    expect(kinds.at(-1)).toBe('unreachable');
    expect(kinds.filter((kind) => kind !== 'ok')).toHaveLength(1);
    expect(kinds.length).toBeLessThan(24);
    expect(small).toBe('small');
    expect(await hasBytes(transport, 'big', content)).toBe(true);
  });

  it('while many small files are on their way fails some, and each may be asked for again', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `small/${index}`);
    for (const name of names) must(await put(transport, name, name));
    const ranges = names.map((name) => ({ path: at(name), offset: 0, length: name.length }));
    const failed: string[] = [];
    let index = 0;
    for await (const { range, chunks } of transport.read(ranges)) {
      if (index++ === 20) proxy.cut();
      for await (const chunk of chunks) {
        if (chunk.isOk()) expect(Buffer.from(chunk.value).toString()).toBe(range.path);
        else failed.push(chunk.error.retry ? range.path : chunk.error.message);
      }
    }
    expect(index).toBe(200);
    // No more than were ahead of the reader.
    expect(failed.length).toBeLessThanOrEqual(64);
    for (const path of failed) expect(await textOf(transport, path, path.length)).toBe(path);
  });

  it('in the middle of a new file leaves none of that name, so that it can be made again', async () => {
    const content = pattern(16 * MiB);
    const cutting = chunked(content, (offset) => offset === 12 * MiB && proxy.cut());
    const created = await transport.create(at('folder/file'), cutting, content.length);
    expect(created._unsafeUnwrapErr()).toMatchObject({
      kind: 'unreachable',
      retry: true,
      path: 'folder/file',
    });
    expect(kindOf(await transport.stat(at('folder/file')))).toBe('not-found');
    must(await transport.create(at('folder/file'), chunked(content), content.length));
    expect(await hasBytes(transport, 'folder/file', content)).toBe(true);
  });

  it('is heard of by the writer of a new file after others are back, and then too leaves none of that name', async () => {
    const content = pattern(16 * MiB);
    const cutting = chunked(content, async (offset) => {
      if (offset !== 12 * MiB) return;
      // Nothing of it is under way when the connection ends.
      await expect.poll(async () => must(await transport.stat(at('folder/file'))).size).toBe(offset);
      proxy.cut();
      // The first may still meet the end.
      (await transport.stat(at('folder'))).unwrapOr(null);
      must(await transport.stat(at('folder')));
    });
    const created = await transport.create(at('folder/file'), cutting, content.length);
    expect(created._unsafeUnwrapErr()).toMatchObject({ kind: 'unreachable', retry: true });
    expect(proxy.connections).toBe(2);
    expect(kindOf(await transport.stat(at('folder/file')))).toBe('not-found');
    must(await transport.create(at('folder/file'), chunked(content), content.length));
  });

  it('after a new file takes nothing away that somebody else has put there since', async () => {
    const content = pattern(16 * MiB);
    const cutting = chunked(content, (offset) => offset === 12 * MiB && proxy.cut());
    expect(kindOf(await transport.create(at('file'), cutting, content.length))).toBe('unreachable');
    await disk.hooks().replace('file');
    expect(await textOf(transport, 'file', 1)).toBe('!');
  });

  it('in the middle of an append leaves the first bytes, and it can be made again', async () => {
    must(await put(transport, 'log', 'precious'));
    const tail = pattern(16 * MiB);
    const cutting = chunked(tail, (offset) => offset === 12 * MiB && proxy.cut());
    expect(kindOf(await transport.append(at('log'), 8, cutting, tail.length))).toBe('unreachable');
    expect(await textOf(transport, 'log', 8)).toBe('precious');
    must(await transport.append(at('log'), 8, chunked(tail), tail.length));
    expect(await hasBytes(transport, 'log', Buffer.concat([Buffer.from('precious'), tail]))).toBe(true);
  });

  it('in the middle of a scan is made up for, or ends it with an error that says so', async () => {
    for (let folder = 0; folder < 40; folder++) must(await put(transport, `top/${folder}/file`, 'x'));
    const kinds: string[] = [];
    let cut = false;
    for await (const batch of transport.scan(at('top'))) {
      kinds.push(kindOf(batch));
      if (!cut) proxy.cut();
      cut = true;
    }
    expect(kinds).toEqual(Array(40).fill('ok'));
    await proxy.close();
    expect(await scanKinds(transport, 'top')).toEqual({ '!': 'unreachable' });
  });

  it('after any of its messages leaves a small file whole or not there, and no second one', async () => {
    await transport.close();
    for (let message = 1, cuts = true; cuts; message++) {
      const folder = `${disk.folder}/${message}`;
      const first = proxy.connections + 1;
      proxy.setFaults([{ kind: 'cut', direction: 'down', at: { message }, connection: first }]);
      const opened = await tryOpen(samba(), { folder, port: proxy.port });
      transport = opened.isOk() ? opened.value : await open(samba(), { folder, port: proxy.port });
      const file = { path: at('a/file'), temporary: at('t/file'), bytes: Buffer.from('whole') };
      const published = await transport.publish(file);
      const there = await transport.stat(at('a/file'));
      if (published.isErr()) expect(published.error).toMatchObject({ kind: 'unreachable', retry: true });
      cuts = proxy.connections > first;
      await transport.close();
      transport = await open(samba(), { folder });
      if (published.isOk() || there.isOk()) expect(await textOf(transport, 'a/file', 5)).toBe('whole');
      else must(await transport.publish(file));
      expect(must(await transport.list(at('a'))).map(({ name }) => name)).toEqual(['file']);
      await transport.close();
      if (!cuts) expect(message).toBeGreaterThan(6);
    }
    transport = await open(samba(), { folder: disk.folder });
  });
});

describeOnSamba('a server that is killed', {}, (samba) => {
  it('ends every call with an error that may be tried again, and is found again when it is back', async () => {
    const disk = new ShareDisk(samba().folders.share);
    const transport = await open(samba(), { folder: disk.folder });
    const content = pattern(16 * MiB);
    must(await put(transport, 'file', 'content'));
    const killing = chunked(content, (offset) => offset === 8 * MiB && samba().kill());
    expect((await transport.create(at('new'), killing, content.length))._unsafeUnwrapErr().retry).toBe(true);
    const stat = await transport.stat(at('file'));
    expect(stat._unsafeUnwrapErr()).toMatchObject({ kind: 'unreachable', retry: true });
    await samba().restart();
    expect(kindOf(await transport.stat(at('new')))).toBe('not-found');
    must(await transport.create(at('new'), chunked(content), content.length));
    expect(await textOf(transport, 'file', 7)).toBe('content');
    await transport.close();
    disk.remove();
  });
});
