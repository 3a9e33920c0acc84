import { type LeaseHolder } from '@sessionkeep/core';
import { describe, expect, it } from 'vitest';
import { at, streamOf } from '../helpers/streams.js';
import { createMemoryDisk } from './memory-disk.js';

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

const holder: LeaseHolder = { run: 'r1', host: 'h', user: 'u', pid: 1, since: '2026-01-01T00:00:00Z' };

describe('a disk in memory', () => {
  it('moves its clock by one step a mutation and by nothing else', async () => {
    const disk = createMemoryDisk({ clock: 1_000n, step: 10n });
    const transport = disk.transport();
    expect((await transport.stat(at('a'))).isErr()).toBe(true);
    expect(disk.clock).toBe(1_000n);
    disk.write('a', 'x');
    expect(disk.clock).toBeGreaterThan(1_000n);
  });

  it('stores times in its step, downwards, before 1970 too', async () => {
    const disk = createMemoryDisk({ rules: { timeStep: 100n } });
    disk.write('a', 'x', 1_234n);
    disk.write('b', 'x', -1_234n);
    expect(disk.files().get('a')?.mtime).toBe(1_200n);
    expect(disk.files().get('b')?.mtime).toBe(-1_300n);
  });

  it('finds a file by a name that folds to its own', async () => {
    const disk = createMemoryDisk({ rules: { foldsCase: true, normalizes: true } });
    const transport = disk.transport();
    disk.write('Caf\u00e9', 'x');
    expect((await transport.stat(at('CAFE\u0301'))).isOk()).toBe(true);
    const made = await transport.create(at('cafe\u0301'), streamOf('y'), 1);
    expect(made._unsafeUnwrapErr().kind).toBe('exists');
    expect((await transport.list(at('')))._unsafeUnwrap()).toEqual([{ name: 'Caf\u00e9', kind: 'file' }]);
  });

  it('is full at its capacity, and an append then leaves what was there', async () => {
    const disk = createMemoryDisk({ capacity: 10 });
    const transport = disk.transport();
    disk.write('log', '12345');
    const result = await transport.append(at('log'), 5, streamOf('678', '9abc'), 7);
    expect(result._unsafeUnwrapErr().kind).toBe('full');
    expect(disk.text('log')).toBe('123456789a');
    expect((await transport.create(at('more'), streamOf('x'), 1))._unsafeUnwrapErr().kind).toBe('full');
    expect([...disk.files().keys()]).toEqual(['log']);
  });

  it('spoils a chunk that its consumer kept too long', async () => {
    const disk = createMemoryDisk();
    disk.write('a', 'abcdef');
    const kept: Uint8Array[] = [];
    const ranges = [{ path: at('a'), offset: 0, length: 6 }];
    for await (const { chunks } of disk.transport({ chunkSize: 3 }).read(ranges)) {
      for await (const chunk of chunks) kept.push(chunk._unsafeUnwrap());
    }
    expect(kept.map(text)).not.toContain('abc');
  });

  it('shares its leases between transports, and ends them', async () => {
    const disk = createMemoryDisk();
    const first = (await disk.transport().lease(at('lock'), holder))._unsafeUnwrap();
    const second = await disk.transport().lease(at('lock'), { ...holder, run: 'r2' });
    expect(second._unsafeUnwrapErr()).toMatchObject({ kind: 'locked' });
    expect(second._unsafeUnwrapErr().message).toContain('run r1');
    disk.endLeases();
    expect((await first.check())._unsafeUnwrapErr().kind).toBe('lease-lost');
    const third = (await disk.transport().lease(at('lock'), holder))._unsafeUnwrap();
    await first.release().then((result) => expect(result.isOk()).toBe(true));
    expect((await third.check()).isOk()).toBe(true);
  });

  it('copies everything, hard links as hard links', () => {
    const disk = createMemoryDisk();
    disk.write('a', 'one');
    disk.hardLink('a', 'b');
    const copy = disk.clone();
    copy.append('a', ' two');
    expect(copy.text('b')).toBe('one two');
    expect(disk.text('a')).toBe('one');
  });
});

describe('power loss', () => {
  it('takes names that were not flushed, and no bytes of those that were', async () => {
    const disk = createMemoryDisk();
    const transport = disk.transport();
    (await transport.create(at('kept/a'), streamOf('aa'), 2))._unsafeUnwrap();
    (await transport.flush([at('kept')]))._unsafeUnwrap();
    (await transport.create(at('kept/b'), streamOf('bb'), 2))._unsafeUnwrap();
    (await transport.append(at('kept/a'), 2, streamOf('AA'), 2))._unsafeUnwrap();
    expect([...disk.crash({ lose: 'nothing' }).files().keys()]).toEqual(['kept/a', 'kept/b']);
    const after = disk.crash({ lose: 'unflushed' });
    expect([...after.files().keys()]).toEqual(['kept/a']);
    expect(after.text('kept/a')).toBe('aaAA');
    expect(disk.files().size).toBe(2);
  });

  it('brings back what was removed and not flushed', async () => {
    const disk = createMemoryDisk();
    disk.write('a', 'x');
    (await disk.transport().remove(at('a')))._unsafeUnwrap();
    expect(disk.crash({ lose: 'unflushed' }).text('a')).toBe('x');
    expect(disk.crash({ lose: 'nothing' }).files().size).toBe(0);
  });

  it('never leaves a renamed file without a name, whichever changes are lost', async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 64; seed++) {
      const disk = createMemoryDisk();
      const transport = disk.transport();
      disk.write('x/a', 'bytes');
      (await transport.rename(at('x/a'), at('y/b')))._unsafeUnwrap();
      (await transport.rename(at('y/b'), at('z/c')))._unsafeUnwrap();
      const after = disk.crash({ lose: 'some', seed });
      seen.add([...after.files().keys()].join(' '));
      expect(after.files().size).toBeGreaterThan(0);
    }
    expect(seen.size).toBeGreaterThan(3);
  });

  it('keeps a renamed file when only its old folder was flushed', async () => {
    const disk = createMemoryDisk();
    const transport = disk.transport();
    disk.write('x/a', 'bytes');
    disk.makeFolder('y');
    (await transport.rename(at('x/a'), at('y/b')))._unsafeUnwrap();
    (await transport.flush([at('x')]))._unsafeUnwrap();
    expect([...disk.crash({ lose: 'unflushed' }).files().keys()]).toEqual(['y/b']);
  });

  it('loses the same by the same seed', async () => {
    const disk = createMemoryDisk();
    const transport = disk.transport();
    for (const name of 'abcdefgh') (await transport.create(at(name), streamOf('x'), 1))._unsafeUnwrap();
    const names = (seed: number) => [...disk.crash({ lose: 'some', seed }).files().keys()].join('');
    expect(names(7)).toBe(names(7));
    expect(new Set([1, 2, 3, 4, 5, 6].map(names)).size).toBeGreaterThan(1);
  });
});
