import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { findShares, freeSpace } from './find-shares.js';

/** A program in the place of `df`. */
function program(text: string): string {
  const path = join(temporaryFolder(), 'df');
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o700);
  return path;
}

test('what a share is asked for, and one that is silent is left out', async () => {
  const share = { type: 'cifs', device: '//nas/x', remote: true, readOnly: false };
  const stick = { ...share, type: 'exfat', device: '/dev/sdb1', remote: false };
  const mounts = [
    { ...share, path: '/mnt/nas' },
    { ...share, path: '/mnt/away' },
    { ...share, path: '/mnt/locked', readOnly: true },
    { ...stick, path: '/media/stick' },
    { ...stick, path: '/media/stick' },
    { ...stick, path: '/data' },
  ];
  const free: Record<string, number | 'silent'> = { '/mnt/nas': 5000, '/mnt/away': 'silent' };
  const shares = await findShares(
    () => Promise.resolve(mounts),
    (path) => Promise.resolve(free[path] ?? null),
  );
  expect(shares).toEqual([
    { path: '/mnt/nas', remote: true, freeBytes: 5000 },
    { path: '/media/stick', remote: false, freeBytes: null },
  ]);
});

test('this machine has a table of mounts that can be read', async () => {
  for (const { path, freeBytes } of await findShares()) {
    expect(path).toMatch(/^\//);
    expect(freeBytes ?? 0).toBeGreaterThanOrEqual(0);
  }
});

test('free space as df says it', async () => {
  expect(await freeSpace(temporaryFolder())).toBeGreaterThan(0);
  const table = 'Filesystem 1024-blocks Used Available Capacity Mounted on';
  const df = (line: string) => freeSpace('/x', 20_000, program(`echo '${table}'; echo '${line}'`));
  expect(await df('//anna@nas/My Share 976762584 100 976762484 1% /Volumes/My 5 Share')).toBe(
    976_762_484 * 1024,
  );
  expect(await df('//nas/x 10 12 -2 120% /mnt/x')).toBeNull();
  expect(await df('nothing to see')).toBeNull();
  expect(await freeSpace(join(temporaryFolder(), 'none'))).toBeNull();
  expect(await freeSpace('/', 20_000, '/no/such/program')).toBeNull();
});

test('a share that does not answer does not hold anybody up', async () => {
  expect(await freeSpace('/x', 20, program('sleep 1000'))).toBe('silent');
});
