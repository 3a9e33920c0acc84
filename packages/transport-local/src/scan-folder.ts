import { constants, lstatSync, type Dirent } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { err, ok, type Result } from 'neverthrow';
import {
  parentPath,
  type KeepError,
  type RelativePath,
  type ScanEntry,
  type ScanOptions,
} from '@sessionkeep/core';
import { entryOf } from './classify-link.js';
import { aborted, codeOf, failure, systemFailure, type Attempt } from './failure.js';
import { typeBits } from './file-stat.js';
import { findFolder, isRealPath } from './find-folder.js';
import { Place } from './place.js';
import { readNames, type Names } from './raw-names.js';

type Batch = Result<readonly ScanEntry[], KeepError>;

/** Entries looked at before signals and other work get their turn. */
const SLICE = 256;
/** A file that is gone is no error; times come in nanoseconds. */
const EXACT = { bigint: true, throwIfNoEntry: false } as const;
const QUIET = { throwIfNoEntry: false } as const;
/** Longest path that `core` accepts, in UTF-16 units. */
const LONGEST = 4096;

/**
 * Lists everything below `folder`, depth first, in batches. Synchronous calls in slices: a fifth of the cost of
 * one trip through the thread pool for each file.
 */
export async function* scanFolder(
  place: Place,
  folder: RelativePath,
  options: ScanOptions = {},
): AsyncGenerator<Batch, void, void> {
  const attempt = place.attempt('scan', folder);
  const isAborted = (): boolean => options.signal?.aborted === true;
  if (isAborted()) return yield err(aborted(attempt));
  const start = findFolder(place, folder, attempt);
  if (start.isErr()) return yield err(start.error);
  const root = place.find(attempt);
  if (root.isErr()) return yield err(root.error);
  const walk = new Walk(root.value, start.value, options.skip, place.name);
  for (;;) {
    const step = walk.next();
    if (step.isErr()) return yield err(step.error);
    if (step.value.entries.length > 0) yield ok(step.value.entries);
    if (isAborted()) return yield err(aborted(attempt));
    if (step.value.last) return;
    await nextTurn();
  }
}

interface OpenFolder {
  readonly path: RelativePath;
  readonly absolute: string;
  readonly names: Names;
  at: number;
}

class Walk {
  readonly #pending: RelativePath[] = ['' as RelativePath];
  #open: OpenFolder | null = null;

  constructor(
    readonly root: string,
    readonly start: string,
    readonly skip: ScanOptions['skip'],
    readonly transport: string,
  ) {}

  /** Looks at the next {@link SLICE} entries. An error ends the walk: only the start itself gives one. */
  next(): Result<{ entries: ScanEntry[]; last: boolean }, KeepError> {
    const entries: ScanEntry[] = [];
    let left = SLICE;
    while (left > 0) {
      const folder = this.#open ?? this.#enter(entries);
      if (folder === null) {
        if (this.#pending.length === 0) break;
        left--;
        continue;
      }
      if (folder instanceof Failed) return err(folder.error);
      left -= 1 + this.#slice(folder, left, entries);
    }
    if (!isRealPath(this.start)) return ok({ entries: [this.#moved('' as RelativePath)], last: true });
    return ok({ entries, last: this.#open === null && this.#pending.length === 0 });
  }

  /** Lists the next pending folder; null when there is none or it cannot be listed, which is then an entry. */
  #enter(entries: ScanEntry[]): OpenFolder | Failed | null {
    const path = this.#pending.pop();
    if (path === undefined) return null;
    const absolute = Place.join(this.start, path);
    try {
      this.#open = { path, absolute, names: readNames(absolute), at: 0 };
      if (this.#open.names.foreign.length > 0) this.#refuseForeign(this.#open, entries);
      return this.#open;
    } catch (cause) {
      const error = systemFailure(this.#attempt(path), cause);
      if (path === '') return new Failed(error);
      // It was removed since its parent was listed: not there, and nothing wrong.
      if (codeOf(cause) !== 'ENOENT') entries.push({ kind: 'unreadable', path, folder: true, error });
      return null;
    }
  }

  /** Looks at up to `most` names; how many it were. */
  #slice(folder: OpenFolder, most: number, entries: ScanEntry[]): number {
    const { names, absolute, path, at } = folder;
    const end = Math.min(at + most, names.entries.length);
    const before = { entries: entries.length, pending: this.#pending.length };
    for (let index = at; index < end; index++) {
      const entry = names.entries[index];
      if (entry !== undefined) this.#look(absolute, path, entry, entries);
    }
    folder.at = end;
    if (end === names.entries.length) this.#open = null;
    // What was seen counts only if this is still the folder that was listed, and not a link put in its place. A link
    // that came and went between two calls here can still lend an entry its size: reading it is refused all the same.
    if (!this.#hasNoLink(path)) {
      entries.length = before.entries;
      this.#pending.length = before.pending;
      this.#open = null;
      entries.push(this.#moved(path));
    }
    return end - at;
  }

  /** Whether each part of a path below the start is a folder. The start is looked at once a slice: resolving it costs more. */
  #hasNoLink(path: RelativePath): boolean {
    for (let part = path; part !== ''; part = parentPath(part)) {
      if (!isFolder(Place.join(this.start, part))) return false;
    }
    return true;
  }

  #moved(path: RelativePath): ScanEntry {
    const problem = 'the folder was moved or replaced while it was listed';
    return {
      kind: 'unreadable',
      path,
      folder: true,
      error: failure('changed', this.#attempt(path), problem),
    };
  }

  #look(absolute: string, parent: string, entry: Dirent, entries: ScanEntry[]): void {
    const path = (parent === '' ? entry.name : `${parent}/${entry.name}`) as RelativePath;
    const folder = entry.isDirectory();
    if (this.skip?.(path, folder) === true) return;
    if (path.length > LONGEST) {
      entries.push({ kind: 'refused', path, reason: 'name-unsafe' });
    } else if (folder) {
      this.#pending.push(path);
    } else {
      this.#lookAtFile(`${absolute}/${entry.name}`, path, entries);
    }
  }

  #lookAtFile(absolute: string, path: RelativePath, entries: ScanEntry[]): void {
    try {
      const stat = lstatSync(absolute, EXACT);
      if (stat === undefined) return;
      if (typeBits(stat) === constants.S_IFDIR) this.#pending.push(path);
      else entries.push(entryOf(this.root, absolute, path, stat));
    } catch (cause) {
      entries.push({
        kind: 'unreadable',
        path,
        folder: false,
        error: systemFailure(this.#attempt(path), cause),
      });
    }
  }

  #refuseForeign(folder: OpenFolder, entries: ScanEntry[]): void {
    for (const { text, folder: isFolder } of folder.names.foreign) {
      const path = (folder.path === '' ? text : `${folder.path}/${text}`) as RelativePath;
      if (this.skip?.(path, isFolder) === true) continue;
      entries.push({ kind: 'refused', path, reason: 'name-not-utf8' });
    }
  }

  #attempt(path: string): Attempt {
    return { transport: this.transport, operation: 'scan', path };
  }
}

function isFolder(absolute: string): boolean {
  try {
    return lstatSync(absolute, QUIET)?.isDirectory() === true;
  } catch {
    return false;
  }
}

/** The start of the walk could not be listed. */
class Failed {
  constructor(readonly error: KeepError) {}
}
