import { keepError, type KeepError } from '@sessionkeep/core';
import { realpathSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import type { SelectedSource } from './selected-source.js';
import type { SelectedTarget } from './select-targets.js';

/** An archive inside its source would back itself up, run after run. */
export function checkOverlap(
  sources: readonly SelectedSource[],
  targets: readonly SelectedTarget[],
): KeepError[] {
  return targets.flatMap((target) => {
    const archive = realPath(target.path);
    return sources
      .filter(({ path }) => `${archive}${sep}`.startsWith(`${realPath(path)}${sep}`))
      .map(({ path }) =>
        keepError('usage', 'select target', `the archive ${target.path} lies inside the source ${path}`, {
          hint: 'choose a folder outside of it with --to',
        }),
      );
  });
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
