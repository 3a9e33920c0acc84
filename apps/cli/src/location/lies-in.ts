import { realpathSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import type { Location } from './location.js';

/** True when a location is another or lies below it. That a share is mounted somewhere nobody can tell. */
export function liesIn(inner: Location, outer: Location): boolean {
  if (inner.type === 'local') return outer.type === 'local' && pathLiesIn(inner.path, outer.path);
  if (outer.type === 'local' || inner.address.port !== outer.address.port) return false;
  // Most servers fold case.
  const [a, b] = [inner, outer].map(({ address: { host, share, folder } }) =>
    `${host}/${share}/${folder}/`.replace(/\/+$/, '/').normalize('NFC').toLowerCase(),
  );
  return a !== undefined && b !== undefined && a.startsWith(b);
}

/** The same of two paths, wherever links lead; neither need be there. */
export function pathLiesIn(path: string, folder: string): boolean {
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
