import {
  childPath,
  ROOT,
  type Answer,
  type Extra,
  type RelativePath,
  type Transport,
} from '@sessionkeep/core';
import { err } from 'neverthrow';
import { oneFileView } from './one-file-view.js';
import { oneFolderView } from './one-folder-view.js';

/**
 * Opens one of Claude Code's extras as a source of its own, which has a single project folder called like the extra and is
 * only read: `extraRepo` is the repo to back up from it. What else lies in Claude Code's configuration folder, secrets
 * among it, is neither read nor listed, nor reached by a link. Whoever opened it closes it.
 *
 * @param openAt opens a transport rooted at this folder, which may be missing; `ROOT` is the configuration folder itself,
 *   where `projects` lies. Called once for a file and twice for a folder.
 *
 * @example
 * import { join } from 'node:path';
 *
 * const plans = await openExtra(EXTRAS.plans, (folder) => openLocalTransport({ root: join('/home/anna/.claude', folder) }));
 */
export async function openExtra(
  { name, file }: Extra,
  openAt: (folder: RelativePath) => Answer<Transport>,
): Answer<Transport> {
  const folder = childPath(ROOT, name);
  const above = await openAt(ROOT);
  if (above.isErr()) return above;
  if (file !== null) return above.map((inner) => oneFileView(folder, childPath(ROOT, file), inner));
  const inside = await openAt(folder);
  if (inside.isErr()) {
    await above.value.close();
    return err(inside.error);
  }
  return above.map((outer) => oneFolderView(folder, outer, inside.value));
}
