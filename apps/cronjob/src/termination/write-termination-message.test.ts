import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { writeTerminationMessage } from './write-termination-message.js';

test('replaces what is in the file, and not the file, which is a mount', async () => {
  const path = join(temporaryFolder(), 'log');
  writeFileSync(path, 'x'.repeat(5000));
  const { ino } = statSync(path);
  (await writeTerminationMessage(path, 'exit 0: größe\n'))._unsafeUnwrap();
  expect(readFileSync(path, 'utf8')).toBe('exit 0: größe\n');
  expect(statSync(path).ino).toBe(ino);
});

test('makes a file that is not there', async () => {
  const path = join(temporaryFolder(), 'log');
  (await writeTerminationMessage(path, 'exit 0\n'))._unsafeUnwrap();
  expect(readFileSync(path, 'utf8')).toBe('exit 0\n');
});

test('says why it could not', async () => {
  const error = (await writeTerminationMessage('/nowhere/log\u001b', ''))._unsafeUnwrapErr();
  expect(error).toMatchObject({
    kind: 'io',
    message: 'writing the termination message to /nowhere/log\\x1b failed: ENOENT',
  });
});

test('does not wait for whoever might read a pipe', async () => {
  const path = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  expect((await writeTerminationMessage(path, ''))._unsafeUnwrapErr().message).toContain('ENXIO');
});
