import { expect, test } from 'vitest';
import { EXTRA_NAMES, EXTRAS, extraOfRepo, extraRepo, isProjectsFolder } from './extras.js';
import { isName } from './name-repos.js';

test("an extra's repo is flat, has a valid name, and leads back to it", () => {
  for (const name of EXTRA_NAMES) {
    const repo = extraRepo(EXTRAS[name]);
    expect(repo).toEqual({ name: `_${name}`, aliases: [], layout: 'flat', projects: [name] });
    expect(isName(repo.name)).toBe(true);
    expect(extraOfRepo(repo.name)).toBe(EXTRAS[name]);
    expect(extraOfRepo(repo.name.toUpperCase())).toBe(EXTRAS[name]);
  }
});

test.each(['history', '_', '_histories', '__history', '-history', ''])('no extra is called %j', (name) => {
  expect(extraOfRepo(name)).toBeNull();
});

test.each([
  ['~/.claude/projects', true],
  ['/projects//', true],
  ['projects', true],
  ['~/.claude/projects/x', false],
  ['~/my-projects', false],
  ['/', false],
])('%s is a projects folder: %s', (path, is) => {
  expect(isProjectsFolder(path)).toBe(is);
});
