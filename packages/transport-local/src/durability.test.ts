import type * as NodeFs from 'node:fs';
import { lstatSync, readlinkSync, type NoParamCallback } from 'node:fs';
import { platform } from 'node:os';
import { relative } from 'node:path';
import type { Transport } from '@sessionkeep/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { at, bytes, must, TestDisk } from './test/disk.js';

const seen = vi.hoisted(() => ({ flushes: [] as { path: string; size: number; mtimeMs: number }[] }));

/** Notes which file is flushed, and what it is like at that moment. */
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof NodeFs>();
  const noting = (flush: typeof fs.fsync) => (fd: number, done: NoParamCallback) => {
    const path = readlinkSync(`/proc/self/fd/${fd}`);
    const { size, mtimeMs } = lstatSync(path);
    seen.flushes.push({ path, size, mtimeMs });
    flush(fd, done);
  };
  return { ...fs, fdatasync: noting(fs.fdatasync), fsync: noting(fs.fsync) };
});

// What is open is asked of /proc.
describe.skipIf(platform() !== 'linux')('what is durable', () => {
  let disk: TestDisk;
  let transport: Transport;

  beforeEach(async () => {
    disk = new TestDisk();
    disk.write('log', 'one');
    transport = await disk.open();
    seen.flushes.length = 0;
  });

  afterEach(async () => {
    await transport.close();
    disk.remove();
  });

  const flushed = (): string[] => seen.flushes.map(({ path }) => relative(disk.root, path)).sort();
  const mtime = 1_700_000_000_000_000_000n;

  it('is a created file, with all its bytes and its time, before the answer', async () => {
    must(await transport.create(at('a/file'), bytes('con', 'tent'), 7, { mtime }));
    expect(seen.flushes).toMatchObject([{ size: 7, mtimeMs: 1_700_000_000_000 }]);
    expect(flushed()).toEqual(['a/file']);
  });

  it('is what was appended, with the cut before it', async () => {
    must(await transport.append(at('log'), 1, bytes('two'), 3, { mtime }));
    expect(seen.flushes).toMatchObject([{ size: 4, mtimeMs: 1_700_000_000_000 }]);
    must(await transport.append(at('log'), 2, bytes(), 0));
    expect(seen.flushes).toMatchObject([{ size: 4 }, { size: 2 }]);
  });

  it('is a small file under its temporary name before it gets its own', async () => {
    must(
      await transport.publish({ path: at('file'), temporary: at('t/1'), bytes: Buffer.from('xx'), mtime }),
    );
    expect(flushed()).toEqual(['t/1']);
    expect(seen.flushes).toMatchObject([{ size: 2, mtimeMs: 1_700_000_000_000 }]);
  });

  it('are the names in a folder, and of folders made on the way to it, once', async () => {
    must(await transport.create(at('a/b/c/file'), bytes('x'), 1));
    must(await transport.create(at('other/file'), bytes('x'), 1));
    seen.flushes.length = 0;
    must(await transport.flush([at('a/b/c'), at('a/b/c'), at('missing')]));
    expect(flushed()).toEqual(['', 'a', 'a/b', 'a/b/c']);
    seen.flushes.length = 0;
    must(await transport.flush([at('a/b/c')]));
    expect(flushed()).toEqual(['a/b/c']);
  });
});
