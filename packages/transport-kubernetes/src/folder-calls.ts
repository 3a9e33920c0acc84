import { err, ok, type Result } from 'neverthrow';
import {
  comparePaths,
  segmentProblem,
  type FileStat,
  type KeepError,
  type ListEntry,
  type RelativePath,
  type SmallFile,
} from '@sessionkeep/core';
import { kindOfMode, parseRecords } from './agent/records.js';
import { dotted, encodeList, encodeWord, placeWords } from './agent/words.js';
import { errorOf, failure, problem } from './failure.js';
import { fileStat, oneRecord, type Place } from './place.js';
import { createFile, done } from './write-file.js';

/** Of the path itself, not of what a link points to. */
export async function statPath(place: Place, path: RelativePath): Promise<Result<FileStat, KeepError>> {
  const attempt = place.attempt('stat', path);
  const answer = await place.ask(attempt, { words: ['look', ...placeWords(path)] });
  return answer.andThen((record) =>
    oneRecord(record)
      .map(fileStat)
      .mapErr((found) => errorOf(attempt, found)),
  );
}

/** The immediate children of a folder. */
export async function listFolder(
  place: Place,
  folder: RelativePath,
): Promise<Result<readonly ListEntry[], KeepError>> {
  const attempt = place.attempt('list', folder);
  const answer = await place.ask(attempt, { words: ['list', encodeWord(dotted(folder))] });
  if (answer.isErr()) return err(answer.error);
  const items = parseRecords(answer.value);
  if (items === null) return err(errorOf(attempt, problem('io', 'what the pod lists cannot be understood')));
  const entries: ListEntry[] = [];
  for (const item of items) {
    if (!('size' in item)) continue;
    const bytes = item.name.subarray(2);
    const name = bytes.toString('utf8');
    if (segmentProblem(name) !== null || !Buffer.from(name, 'utf8').equals(bytes)) continue;
    const kind = kindOfMode(item.mode);
    entries.push({ name, kind: kind === 'file' || kind === 'folder' || kind === 'link' ? kind : 'other' });
  }
  return ok(entries.sort((one, other) => comparePaths(one.name, other.name)));
}

/** Gives a file another name, by a link that never replaces. */
export async function renamePath(
  place: Place,
  from: RelativePath,
  to: RelativePath,
): Promise<Result<void, KeepError>> {
  const attempt = place.attempt('rename', from);
  if (from === '') return err(failure('invalid', attempt, 'the root stays where it is'));
  if (to === '') return err(failure('exists', attempt, 'the new name is the root'));
  return done(await place.change(attempt, { words: ['move', ...placeWords(from), ...placeWords(to)] }));
}

/** Removes a file, a link or an empty folder. */
export async function removePath(place: Place, path: RelativePath): Promise<Result<void, KeepError>> {
  const attempt = place.attempt('remove', path);
  if (path === '') return err(failure('invalid', attempt, 'the root stays'));
  const removed = await place.change(attempt, { words: ['remove', ...placeWords(path)] });
  if (removed.isErr() && removed.error.kind === 'not-found') return ok(undefined);
  return done(removed);
}

/** A small file whole, by way of a name of its own. */
export async function publishFile(place: Place, file: SmallFile): Promise<Result<FileStat, KeepError>> {
  const { path, temporary, bytes, mtime } = file;
  const attempt = place.attempt('publish', path);
  if (path === '' || temporary === '') return err(failure('invalid', attempt, 'the root is no file'));
  const left = await removePath(place, temporary);
  if (left.isErr()) return err(left.error);
  const chunks = (async function* () {
    yield ok(bytes);
  })();
  const made = await createFile(place, temporary, chunks, bytes.length, mtime === undefined ? {} : { mtime });
  if (made.isErr()) return made;
  const renamed = await renamePath(place, temporary, path);
  if (renamed.isOk()) return made;
  // A temporary file may be left, and need not.
  return (await removePath(place, temporary))
    .andThen(() => err(renamed.error))
    .orElse(() => err(renamed.error));
}

/** Makes names durable, in these folders and those that lead there. */
export async function flushFolders(
  place: Place,
  folders: readonly RelativePath[],
): Promise<Result<void, KeepError>> {
  if (folders.length === 0) return ok(undefined);
  const all = new Set<string>(['.']);
  for (const folder of folders) {
    const names = folder.split('/').filter((name) => name !== '');
    names.forEach((_, index) => all.add(dotted(names.slice(0, index + 1).join('/'))));
  }
  const body = encodeList([...all]);
  const attempt = place.attempt('flush', folders[0] ?? '');
  const flushed = await place.change(attempt, {
    words: ['sync', String(body.length)],
    body,
  });
  if (flushed.isErr()) return flushed.error.kind === 'not-found' ? ok(undefined) : err(flushed.error);
  const complaint = flushed.value
    .toString('utf8')
    .split('\n')
    .find((line) => line !== '' && !line.endsWith(': No such file or directory'));
  return complaint === undefined ? ok(undefined) : err(failure('io', attempt, complaint.slice(0, 500)));
}
