import { expect, test } from 'vitest';
import { sharedFolders } from './shared-folders.js';

test('folders where patterns meet', () => {
  const repo = (name: string, ...projects: string[]) => ({
    name,
    aliases: [],
    layout: 'folders' as const,
    projects,
  });
  expect(sharedFolders([repo('a', 'x-*'), repo('b', '*-1'), repo('c', 'z')], ['x-1', 'x-2', 'z'])).toEqual([
    { folder: 'x-1', repos: ['a', 'b'] },
  ]);
});
