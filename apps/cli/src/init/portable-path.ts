import { type ArchiveLocation, locationText } from '@sessionkeep/runner';
import { relative, sep } from 'node:path';

export interface PortableOptions {
  readonly home: string;
  /** What relative paths are relative to; without it none are made. */
  readonly folder?: string;
}

/** Writes an absolute path so that it holds on other machines too: `./…` below `folder`, else `~/…` below the home folder. */
export function portablePath(path: string, { home, folder }: PortableOptions): string {
  // Of a configuration in the home folder itself `~` says more.
  const here = folder === undefined || folder === home ? null : below(path, folder, '.');
  return here ?? below(path, home, '~') ?? path;
}

/** How people see a location: a path below the home folder with `~`, a share by its URL. */
export function shortLocation(location: ArchiveLocation, home: string): string {
  return location.type === 'local' ? portablePath(location.path, { home }) : locationText(location);
}

function below(path: string, folder: string, sign: string): string | null {
  if (folder === '' || folder === sep) return null;
  const rest = relative(folder, path);
  if (rest === '..' || rest.startsWith(`..${sep}`) || rest.startsWith(sep)) return null;
  return rest === '' ? sign : `${sign}${sep}${rest}`;
}
