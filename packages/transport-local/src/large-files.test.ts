import { closeSync, existsSync, lstatSync, openSync, truncateSync, unlinkSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { Transport } from '@sessionkeep/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { at, bytes, kindOf, must, readText, TestDisk } from './test/disk.js';

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;

let disk: TestDisk;
let transport: Transport;

/** A log of 6 GiB that is nearly all hole, with a word across the border at 4 GiB and one at the end. */
beforeEach(async () => {
  disk = new TestDisk();
  const path = disk.write('log', 'begin');
  truncateSync(path, 6 * GiB);
  const fd = openSync(path, 'r+');
  writeSync(fd, 'across', 4 * GiB - 3);
  writeSync(fd, 'end', 6 * GiB - 3);
  closeSync(fd);
  transport = await disk.open();
});

afterEach(async () => {
  await transport.close();
  disk.remove();
});

async function part(offset: number, length: number): Promise<string> {
  for await (const { chunks } of transport.read([{ path: at('log'), offset, length }])) {
    let text = '';
    for await (const chunk of chunks) text += Buffer.from(must(chunk)).toString();
    return text;
  }
  return 'nothing';
}

it('a log of 6 GiB is scanned, read and digested beyond 4 GiB', async () => {
  for await (const batch of transport.scan(at(''))) expect(must(batch)).toMatchObject([{ size: 6 * GiB }]);
  expect(await part(4 * GiB - 3, 6)).toBe('across');
  expect(await part(6 * GiB - 3, 3)).toBe('end');
  expect(await readText(transport, 'log', 5)).toBe('begin');
  const window = Buffer.alloc(3 * MiB);
  window.write('across', MiB - 3);
  for await (const answer of transport.digest([
    { path: at('log'), offset: 4 * GiB - MiB, length: 3 * MiB },
  ])) {
    expect(must(answer).sha256).toBe(createHash('sha256').update(window).digest('hex'));
  }
});

it('a log of 6 GiB grows at its end and is cut, without what lies before being touched', async () => {
  expect(must(await transport.append(at('log'), 6 * GiB, bytes('more'), 4)).size).toBe(6 * GiB + 4);
  expect(await part(6 * GiB - 3, 7)).toBe('endmore');
  expect(must(await transport.append(at('log'), 5 * GiB, bytes('cut'), 3)).size).toBe(5 * GiB + 3);
  expect(await part(4 * GiB - 3, 6)).toBe('across');
  expect(lstatSync(disk.at('log')).blocks * 512).toBeLessThan(100 * MiB);
});

it('a log that is cut while it is read is short, and one that is removed or replaced is read to its end', async () => {
  const path = disk.write('small', new Uint8Array(3 * MiB));
  const kinds: string[] = [];
  for await (const { chunks } of transport.read([{ path: at('small'), offset: 0, length: 3 * MiB }])) {
    for await (const chunk of chunks) {
      kinds.push(kindOf(chunk));
      if (kinds.length === 1) truncateSync(path, MiB + 10);
    }
  }
  expect(kinds).toEqual(['ok', 'ok', 'short']);
  let total = 0;
  for await (const { chunks } of transport.read([{ path: at('small'), offset: 0, length: MiB + 10 }])) {
    for await (const chunk of chunks) {
      total += must(chunk).length;
      if (existsSync(path)) unlinkSync(path);
    }
  }
  expect(total).toBe(MiB + 10);
});
