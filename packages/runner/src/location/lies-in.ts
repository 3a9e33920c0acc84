import { realpathSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import type { Location, PodFolder } from './location.js';

/** True when a location is another or lies below it. That a share is mounted somewhere nobody can tell. */
export function liesIn(inner: Location, outer: Location): boolean {
  if (inner.type === 'local') return outer.type === 'local' && pathLiesIn(inner.path, outer.path);
  if (inner.type === 'kubernetes') return outer.type === 'kubernetes' && podLiesIn(inner, outer);
  if (outer.type !== 'smb' || inner.address.port !== outer.address.port) return false;
  // Most servers fold case.
  const [a, b] = [inner, outer].map(({ address: { host, share, folder } }) =>
    `${host}/${share}/${folder}/`.replace(/\/+$/, '/').normalize('NFC').toLowerCase(),
  );
  return a !== undefined && b !== undefined && a.startsWith(b);
}

/** By their names alone: that a label selects the pods of a workload only the cluster knows. */
function podLiesIn(inner: PodFolder, outer: PodFolder): boolean {
  const [a, b] = [inner, outer].map(({ address: { path, container, ...pod }, kubeconfig }) => ({
    where: JSON.stringify([pod, kubeconfig]),
    path: `${path}/`,
    container,
  }));
  if (a === undefined || b === undefined || a.where !== b.where) return false;
  return a.path.startsWith(b.path) && (a.container ?? b.container) === (b.container ?? a.container);
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
