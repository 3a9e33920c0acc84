import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

const CHUNK = 2 ** 20;

/** What two files differ in; null for equal bytes. */
export function fileDifference(one: string, other: string): string | null {
  const [size, otherSize] = [statSync(one).size, statSync(other).size];
  const name = basename(other);
  if (size !== otherSize) return `${name} has ${String(otherSize)} of ${String(size)} bytes`;
  const handles = [openSync(one, 'r'), openSync(other, 'r')] as const;
  const [left, right] = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)];
  try {
    for (let at = 0; at < size;) {
      const length = readSync(handles[0], left, 0, CHUNK, at);
      const found = readSync(handles[1], right, 0, length, at);
      if (length === 0 || found < length || left.compare(right, 0, length, 0, length) !== 0) {
        return `${name} has other bytes from ${String(at)} on`;
      }
      at += length;
    }
    return null;
  } finally {
    for (const handle of handles) closeSync(handle);
  }
}

export interface TreeCheck {
  /** Whether times of files have to be the same, to the 100 ns that SMB can tell. */
  readonly times: boolean;
}

/** What a copy of a folder differs in from it; null where every file has its twin, and nothing else is there. */
export function treeDifference(source: string, copy: string, { times }: TreeCheck): string | null {
  const [names, copied] = [filesBelow(source), filesBelow(copy)];
  if (copied.length !== names.length) {
    return `${String(copied.length)} of ${String(names.length)} files are there`;
  }
  for (const name of names) {
    const [one, other] = [join(source, name), join(copy, name)];
    const difference = differenceOf(one, other) ?? (times ? timeDifference(one, other) : null);
    if (difference !== null) return difference;
  }
  return null;
}

/**
 * What an archive lacks of the folder that it was made from, whose children are projects; null for nothing. Projects
 * have other names there, and a little noise is left out on purpose: at most a hundredth of the bytes.
 */
export function archiveDifference(source: string, archive: string): string | null {
  const kept = new Map<string, string[]>();
  for (const name of filesBelow(archive)) {
    const [, , ...rest] = name.split('/');
    const path = rest.join('/');
    kept.set(path, [...(kept.get(path) ?? []), join(archive, name)]);
  }
  let [all, missing] = [0, 0];
  for (const name of filesBelow(source)) {
    const file = join(source, name);
    const { size } = statSync(file);
    all += size;
    const twins = kept.get(name.slice(name.indexOf('/') + 1));
    if (twins === undefined) missing += size;
    else if (twins.every((twin) => fileDifference(file, twin) !== null)) return `${name} has other bytes`;
  }
  return missing <= all / 100 ? null : `${String(missing)} of ${String(all)} bytes are missing`;
}

function differenceOf(one: string, other: string): string | null {
  try {
    return fileDifference(one, other);
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function timeDifference(one: string, other: string): string | null {
  const [wanted, found] = [one, other].map((path) => statSync(path, { bigint: true }).mtimeNs / 100n);
  return wanted === found ? null : `${basename(other)} has another time`;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
