import { keepError, type KeepError } from '@sessionkeep/core';
import { realpathSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { besideSource, type SelectedSource } from './selected-source.js';
import type { SelectedTarget } from './select-targets.js';

/** An archive inside its source would back itself up, run after run. */
export function checkOverlap(
  sources: readonly SelectedSource[],
  targets: readonly SelectedTarget[],
): KeepError[] {
  return targets.flatMap((target) =>
    sources
      .flatMap(readFolders)
      .filter((folder) => liesIn(target.path, folder))
      .map((folder) =>
        keepError('usage', 'select target', `the archive ${target.path} lies inside the source ${folder}`, {
          hint: 'choose a folder outside of it with --to',
        }),
      ),
  );
}

/** Everything below these is read. */
function readFolders(source: SelectedSource): string[] {
  const beside = source.extras.filter(({ file }) => file === null);
  return [source.path, ...beside.map(({ name }) => besideSource(source, name))];
}

/** True when a path is a folder or lies below it, wherever links lead; neither need be there. */
export function liesIn(path: string, folder: string): boolean {
  const above = realPath(folder);
  return `${realPath(path)}${sep}`.startsWith(above.endsWith(sep) ? above : `${above}${sep}`);
}

/** The real path of what is there, with the rest as it is written. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}
