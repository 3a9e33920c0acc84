import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { writeConfig } from './write-config.js';

const fresh = { overwrite: false, run: 'r1' };

test('whole, for its owner alone, in a folder that is made', () => {
  const folder = join(temporaryFolder(), 'deep', 'er');
  const path = join(folder, 'sessionkeep.yaml');
  expect(writeConfig(path, 'text\n', fresh).isOk()).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('text\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['sessionkeep.yaml']);
});

test('one that is there stays, unless it may be replaced', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'sessionkeep.yaml');
  writeFileSync(path, 'mine');
  const error = writeConfig(path, 'text', fresh)._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'usage', message: `there is a configuration already: ${path}` });
  expect(error.hint).toContain('--overwrite');
  expect(readFileSync(path, 'utf8')).toBe('mine');
  expect(writeConfig(path, 'text', { ...fresh, overwrite: true }).isOk()).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('text');
  expect(readdirSync(folder)).toEqual(['sessionkeep.yaml']);
});

test('where it cannot be, nothing is left', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  const error = writeConfig(join(folder, 'file', 'sessionkeep.yaml'), 'text', fresh)._unsafeUnwrapErr();
  expect(error.message).toContain('cannot be written');
  expect(error.hint).toBe('name another place with --config FILE');
  mkdirSync(join(folder, 'sessionkeep.yaml'));
  expect(writeConfig(join(folder, 'sessionkeep.yaml'), 'text', { ...fresh, overwrite: true }).isErr()).toBe(
    true,
  );
  expect(readdirSync(folder)).toEqual(['file', 'sessionkeep.yaml']);
});
