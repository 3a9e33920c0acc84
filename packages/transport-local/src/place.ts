import { closeSync, constants, existsSync, fsyncSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { err, ok, type Result } from 'neverthrow';
import type { KeepError, RelativePath } from '@sessionkeep/core';
import { codeOf, failure, systemFailure, type Attempt } from './failure.js';
import { makeFolder } from './make-folder.js';

/** The root of one transport: where it really lies, and which folders were made there since the last flush. */
export class Place {
  /** The root as it was given: what messages call it. */
  readonly name: string;
  /** Folders in which folders were made whose names are not durable yet, and how many that were. */
  readonly #unflushed = new Map<RelativePath, number>();
  /** The root's real path, fixed once found, so that a link put in its place later is not followed. */
  #real: string | null = null;

  constructor(name: string) {
    this.name = name;
  }

  attempt(operation: string, path: string): Attempt {
    return { transport: this.name, operation, path };
  }

  /** Notes that a folder was made in `folder`: the next flush of anything below must flush it too. */
  markUnflushed(folder: RelativePath): void {
    this.#unflushed.set(folder, this.unflushedIn(folder) + 1);
  }

  unflushedIn(folder: RelativePath): number {
    return this.#unflushed.get(folder) ?? 0;
  }

  /** Notes that `folder` was flushed, unless another folder was made in it since there were `count`. */
  markFlushed(folder: RelativePath, count: number): void {
    if (this.unflushedIn(folder) === count) this.#unflushed.delete(folder);
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
    const made = makeWithParents(this.name, attempt);
    if (made.isErr()) return err(made.error);
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

/** Makes a folder and what is missing above it, each name flushed into the folder it lies in. */
function makeWithParents(folder: string, attempt: Attempt): Result<unknown, KeepError> {
  if (existsSync(folder)) return ok(undefined);
  const parent = dirname(folder);
  return makeWithParents(parent, attempt)
    .andThen(() => makeFolder(folder, attempt))
    .map(() => tryFlush(parent));
}

/** What lies above the root may be somebody else's, who lets us make a folder and no more. */
function tryFlush(folder: string): void {
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
}
