import { resolve } from 'node:path';

/** An absolute path: `~` is the home folder, and what is relative is so to `folder`. */
export function resolvePath(text: string, folder: string, home: string): string {
  if (text === '~') return home;
  if (text.startsWith('~/') || text.startsWith('~\\')) return resolve(home, text.slice(2));
  return resolve(folder, text);
}
