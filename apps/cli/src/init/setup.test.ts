import { expect, test } from 'vitest';
import { nameTarget } from './setup.js';

test.each([
  ['/Volumes/secure/claude-sessions', 'secure'],
  ['/Volumes/My Share', 'My-Share'],
  ['/mnt/nas/deep/er', 'nas'],
  ['/media/anna/Stick/x', 'Stick'],
  ['/run/media/anna/Stick/x', 'Stick'],
  ['/mnt/...', 'archive'],
  ['/mnt/All/x', 'archive'],
  ['/home/anna/claude-sessions', 'archive'],
  ['/mnt', 'archive'],
])('a target at %s is called %s', (path, name) => {
  expect(nameTarget(path)).toBe(name);
});
