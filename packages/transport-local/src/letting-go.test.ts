import { existsSync, readdirSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { err } from 'neverthrow';
import { keepError, type Bytes, type Transport } from '@sessionkeep/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, bytes, kindOf, must, TestDisk } from './test/disk.js';

/** Where a process sees its own open files. */
const OPEN_FILES = existsSync('/proc/self/fd') ? '/proc/self/fd' : '/dev/fd';
const openFiles = (): number => readdirSync(OPEN_FILES).length;

let disk: TestDisk;
let transport: Transport;
let before: number;

beforeEach(async () => {
  disk = new TestDisk();
  disk.write('big', new Uint8Array(4_000_000));
  disk.write('folder/small', 'small');
  transport = await disk.open();
  before = openFiles();
});

afterEach(async () => {
  await transport.close();
  disk.remove();
});

const big = { path: at('big'), offset: 0, length: 4_000_000 };

async function* failing(): Bytes {
  yield* bytes('some');
  yield err(keepError('io', 'produce', 'told to fail'));
}

describe('open files', () => {
  it('are closed by whoever stops reading', async () => {
    for (let times = 0; times < 20; times++) {
      for await (const { chunks } of transport.read([big, big])) {
        for await (const chunk of chunks) if (chunk.isOk()) break;
        break;
      }
    }
    expect(openFiles()).toBe(before);
  });

  it('are closed when the next range is asked for, though nobody ended the one before', async () => {
    const ranges = transport.read([big, big, big])[Symbol.asyncIterator]();
    for (;;) {
      const item = await ranges.next();
      if (item.done === true) break;
      await item.value.chunks[Symbol.asyncIterator]().next();
      expect(openFiles()).toBe(before + 1);
    }
    expect(openFiles()).toBe(before);
  });

  it('are closed when a read under way is overtaken, once it is back', async () => {
    const ranges = transport.read([big, big])[Symbol.asyncIterator]();
    const first = await ranges.next();
    const chunks = first.done === true ? null : first.value.chunks[Symbol.asyncIterator]();
    const pending = chunks?.next();
    await ranges.next();
    const late = await pending;
    await ranges.return?.();
    if (late === undefined || late.done === true) throw new Error('the chunk was never answered');
    expect(kindOf(late.value)).toBe('invalid');
    expect(openFiles()).toBe(before);
  });

  it('are closed after every kind of failure', async () => {
    for (let times = 0; times < 5; times++) {
      for await (const { chunks } of transport.read([
        { ...big, length: 4_000_001 },
        { ...big, identity: 'x' },
      ])) {
        for await (const chunk of chunks) expect(kindOf(chunk)).not.toBe('ok');
      }
      const failures = [
        await transport.create(at('new'), failing(), 10),
        await transport.create(at('new'), bytes('x'), 10),
        await transport.create(at('big'), bytes('x'), 1),
        await transport.append(at('folder/small'), 5, failing(), 10),
        await transport.append(at('folder/small'), 50, bytes('x'), 1),
        await transport.append(at('folder'), 0, bytes('x'), 1),
        await transport.publish({ path: at('big'), temporary: at('t'), bytes: new Uint8Array(1) }),
        await transport.setModifiedTime(at('folder'), 1n),
      ];
      expect(failures.map(kindOf)).not.toContain('ok');
      must(await transport.flush([at('folder'), at('missing')]));
    }
    expect(openFiles()).toBe(before);
  });

  it('are closed after leases, refused or held', async () => {
    const holder = { run: 'r', host: 'h', user: 'u', pid: process.pid, since: 's' };
    for (let times = 0; times < 5; times++) {
      const lease = must(await transport.lease(at('lock'), holder));
      expect(kindOf(await transport.lease(at('lock'), holder))).toBe('locked');
      must(await transport.breakLease(at('lock')));
      must(await transport.lease(at('lock'), holder));
      must(await lease.release());
      must(await transport.breakLease(at('lock')));
    }
    await transport.close();
    expect(openFiles()).toBe(before);
  });
});

it('a scan of thousands of entries and a long run of small reads let other work have its turn', async () => {
  for (let index = 0; index < 2000; index++) disk.write(`many/${index}`, 'x');
  let turns = 0;
  const ticking = new AbortController();
  const counting = (async () => {
    for (; !ticking.signal.aborted; turns++) await nextTurn();
  })();
  const paths: string[] = [];
  for await (const batch of transport.scan(at('many'))) paths.push(...must(batch).map(({ path }) => path));
  const afterScan = turns;
  const ranges = paths.map((path) => ({ path: at(`many/${path}`), offset: 0, length: 1 }));
  for await (const answer of transport.digest(ranges)) must(answer);
  ticking.abort();
  await counting;
  expect(paths).toHaveLength(2000);
  expect(afterScan).toBeGreaterThan(5);
  expect(turns - afterScan).toBeGreaterThan(20);
});
