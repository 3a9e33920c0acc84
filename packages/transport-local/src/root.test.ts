import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLocalTransport } from './open-local-transport.js';
import { at, bytes, kindOf, must, scanKinds, TestDisk } from './test/disk.js';

let disk: TestDisk;

beforeEach(() => {
  disk = new TestDisk();
});

afterEach(() => disk.remove());

it('a root that is not there yet is not-found, and the first write makes it', async () => {
  const transport = await disk.open();
  expect(kindOf(await transport.stat(at('')))).toBe('not-found');
  expect(kindOf(await transport.list(at('')))).toBe('not-found');
  for await (const batch of transport.scan(at(''))) expect(kindOf(batch)).toBe('not-found');
  must(await transport.remove(at('file')));
  must(await transport.flush([at('')]));
  must(await transport.probe(at(''), 'look'));
  expect(existsSync(disk.root)).toBe(false);
  must(await transport.create(at('deep/file'), bytes('x'), 1));
  expect(await scanKinds(transport)).toEqual({ 'deep/file': 'file' });
});

it('a root that comes into being after opening is found', async () => {
  const transport = await disk.open();
  disk.write('file');
  expect(await scanKinds(transport)).toEqual({ file: 'file' });
});

it('a root that goes away is not-found, and is not made again in a place that is gone', async () => {
  disk.write('file');
  const transport = await disk.open();
  rmSync(dirname(disk.root), { recursive: true });
  expect(kindOf(await transport.stat(at('file')))).toBe('not-found');
  expect(kindOf(await transport.create(at('new'), bytes('x'), 1))).not.toBe('ok');
  expect(existsSync(disk.root)).toBe(false);
});

it('a root that is a file, relative or empty is refused at opening', async () => {
  const file = disk.write('file');
  expect(kindOf(await openLocalTransport({ root: file }))).toBe('invalid');
  expect(kindOf(await openLocalTransport({ root: 'relative' }))).toBe('usage');
  expect(kindOf(await openLocalTransport({ root: '' }))).toBe('usage');
  expect(kindOf(await openLocalTransport({ root: '/with\0nul' }))).toBe('usage');
});

it('probing what is not there leaves nothing but the root', async () => {
  const transport = await disk.open();
  mkdirSync(disk.at('kept'), { recursive: true });
  writeFileSync(disk.at('kept/file'), 'x');
  must(await transport.probe(at('kept/new/deep'), 'write'));
  expect(existsSync(disk.at('kept/new').slice(0))).toBe(false);
  must(await transport.probe(at('kept'), 'write'));
  expect(await scanKinds(transport)).toEqual({ 'kept/file': 'file' });
});
