import { err, ok, type Result } from 'neverthrow';
import { parentPath, type KeepError, type RelativePath } from '@sessionkeep/core';
import { failure } from './failure.js';
import type { Place } from './place.js';

/** Gives a file another name unless that is taken; makes the folder it goes to. */
export async function renamePath(
  place: Place,
  from: RelativePath,
  to: RelativePath,
): Promise<Result<void, KeepError>> {
  const attempt = place.attempt('rename', from);
  if (from === '') return err(failure('invalid', attempt, 'the root is no file'));
  if (to === '') return err(failure('exists', attempt, 'the new name is the root'));
  const move = (): Promise<Result<null, KeepError>> =>
    place.run(attempt, (share) => share.rename(place.at(from), place.at(to)));
  const moved = await move();
  if (moved.isOk()) return ok(undefined);
  if (moved.error.kind !== 'not-found') return err(moved.error);
  // Either the file is missing or the folder it is to go to: a server says only that something is.
  const source = await place.run(attempt, (share) => share.stat(place.at(from)));
  if (source.isErr()) return err(source.error);
  const folder = await place.makeFolder(attempt, place.at(parentPath(to)));
  if (folder.isErr()) return folder;
  return (await move()).map(() => undefined);
}
