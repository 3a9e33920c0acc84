import { fineFinding, oddFinding, type Finding } from '@sessionkeep/core';
import { statSync, type Stats } from 'node:fs';
import type { PasswordWish } from '@sessionkeep/runner';
import { userName } from './user-name.js';

/** Whether a password's file is for its owner alone; null for a password that comes from elsewhere, or a file that is not there. */
export function secretFinding(wish: PasswordWish): Finding | null {
  if (wish.from !== 'file') return null;
  const stat = statOf(wish.path);
  if (stat === null || !stat.isFile()) return null;
  // What root mounts into a container belongs to nobody who could change it.
  if (stat.uid !== process.getuid?.())
    return fineFinding('secret', `in ${wish.path}, of ${userName(stat.uid)}`);
  if ((stat.mode & 0o077) === 0)
    return fineFinding('secret', `in ${wish.path}, for ${userName(stat.uid)} alone`);
  const text = `in ${wish.path}, which others may ${(stat.mode & 0o044) === 0 ? 'change' : 'read'} (mode ${modeText(stat)})`;
  return oddFinding('secret', text, `chmod 600 ${wish.path}`);
}

/** Whether nobody else can change a configuration: it says where sessions go, and may name a program to run. Null where it is no file. */
export function configFinding(path: string): Finding | null {
  const stat = statOf(path);
  const uid = process.getuid?.();
  if (stat === null || uid === undefined || !stat.isFile()) return null;
  if (stat.uid !== uid && stat.uid !== 0)
    return oddFinding(
      'config',
      `belongs to ${userName(stat.uid)}, who can change it`,
      `chown ${uid.toString()} ${path}`,
    );
  // Many systems give each user a group of his own, and its members may change what he makes.
  const byGroup = (stat.mode & 0o020) !== 0 && stat.gid !== process.getgid?.() && stat.gid !== 0;
  if (byGroup || (stat.mode & 0o002) !== 0)
    return oddFinding(
      'config',
      `others may change it (mode ${modeText(stat)}): it says where sessions go, and what is run for a password`,
      `chmod go-w ${path}`,
    );
  return fineFinding('config', 'can be read, and others cannot change it');
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function modeText({ mode }: Stats): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
