import {
  childPath,
  keepError,
  printable,
  ROOT,
  type Answer,
  type Bytes,
  type RelativePath,
  type Transport,
} from '@sessionkeep/core';
import type { Place } from '@sessionkeep/transfer';
import { err, ok } from 'neverthrow';

/**
 * Makes `source-NAME/repo-NAME` in an archive, as one would by hand: whoever looks sees what is to come. Those that are there stay
 * as they are; a link or a file in place of one is an error. Answers with the folders that it made.
 */
export async function makeFolders(
  archive: Transport,
  places: readonly Place[],
): Answer<readonly RelativePath[]> {
  const made: RelativePath[] = [];
  for (const { source, repo } of places) {
    const above = childPath(ROOT, `source-${source}`);
    for (const folder of [above, childPath(above, `repo-${repo}`)]) {
      const there = await makeFolder(archive, folder);
      if (there.isErr()) return err(there.error);
      if (there.value) made.push(folder);
    }
  }
  return (await archive.flush([ROOT, ...made])).map(() => made);
}

/** True where it was not there before. */
async function makeFolder(archive: Transport, folder: RelativePath): Answer<boolean> {
  const stat = await archive.stat(folder);
  if (stat.isOk()) {
    if (stat.value.kind === 'folder') return ok(false);
    const text = `no folders can be made in ${archive.name}: ${printable(folder)} is no folder`;
    return err(keepError('io', 'make folders', text, { path: folder }));
  }
  if (stat.error.kind !== 'not-found') return err(stat.error);
  // Folders are made by what is written into them.
  const file = childPath(folder, '.sessionkeep.tmp');
  const written = await archive.create(file, nothing(), 0);
  if (written.isErr()) return err(written.error);
  return (await archive.remove(file)).map(() => true);
}

async function* nothing(): Bytes {
  // A file without bytes.
}
