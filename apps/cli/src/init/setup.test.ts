import { givenLocation } from '@sessionkeep/runner';
import { expect, test } from 'vitest';
import { testContext } from '../../test/helpers/context.js';
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
  expect(nameTarget({ type: 'local', path })).toBe(name);
});

test.each([
  ['smb://anna@nas.local/secure/claude-sessions', 'nas'],
  ['smb://anna@192.168.1.20/My%20Share/x', 'My-Share'],
  ['smb://anna@[fe80::1]/secure', 'secure'],
  ['smb://anna@all/secure', 'archive'],
])('a target at %s is called %s', (url, name) => {
  expect(nameTarget(givenLocation(url, '--to', {}, testContext())._unsafeUnwrap())).toBe(name);
});
