import { chmodSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, bytes, must, TestDisk } from './test/disk.js';

let disk: TestDisk;
/** Set at the end of every test: a umask cannot be read without being set. */
const USUAL = 0o022;

beforeEach(() => {
  disk = new TestDisk();
});

afterEach(() => {
  process.umask(USUAL);
  disk.remove();
});

const modeOf = (path: string): string => (lstatSync(join(disk.root, path)).mode & 0o7777).toString(8);

describe.each([0o000, 0o022, 0o077, 0o177, 0o777])('under umask %o', (mask) => {
  it('new files are 0600, and new folders 0700, the root too', async () => {
    process.umask(mask);
    const transport = await disk.open();
    must(await transport.create(at('a/b/made'), bytes('x'), 1));
    must(
      await transport.publish({ path: at('c/published'), temporary: at('t/1'), bytes: new Uint8Array(1) }),
    );
    must(await transport.rename(at('a/b/made'), at('d/moved')));
    must(await transport.lease(at('e'), { run: 'r', host: 'h', user: 'u', pid: 1, since: 's' }));
    expect(['c/published', 'd/moved', 'e/lock-000001'].map(modeOf)).toEqual(['600', '600', '600']);
    expect(['', 'a', 'a/b', 'c', 't', 'd', 'e'].map(modeOf)).toEqual(Array.from({ length: 7 }, () => '700'));
    await transport.close();
  });
});

it('what is there already keeps its mode', async () => {
  disk.write('folder/file', 'content');
  chmodSync(disk.at('folder/file'), 0o644);
  chmodSync(join(disk.root, 'folder'), 0o755);
  const transport = await disk.open();
  must(await transport.append(at('folder/file'), 7, bytes('!'), 1));
  must(await transport.setModifiedTime(at('folder/file'), 1_700_000_000_000_000_000n));
  must(await transport.create(at('folder/new'), bytes('x'), 1));
  expect(['folder', 'folder/file', 'folder/new'].map(modeOf)).toEqual(['755', '644', '600']);
  await transport.close();
});
