import { lstatSync, unlinkSync } from 'node:fs';
import { err, ok, type Result } from 'neverthrow';
import { baseName, parentPath, type FileStat, type KeepError, type Transport } from '@sessionkeep/core';
import { failure, systemFailure, type Attempt } from './failure.js';
import { ensureFolder } from './find-folder.js';
import { moveFile } from './move-file.js';
import { closeWritten, correctMode, finishFile, makeFileAside, removeNew } from './new-file.js';
import { Place } from './place.js';
import { writeAt } from './write-bytes.js';

type Publication = Parameters<Transport['publish']>[0];

/** Writes `temporary` whole and durable, then gives it its name unless that is taken. */
export async function publishFile(place: Place, file: Publication): Promise<Result<FileStat, KeepError>> {
  const attempt = place.attempt('publish', file.path);
  const paths = prepare(place, file, attempt);
  if (paths.isErr()) return err(paths.error);
  const { root, temporary, final } = paths.value;
  const made = await makeFileAside(root, temporary, attempt);
  if (made.isErr()) return err(made.error);
  const draft = made.value;
  correctMode(draft);
  const written = await writeAt(draft.fd, file.bytes, 0, attempt);
  const finished = written.isErr() ? err(written.error) : await finishFile(draft.fd, file.mtime, attempt);
  // Closed first: some network file systems refuse to rename what is open.
  const closed = closeWritten(draft.fd, attempt);
  const moved = finished.andThen((stat) =>
    closed.andThen(() => moveFile(temporary, final, attempt)).map(() => stat),
  );
  if (moved.isErr()) removeNew(draft);
  return moved;
}

interface Paths {
  readonly root: string;
  readonly temporary: string;
  readonly final: string;
}

/** Finds both folders, sees that the name is free before anything is written, and clears what a crash left under `temporary`. */
function prepare(place: Place, file: Publication, attempt: Attempt): Result<Paths, KeepError> {
  if (file.path === '' || file.temporary === '')
    return err(failure('invalid', attempt, 'the root is no file'));
  const final = locate(place, file.path, attempt);
  if (final.isErr()) return err(final.error);
  const temporary = locate(place, file.temporary, attempt);
  if (temporary.isErr()) return err(temporary.error);
  const root = place.find(attempt);
  if (root.isErr()) return err(root.error);
  try {
    if (lstatSync(final.value, { throwIfNoEntry: false }) !== undefined) {
      return err(failure('exists', attempt, 'something has that name already'));
    }
    if (lstatSync(temporary.value, { throwIfNoEntry: false }) !== undefined) unlinkSync(temporary.value);
  } catch (cause) {
    return err(systemFailure(attempt, cause));
  }
  return ok({ root: root.value, temporary: temporary.value, final: final.value });
}

function locate(place: Place, path: Publication['path'], attempt: Attempt): Result<string, KeepError> {
  return ensureFolder(place, parentPath(path), attempt).map((folder) => Place.join(folder, baseName(path)));
}
