import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFiles } from '../../test/helpers/sessions.js';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { findArchives } from './find-archives.js';

test('an archive of ours and one of rsync, in the folder or directly below it', () => {
  const share = temporaryFolder();
  writeFiles(share, {
    'a-folder/notes.txt': 'x',
    'a-file': 'x',
    'kept/.sessionkeep/target.json': '{}',
    'kept/source-mac/repo-home/a.jsonl': 'x',
    'kept/source-mac/repo-ops/a.jsonl': 'x',
    'kept/source-desk/repo-home/a.jsonl': 'x',
    'old/source-mac/repo-home/a.jsonl': 'x',
    'source code/source-of-x/README': 'x',
    'new/.sessionkeep/target.json': '{}',
    'half/.sessionkeep/other': 'x',
  });
  const found = findArchives(share);
  expect(found).toEqual([
    { path: join(share, 'kept'), sources: ['desk', 'mac'], repos: 3 },
    { path: join(share, 'new'), sources: [], repos: 0 },
    { path: join(share, 'old'), sources: ['mac'], repos: 1 },
  ]);
  expect(findArchives(join(share, 'kept'))).toEqual(found.slice(0, 1));
});

test('what is not there, is a file, or leads elsewhere has none', () => {
  const folder = temporaryFolder();
  expect(findArchives(join(folder, 'none'))).toEqual([]);
  writeFileSync(join(folder, 'file'), '');
  expect(findArchives(join(folder, 'file'))).toEqual([]);
  mkdirSync(join(folder, 'real', 'source-a', 'repo-b'), { recursive: true });
  const other = temporaryFolder();
  symlinkSync(join(folder, 'real'), join(other, 'link'));
  expect(findArchives(other)).toEqual([]);
});
