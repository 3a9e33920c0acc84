import type { ScanEntry, Transport } from '@sessionkeep/core';
import { describe, expect, it } from 'vitest';
import { at, collect } from '../helpers/streams.js';
import { createMemoryDisk } from './memory-disk.js';

async function scan(transport: Transport, folder = ''): Promise<ScanEntry[]> {
  const entries: ScanEntry[] = [];
  for await (const batch of transport.scan(at(folder))) entries.push(...batch._unsafeUnwrap());
  return entries;
}

async function read(transport: Transport, path: string, length: number, identity = ''): Promise<string> {
  for await (const { chunks } of transport.read([{ path: at(path), offset: 0, length, identity }])) {
    const bytes = await collect(chunks);
    return bytes.match(
      (all) => new TextDecoder().decode(all),
      (error) => error.kind,
    );
  }
  return 'nothing';
}

describe('what a disk in memory shows', () => {
  it('follows links to files inside, and refuses every other by its reason', async () => {
    const disk = createMemoryDisk();
    disk.write('root/sub/file', 'bytes', 1n);
    disk.link('root/good', 'sub/file');
    disk.link('root/sub/good', '../sub/file');
    disk.link('root/out', '../../etc');
    disk.link('root/absolute', '/etc/passwd');
    disk.link('root/broken', 'nothing');
    disk.link('root/loop', 'loop');
    disk.link('root/folder', 'sub');
    disk.special('root/pipe', 'pipe');
    const entries = await scan(disk.transport(), 'root');
    const seen = Object.fromEntries(
      entries.map((entry) => [entry.path, entry.kind === 'refused' ? entry.reason : entry.kind]),
    );
    expect(seen).toEqual({
      'sub/file': 'file',
      'sub/good': 'file',
      good: 'file',
      out: 'link-out',
      absolute: 'link-out',
      broken: 'link-broken',
      loop: 'link-broken',
      folder: 'link-folder',
      pipe: 'pipe',
    });
    expect(await read(disk.transport(), 'root/good', 5)).toBe('bytes');
    expect(await read(disk.transport(), 'root/out', 5)).toBe('unsafe');
    expect(await read(disk.transport(), 'root/folder/file', 5)).toBe('unsafe');
  });

  it('goes on past a folder that cannot be read', async () => {
    const disk = createMemoryDisk();
    disk.write('a/x', '1');
    disk.write('b/y', '2');
    disk.makeUnreadable('a');
    const [first, second] = await scan(disk.transport());
    expect(first).toMatchObject({ kind: 'unreadable', path: 'a', folder: true, error: { kind: 'denied' } });
    expect(second).toMatchObject({ kind: 'file', path: 'b/y' });
    expect(await read(disk.transport(), 'a/x', 1)).toBe('denied');
  });

  it('gives batches no larger than asked', async () => {
    const disk = createMemoryDisk();
    for (const name of ['a', 'b', 'c', 'd', 'e']) disk.write(name, '');
    const sizes: number[] = [];
    for await (const batch of disk.transport({ batchSize: 2 }).scan(at('')))
      sizes.push(batch._unsafeUnwrap().length);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('knows another file under the same name, and the same file after it grew', async () => {
    const disk = createMemoryDisk();
    const transport = disk.transport();
    disk.write('log', 'one');
    const [entry] = await scan(transport);
    const identity = entry?.kind === 'file' ? entry.identity : '';
    disk.append('log', ' two');
    expect(await read(transport, 'log', 3, identity)).toBe('one');
    disk.replace('log', 'other');
    expect(await read(transport, 'log', 3, identity)).toBe('changed');
  });
});
