import { mkdirSync, symlinkSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { localOrigin } from './local-origin.js';
import { TestDisk } from './test/disk.js';

function disk(): TestDisk {
  const made = new TestDisk();
  mkdirSync(made.root);
  onTestFinished(() => made.remove());
  return made;
}

test('an origin names the machine by a digest and the folder by its real path', () => {
  const { root, outside } = disk();
  const link = `${outside}/link`;
  symlinkSync(root, link);
  const origin = localOrigin(link, 'machine-1')._unsafeUnwrap();
  expect(origin).toMatch(/^local:[0-9a-f]{16}:/);
  expect(origin.endsWith(`:${root}`)).toBe(true);
  expect(origin).not.toContain('machine-1');
  expect(localOrigin(root, 'machine-1')._unsafeUnwrap()).toBe(origin);
  expect(localOrigin(root, 'machine-2')._unsafeUnwrap()).not.toBe(origin);
  expect(localOrigin(root)._unsafeUnwrap()).toBe(localOrigin(root)._unsafeUnwrap());
});

test('a folder that is not there has no origin', () => {
  const { root } = disk();
  const error = localOrigin(`${root}/missing`)._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'not-found', retry: false });
  expect(error.message).toContain(`${root}/missing`);
});
