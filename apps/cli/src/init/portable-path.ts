import { relative, sep } from 'node:path';
import { resolvePath } from '../config/resolve-path.js';

export interface PortableOptions {
  readonly home: string;
  /** What relative paths are relative to; without it none are made. */
  readonly folder?: string;
}

/**
 * Writes an absolute path so that it holds on other machines too: `./…` below `folder`, `~/…` below the home folder. Where that
 * would be read as another path, it stays as it is.
 */
export function portablePath(path: string, { home, folder }: PortableOptions): string {
  const forms = [
    ...(folder === undefined || folder === home ? [] : [below(path, folder, '.')]),
    below(path, home, '~'),
  ];
  const usable = forms.filter((form) => form !== null);
  return usable.find((form) => resolvePath(form, folder ?? sep, home) === path) ?? path;
}

function below(path: string, folder: string, sign: string): string | null {
  if (folder === '' || folder === sep) return null;
  const rest = relative(folder, path);
  if (rest === '..' || rest.startsWith(`..${sep}`) || rest.startsWith(sep)) return null;
  return rest === '' ? sign : `${sign}${sep}${rest}`;
}
