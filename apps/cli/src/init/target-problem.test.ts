import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mountSmall, noMounts, remount } from '../../test/helpers/mounts.js';
import { need } from '../../test/helpers/needs.js';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { folderProblem } from './target-problem.js';

test('a folder that is there, and one that can be made', () => {
  const folder = temporaryFolder();
  expect(folderProblem(folder, [])).toBeNull();
  expect(folderProblem(join(folder, 'new', 'deep'), [])).toBeNull();
  expect(folderProblem(join(folder, 'kept'), [join(folder, 'projects')])).toBeNull();
  // Only a folder is inside, not a name that begins alike.
  expect(folderProblem(join(folder, 'projects-kept'), [join(folder, 'projects')])).toBeNull();
});

test('nothing inside a source, by whatever way', () => {
  const folder = temporaryFolder();
  const projects = join(folder, 'projects');
  mkdirSync(projects);
  symlinkSync(projects, join(folder, 'link'));
  for (const path of [
    projects,
    join(projects, 'kept'),
    join(folder, 'link', 'kept'),
    join(projects, '..', 'link'),
  ])
    expect(folderProblem(path, [projects])).toBe(
      `lies inside the source ${projects}: it would back itself up`,
    );
  expect(folderProblem(join(projects, 'kept'), [join(folder, 'link')])).toContain('lies inside the source');
});

test('a file, or below one', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(folderProblem(file, [])).toBe('is no folder');
  expect(folderProblem(join(file, 'deep', 'er'), [])).toBe(`cannot be made: ${file} is no folder`);
});

test('where nothing can be written', (context) => {
  const folder = join(temporaryFolder(), 'kept');
  if (process.getuid?.() === 0) {
    need(context, noMounts());
    mountSmall(folder, '64k');
    remount(folder, 'ro');
  } else mkdirSync(folder, { mode: 0o500 });
  expect(folderProblem(folder, [])).toBe('cannot be written to');
  expect(folderProblem(join(folder, 'new'), [])).toBe(`cannot be made: ${folder} cannot be written to`);
});
