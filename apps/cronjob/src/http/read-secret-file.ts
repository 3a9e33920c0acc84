import { keepError, printable, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { closeSync, openSync, readSync } from 'node:fs';

const MOST_BYTES = 4096;

/** The first line of a small file, as a mounted Secret is one. `named` is who names it, for errors. */
export function readSecretFile(path: string, named: string): Result<string, KeepError> {
  try {
    const handle = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(MOST_BYTES + 1);
      const length = readSync(handle, buffer);
      const [line = ''] = buffer.toString('utf8', 0, length).split('\n', 1);
      if (length > MOST_BYTES || line.trim() === '')
        return err(unreadable(`${named}: the first line of ${printable(path)} is no address`));
      return ok(line.trim());
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    return err(unreadable(`${named}: ${printable(path)} cannot be read: ${code}`));
  }
}

function unreadable(message: string): KeepError {
  return keepError('usage', 'read environment', message, {
    hint: 'check its path, its permissions and what is in it',
  });
}
