import { keepError, type KeepError } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

export interface WriteConfigOptions {
  /** Replace the file that is there. */
  readonly overwrite: boolean;
  /** Makes the name of the file on its way a fresh one. */
  readonly run: string;
}

/**
 * Writes a configuration whole or not at all, 0600, and makes its folder. One that is there stays as it is, and is an
 * error, unless it may be overwritten.
 */
export function writeConfig(
  path: string,
  text: string,
  { overwrite, run }: WriteConfigOptions,
): Result<void, KeepError> {
  const temporary = `${path}.${run}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    try {
      writeDurably(temporary, text);
      if (overwrite) renameSync(temporary, path);
      else publish(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
    return ok(undefined);
  } catch (cause) {
    return err(problem(path, cause));
  }
}

function writeDurably(path: string, text: string): void {
  const handle = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Unlike a rename, a link never replaces what another process has put there since. */
function publish(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (cause) {
    // Mounted shares and sticks often have no links.
    if (codeOf(cause) === 'EEXIST' || existsSync(path)) throw cause;
    renameSync(temporary, path);
  }
}

function problem(path: string, cause: unknown): KeepError {
  const code = codeOf(cause);
  // Of a file in the place of its folder the system says the same.
  if (code === 'EEXIST' && existsSync(path)) return configExists(path);
  const denied = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  const reason = cause instanceof Error ? cause.message : String(cause);
  return keepError(denied ? 'denied' : 'io', 'write config', `${path} cannot be written: ${reason}`, {
    path,
    cause,
    hint: 'name another place with --config FILE',
  });
}

function codeOf(cause: unknown): string | undefined {
  return (cause as NodeJS.ErrnoException).code;
}

/** What to say when a configuration would have to be replaced. */
export function configExists(path: string): KeepError {
  return keepError('usage', 'write config', `there is a configuration already: ${path}`, {
    path,
    hint: 'edit it (`sessionkeep config check` says whether it is right), name another with --config FILE, or replace it with --overwrite',
  });
}
