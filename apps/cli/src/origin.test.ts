import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../test/helpers/temporary-folder.js';
import { localOrigin } from './origin.js';

test('an origin names the machine by a digest and the folder by its real path', () => {
  const folder = temporaryFolder();
  const link = join(temporaryFolder(), 'link');
  symlinkSync(folder, link);
  const origin = localOrigin(link, 'machine-1');
  expect(origin).toMatch(/^local:[0-9a-f]{16}:/);
  expect(origin.endsWith(`:${folder}`)).toBe(true);
  expect(origin).not.toContain('machine-1');
  expect(localOrigin(folder, 'machine-1')).toBe(origin);
  expect(localOrigin(folder, 'machine-2')).not.toBe(origin);
  expect(localOrigin(folder)).toBe(localOrigin(folder));
});
