import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder: its path to the SHA-256 of its bytes. */
export function contentsOf(folder: string): Record<string, string> {
  const contents: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    if (lstatSync(path).isFile()) contents[name] = digestOf(path);
  }
  return contents;
}

/** All there is to see of a folder: names, kinds, modes, sizes, times, bytes. */
export function stateOf(folder: string): Record<string, string> {
  const state: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    const stat = lstatSync(path, { bigint: true });
    const bytes = stat.isFile() ? digestOf(path) : '';
    state[name] = [stat.mode.toString(8), stat.size, stat.mtimeNs, bytes].join(' ');
  }
  return state;
}

export function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
