import { openLocalTransport } from '@sessionkeep/transport-local';
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { makeFolders } from './make-folders.js';

const places = [
  { source: 'mac', repo: 'home' },
  { source: 'mac', repo: 'ops' },
];

const make = async (root: string) =>
  makeFolders((await openLocalTransport({ root }))._unsafeUnwrap(), places);

test('a folder a source and a repo, 0700; those that are there stay', async () => {
  const archive = temporaryFolder();
  mkdirSync(join(archive, 'source-mac', 'repo-ops'), { recursive: true, mode: 0o755 });
  expect((await make(archive))._unsafeUnwrap()).toEqual(['source-mac/repo-home']);
  expect(readdirSync(join(archive, 'source-mac', 'repo-home'))).toEqual([]);
  expect(statSync(join(archive, 'source-mac', 'repo-home')).mode & 0o777).toBe(0o700);
  expect(statSync(join(archive, 'source-mac', 'repo-ops')).mode & 0o777).toBe(0o755);
  expect((await make(archive))._unsafeUnwrap()).toEqual([]);
});

test('a link or a file in the place of a folder is told, and nothing is made behind it', async () => {
  for (const put of [
    (path: string) => symlinkSync(temporaryFolder(), path),
    (path: string) => writeFileSync(path, ''),
  ]) {
    const archive = temporaryFolder();
    put(join(archive, 'source-mac'));
    expect((await make(archive))._unsafeUnwrapErr().message).toContain('source-mac is no folder');
  }
});
