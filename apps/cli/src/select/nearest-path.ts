import { nearest, printable } from '@sessionkeep/core';

/** More names than this are not all compared with a slip: only those that begin or end like it. */
const MANY = 2000;
const ALIKE = 4;

/** The path that was probably meant: right up to some folder, with a slip in one name there. Null where nothing is near. */
export function nearestPath(wanted: string, paths: readonly string[]): string | null {
  const names = wanted.split('/');
  let below = paths;
  let folder = '';
  for (const name of names) {
    const inside = below.filter((path) => {
      const rest = path.slice(folder.length);
      return rest === name || rest.startsWith(`${name}/`);
    });
    if (inside.length === 0) {
      const meant = nearestName(name, below, folder.length);
      return meant === null ? null : `${folder}${meant}`;
    }
    below = inside;
    folder += `${name}/`;
  }
  return null;
}

function nearestName(name: string, paths: readonly string[], from: number): string | null {
  const children = new Map<string, string>();
  for (const path of paths) {
    const end = path.indexOf('/', from);
    const child = path.slice(from, end < 0 ? undefined : end);
    children.set(printable(child), child);
  }
  const shown = [...children.keys()];
  const [head, tail] = [name.slice(0, ALIKE), name.slice(-ALIKE)];
  const candidates =
    shown.length <= MANY ? shown : shown.filter((child) => child.startsWith(head) || child.endsWith(tail));
  const meant = nearest(name, candidates.slice(0, MANY));
  return meant === null ? null : (children.get(meant) ?? null);
}
