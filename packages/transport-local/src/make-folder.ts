import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import type { KeepError } from '@sessionkeep/core';
import { codeOf, failure, systemFailure, type Attempt } from './failure.js';
import { FOLDER_MODE } from './modes.js';

/** Makes one folder unless there is one; true when it was made. */
export function makeFolder(absolute: string, attempt: Attempt): Result<boolean, KeepError> {
  try {
    mkdirSync(absolute, { mode: FOLDER_MODE });
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') return err(systemFailure(attempt, cause));
    return checkExisting(absolute, attempt);
  }
  correctMode(absolute);
  return ok(true);
}

function checkExisting(absolute: string, attempt: Attempt): Result<boolean, KeepError> {
  try {
    const stat = lstatSync(absolute);
    if (stat.isDirectory()) return ok(false);
    if (stat.isSymbolicLink())
      return err(failure('unsafe', attempt, 'a link stands where a folder should be'));
    return err(failure('exists', attempt, 'a file stands where a folder should be'));
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}

/** A umask may have taken the owner's own bits away. A file system without modes refuses this, and then nothing is lost. */
function correctMode(absolute: string): void {
  try {
    if ((lstatSync(absolute).mode & 0o777) !== FOLDER_MODE) chmodSync(absolute, FOLDER_MODE);
  } catch (cause) {
    if (codeOf(cause) === '') throw cause;
  }
}
