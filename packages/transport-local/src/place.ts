import { fsyncSync, closeSync, constants, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { err, ok, type Result } from 'neverthrow';
import type { KeepError, RelativePath } from '@sessionkeep/core';
import { codeOf, failure, systemFailure, type Attempt } from './failure.js';

/** The mode of every folder made here, whatever the umask. */
export const FOLDER_MODE = 0o700;
/** The mode of every file made here, whatever the umask. */
export const FILE_MODE = 0o600;

/** The root of one transport: where it really lies, and which folders were made there since the last flush. */
export class Place {
  /** The root as it was given: what messages call it. */
  readonly name: string;
  /** Folders in which a folder was made whose name is not durable yet. */
  readonly unflushed = new Set<RelativePath>();
  /** The root's real path, fixed once found, so that a link put in its place later is not followed. */
  #real: string | null = null;

  constructor(name: string) {
    this.name = name;
  }

  attempt(operation: string, path: string): Attempt {
    return { transport: this.name, operation, path };
  }

  /** The root's real path; `not-found` while nothing is there. */
  find(attempt: Attempt): Result<string, KeepError> {
    if (this.#real !== null) return ok(this.#real);
    try {
      const real = realpathSync.native(this.name);
      if (!statSync(real).isDirectory()) return err(failure('invalid', attempt, 'the root is no folder'));
      this.#real = real;
      return ok(real);
    } catch (cause) {
      return err(systemFailure(attempt, cause));
    }
  }

  /** The root's real path; makes it, and what is missing above it, when nothing is there. */
  make(attempt: Attempt): Result<string, KeepError> {
    const found = this.find(attempt);
    if (found.isOk() || found.error.kind !== 'not-found') return found;
    try {
      const first = mkdirSync(this.name, { recursive: true, mode: FOLDER_MODE });
      if (first !== undefined) flushChain(this.name, dirname(first));
    } catch (cause) {
      return err(systemFailure(attempt, cause));
    }
    return this.find(attempt);
  }

  /** The absolute path of something below a root that {@link find} or {@link make} gave. */
  static join(real: string, path: string): string {
    if (path === '') return real;
    return real.endsWith('/') ? real + path : `${real}/${path}`;
  }

  /** True for the root itself and for what lies below it. */
  static contains(real: string, absolute: string): boolean {
    return absolute === real || absolute.startsWith(real.endsWith('/') ? real : `${real}/`);
  }
}

/** Makes the root's own name durable: flushes each folder from above `path` up to `top`, as far as that is allowed. */
function flushChain(path: string, top: string): void {
  for (let folder = dirname(path); folder.length >= top.length; folder = dirname(folder)) {
    try {
      const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
      try {
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    } catch (cause) {
      if (codeOf(cause) === '') throw cause;
    }
    if (folder === dirname(folder)) return;
  }
}
