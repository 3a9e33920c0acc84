import { ok, type Result } from 'neverthrow';
import type { KeepError, RelativePath } from '@sessionkeep/core';
import type { SmbError, SmbShare } from '@sessionkeep/smb2';
import type { Place } from './place.js';

/** Removes a file, a link itself, or an empty folder. A missing one is fine. */
export function removePath(place: Place, path: RelativePath): Promise<Result<void, KeepError>> {
  return place.run(place.attempt('remove', path), (share) => removeAny(share, place.at(path)));
}

async function removeAny(share: SmbShare, path: string): Promise<Result<void, SmbError>> {
  const removed = await share.remove(path);
  const isFolder = removed.isErr() && removed.error.kind === 'wrong-type';
  const done = isFolder ? await share.removeFolder(path) : removed;
  if (done.isErr() && done.error.kind === 'not-found') return ok(undefined);
  return done.map(() => undefined);
}
