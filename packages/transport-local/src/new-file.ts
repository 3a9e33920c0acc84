import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  open,
  openSync,
  unlinkSync,
  type BigIntStats,
} from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import type { FileStat, KeepError } from '@sessionkeep/core';
import { codeOf, failure, systemFailure, type Attempt } from './failure.js';
import { fileStat, sameInode } from './file-stat.js';
import { liesInside, placeOf } from './open-file.js';
import { FILE_MODE } from './modes.js';
import { setTimes } from './set-times.js';
import { flushData } from './write-bytes.js';

const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** A file that was made just now, and that {@link discard} may therefore remove. */
export interface NewFile {
  readonly fd: number;
  readonly absolute: string;
  readonly stat: BigIntStats;
}

/** Makes an empty file, 0600, where nothing was: `exists` otherwise. */
export function makeFile(root: string, absolute: string, attempt: Attempt): Result<NewFile, KeepError> {
  try {
    return checkMade(openSync(absolute, NEW, FILE_MODE), root, absolute, attempt);
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}

/**
 * As {@link makeFile}, on the thread pool: while a journal commits, making a name waits for it, and the hashing of other
 * files need not wait along.
 */
export async function makeFileAside(
  root: string,
  absolute: string,
  attempt: Attempt,
): Promise<Result<NewFile, KeepError>> {
  const fd = await new Promise<number | Error>((resolve) => {
    open(absolute, NEW, FILE_MODE, (cause, made) => resolve(cause ?? made));
  });
  if (typeof fd !== 'number') return err(systemFailure(attempt, fd));
  try {
    return checkMade(fd, root, absolute, attempt);
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}

function checkMade(fd: number, root: string, absolute: string, attempt: Attempt): Result<NewFile, KeepError> {
  const stat = fstatSync(fd, { bigint: true });
  const file = { fd, absolute, stat };
  if (liesInside(fd, stat, root, absolute)) return ok(file);
  // The path may lead elsewhere again by now: it is removed where it really came to lie.
  discard({ ...file, absolute: placeOf(fd) ?? absolute });
  return err(failure('unsafe', attempt, 'a folder on the way became a link that leads out of the root'));
}

/** After the last byte: time, mode, data on the medium. Answers with what the medium then reports; closes nothing. */
export async function finishFile(
  fd: number,
  mtime: bigint | undefined,
  attempt: Attempt,
): Promise<Result<FileStat, KeepError>> {
  try {
    // Before the flush, so that the time is in the same transaction as the size.
    if (mtime !== undefined) setTimes(fd, mtime);
    const flushed = await flushData(fd, attempt);
    if (flushed.isErr()) return err(flushed.error);
    return ok(fileStat(fstatSync(fd, { bigint: true })));
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}

/** A umask may have taken the owner's own bits away; a file system without modes refuses, and then nothing is lost. */
export function correctMode(file: NewFile): void {
  if ((Number(file.stat.mode) & 0o777) === FILE_MODE) return;
  try {
    fchmodSync(file.fd, FILE_MODE);
  } catch (cause) {
    if (codeOf(cause) === '') throw cause;
  }
}

/** Removes a new file's name, if it is still this file's. */
export function removeNew(file: NewFile): void {
  try {
    const there = lstatSync(file.absolute, { bigint: true });
    if (sameInode(there, file.stat)) unlinkSync(file.absolute);
  } catch (cause) {
    if (codeOf(cause) === '') throw cause;
  }
}

/** Removes a new file's name and closes it. */
export function discard(file: NewFile): void {
  try {
    removeNew(file);
  } finally {
    closeSync(file.fd);
  }
}

/** Closes a file whose bytes are safe already. Some network file systems report only here that they are not. */
export function closeWritten(fd: number, attempt: Attempt): Result<void, KeepError> {
  try {
    closeSync(fd);
    return ok(undefined);
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
}
