import { createHash } from 'node:crypto';
import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import type { Bytes, Transport } from '@sessionkeep/core';
import { at } from '@sessionkeep/testkit';
import { ok } from 'neverthrow';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { kindOf, must } from './results.js';
import { describeOnSamba, open } from './servers.js';
import { ShareDisk } from './share-disk.js';
import { bytesOf, chunked, GiB, MiB, pattern, put, scanKinds } from './tools.js';

/** The most that typed arrays and buffers take while something goes on. */
async function peak(work: () => Promise<unknown>): Promise<number> {
  let most = 0;
  const before = process.memoryUsage().arrayBuffers;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 5);
  await work();
  clearInterval(timer);
  return most;
}

describeOnSamba('much on a share', {}, (samba) => {
  let disk: ShareDisk;
  let transport: Transport;

  beforeEach(async () => {
    disk = new ShareDisk(samba().folders.share);
    transport = await open(samba(), { folder: disk.folder, encryption: 'off' });
  });

  afterEach(async () => {
    await transport.close();
    disk.remove();
  });

  async function part(offset: number, length: number): Promise<string> {
    return (await bytesOf(transport, { path: at('log'), offset, length })).toString();
  }

  it('a log of 5 GiB is scanned, read, digested, extended and cut beyond 4 GiB', async () => {
    disk.write('log', 'begin');
    truncateSync(disk.at('log'), 5 * GiB);
    const fd = openSync(disk.at('log'), 'r+');
    writeSync(fd, 'across', 4 * GiB - 3);
    writeSync(fd, 'end', 5 * GiB - 3);
    closeSync(fd);
    for await (const batch of transport.scan(at(''))) expect(must(batch)).toMatchObject([{ size: 5 * GiB }]);
    expect(await part(4 * GiB - 3, 6)).toBe('across');
    const window = Buffer.alloc(3 * MiB);
    window.write('across', MiB - 3);
    for await (const answer of transport.digest([
      { path: at('log'), offset: 4 * GiB - MiB, length: 3 * MiB },
    ])) {
      expect(must(answer).sha256).toBe(createHash('sha256').update(window).digest('hex'));
    }
    const tail = pattern(3 * MiB);
    const grown = must(await transport.append(at('log'), 5 * GiB, chunked(tail), tail.length));
    expect(grown.size).toBe(5 * GiB + tail.length);
    const got = await bytesOf(transport, { path: at('log'), offset: 5 * GiB - 3, length: 3 + tail.length });
    expect(Buffer.concat([Buffer.from('end'), tail]).equals(Buffer.from(got))).toBe(true);
    const cut = must(await transport.append(at('log'), 4 * GiB + 10, chunked(Buffer.from('cut')), 3));
    expect(cut.size).toBe(4 * GiB + 13);
    expect(statSync(disk.at('log')).size).toBe(4 * GiB + 13);
    expect(await part(4 * GiB - 3, 6)).toBe('across');
  });

  it('a file of 300 MiB goes up and down again in little memory', async () => {
    const chunk = pattern(MiB);
    const many = async function* (): Bytes {
      for (let index = 0; index < 300; index++) yield ok(chunk);
    };
    const up = await peak(async () => must(await transport.create(at('big'), many(), 300 * MiB)));
    const down = await peak(async () => {
      for await (const { chunks } of transport.read([{ path: at('big'), offset: 0, length: 300 * MiB }])) {
        let total = 0;
        for await (const piece of chunks) total += must(piece).length;
        expect(total).toBe(300 * MiB);
      }
    });
    // Without garbage being collected in between they would come to the size of the file.
    expect(Math.max(up, down)).toBeLessThan(100 * MiB);
  });

  it('2,500 files in one folder and a thousand folders are all found, each once', async () => {
    for (let index = 0; index < 2500; index++) disk.writeQuietly(`flat/file-${index}`, 'x');
    for (let index = 0; index < 1000; index++) disk.writeQuietly(`deep/${index}/file`, 'x');
    disk.hand();
    const kinds = await scanKinds(transport);
    expect(Object.keys(kinds)).toHaveLength(3500);
    expect(new Set(Object.values(kinds))).toEqual(new Set(['file']));
    expect(must(await transport.list(at('flat')))).toHaveLength(2500);
  });

  it('nothing stays open on the server, whatever has failed or was abandoned', async () => {
    const content = pattern(4 * MiB);
    must(await put(transport, 'big', content));
    must(await put(transport, 'small', 'small'));
    const big = { path: at('big'), offset: 0, length: content.length };
    const small = { path: at('small'), offset: 0, length: 5 };
    for (let times = 0; times < 20; times++) {
      for await (const { chunks } of transport.read([big, small, big])) {
        for await (const chunk of chunks) if (chunk.isOk()) break;
        if (times % 2 === 0) break;
      }
      for await (const { chunks } of transport.read([
        { ...big, length: 2 * big.length },
        { ...small, length: 9 },
      ])) {
        for await (const chunk of chunks) if (chunk.isErr()) expect(kindOf(chunk)).toBe('short');
      }
      for await (const batch of transport.scan(at(''))) if (batch.isOk()) break;
      expect(kindOf(await transport.create(at('new'), chunked(content), 3))).toBe('invalid');
      expect(kindOf(await transport.append(at('small'), 5, chunked(content), 3))).toBe('invalid');
      expect(kindOf(await transport.append(at('small'), 50, chunked(content), 3))).toBe('short');
      const publication = { path: at('big'), temporary: at('t'), bytes: content };
      expect(kindOf(await transport.publish(publication))).toBe('exists');
      must(await transport.probe(at(''), 'write'));
    }
    must(await transport.stat(at('big')));
    expect(await samba().openFiles()).toEqual([]);
  });
});
