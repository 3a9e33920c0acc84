import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Transport } from '@sessionkeep/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLocalTransport } from './open-local-transport.js';
import { at, bytes, kindOf, must } from './test/disk.js';
import { canMount, mountTmpfs, remountReadOnly, unmount } from './test/mounted.js';

const mountable = canMount('a disk that is full or read-only');
const KiB64 = new Uint8Array(65_536).fill(1);

function* many(count: number): Generator<Uint8Array> {
  for (let index = 0; index < count; index++) yield KiB64;
}

describe.runIf(mountable)('a disk of one megabyte', () => {
  let root: string;
  let transport: Transport;

  beforeEach(async () => {
    root = mountTmpfs('1m');
    transport = must(await openLocalTransport({ root }));
  });

  afterEach(async () => {
    await transport.close();
    unmount(root);
  });

  it('is full, leaves no half file, and takes what fits afterwards', async () => {
    const failed = await transport.create(at('folder/big'), bytes(...many(20)), 20 * KiB64.length);
    expect(failed._unsafeUnwrapErr()).toMatchObject({ kind: 'full', retry: false, path: 'folder/big' });
    expect(failed._unsafeUnwrapErr().message).toContain('ENOSPC');
    expect(readdirSync(join(root, 'folder'))).toEqual([]);
    const data = new Uint8Array(2_000_000);
    expect(kindOf(await transport.publish({ path: at('p'), temporary: at('t'), bytes: data }))).toBe('full');
    expect(readdirSync(root)).toEqual(['folder']);
    must(await transport.create(at('small'), bytes(...many(10)), 10 * KiB64.length));
  });

  it('leaves the first bytes of a log that did not fit', async () => {
    must(await transport.create(at('log'), bytes('precious'), 8));
    expect(kindOf(await transport.append(at('log'), 8, bytes(...many(20)), 20 * KiB64.length))).toBe('full');
    expect(readFileSync(join(root, 'log'), 'utf8')).toBe('precious');
    must(await transport.append(at('log'), 8, bytes('!'), 1));
  });

  it('whose last byte is used says so for a lease, and keeps one that is held', async () => {
    const holder = { run: 'r', host: 'h', user: 'u', pid: process.pid, since: 's' };
    const lease = must(await transport.lease(at('one'), holder));
    try {
      writeFileSync(join(root, 'filler'), new Uint8Array(2_000_000));
    } catch {
      // As full as it gets.
    }
    expect(kindOf(await lease.check())).toBe('ok');
    expect(kindOf(await transport.lease(at('two'), holder))).toBe('full');
    expect(readdirSync(root)).not.toContain('lock-000001');
    must(await lease.release());
  });

  it('that became read-only refuses every change by that name and can be read', async () => {
    must(await transport.create(at('file'), bytes('content'), 7));
    remountReadOnly(root);
    const data = new Uint8Array(1);
    const holder = { run: 'r', host: 'h', user: 'u', pid: process.pid, since: 's' };
    const kinds = [
      kindOf(await transport.create(at('new'), bytes('x'), 1)),
      kindOf(await transport.create(at('new/deep'), bytes('x'), 1)),
      kindOf(await transport.append(at('file'), 7, bytes('x'), 1)),
      kindOf(await transport.publish({ path: at('new'), temporary: at('t'), bytes: data })),
      kindOf(await transport.rename(at('file'), at('other'))),
      kindOf(await transport.remove(at('file'))),
      kindOf(await transport.setModifiedTime(at('file'), 1_000_000_000n)),
      kindOf(await transport.lease(at('lock'), holder)),
      kindOf(await transport.probe(at(''), 'write')),
    ];
    expect(new Set(kinds)).toEqual(new Set(['read-only']));
    expect(must(await transport.stat(at('file'))).size).toBe(7);
    expect(kindOf(await transport.probe(at(''), 'look'))).toBe('ok');
  });
});
