import { type ArchiveLocation, pathLiesIn } from '@sessionkeep/runner';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The same as {@link folderProblem} for any location; what a share says is only known when it is opened. */
export function targetProblem(location: ArchiveLocation, sources: readonly string[]): string | null {
  return location.type === 'local' ? folderProblem(location.path, sources) : null;
}

/** Why no archive can be in a folder, which need not be there yet, as the end of a sentence about it; null when one can. */
export function folderProblem(path: string, sources: readonly string[]): string | null {
  const source = sources.find((folder) => pathLiesIn(path, folder));
  if (source !== undefined) return `lies inside the source ${source}: it would back itself up`;
  const there = nearestThere(path);
  const place = there === path ? '' : `cannot be made: ${there} `;
  if (!statSync(there, { throwIfNoEntry: false })?.isDirectory()) return `${place}is no folder`;
  return canWrite(there) ? null : `${place}cannot be written to`;
}

/** The path, or the nearest folder above it that there is. */
function nearestThere(path: string): string {
  const parent = dirname(path);
  return parent === path || isThere(path) ? path : nearestThere(parent);
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // Below a file (ENOTDIR) or in a folder that may not be read: the folder above says why.
    return false;
  }
}

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
