import { keepError, type KeepError } from '@sessionkeep/core';
import type { Place } from '@sessionkeep/transfer';
import { err, ok, type Result } from 'neverthrow';
import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes `source-NAME/repo-NAME` in an archive's folder, 0700, as one would by hand: whoever looks sees what is to come. Those that
 * are there stay as they are; a link or a file in place of one is an error. Answers with the paths that it made.
 */
export function makeFolders(archive: string, places: readonly Place[]): Result<readonly string[], KeepError> {
  const made: string[] = [];
  try {
    for (const { source, repo } of places) {
      const above = join(archive, `source-${source}`);
      for (const folder of [above, join(above, `repo-${repo}`)]) if (makeFolder(folder)) made.push(folder);
    }
    return ok(made);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(keepError('io', 'make folders', `no folders can be made in ${archive}: ${reason}`, { cause }));
  }
}

function makeFolder(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) return false;
  if (stat !== undefined) throw new Error(`${path} is no folder`);
  mkdirSync(path, { mode: 0o700 });
  return true;
}
