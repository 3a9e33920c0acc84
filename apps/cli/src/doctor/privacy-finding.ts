import { failedFinding, keepError, type Finding } from '@sessionkeep/core';
import { isMountedByPeople } from '../mounts/by-people.js';

/** Who asked for a folder, and where. */
export interface Asking {
  readonly platform: string;
  /** The program that runs: what the system's list of permissions has to name. */
  readonly program: string;
}

/**
 * What macOS says to a program that may not see a folder, whoever owns it: `EPERM`, where missing permissions are `EACCES`. Null for every
 * other code and system.
 *
 * @param code of the system's error when the folder was listed; empty where that worked
 */
export function privacyFinding(path: string, code: string, { platform, program }: Asking): Finding | null {
  if (platform !== 'darwin' || code !== 'EPERM') return null;
  const lesser = isMountedByPeople(path)
    ? ' (or, for this alone, Files & Folders: Removable or Network Volumes)'
    : '';
  const hint = `System Settings, Privacy & Security, Full Disk Access${lesser}: add ${program}, which a schedule runs, and for runs by hand your terminal; then start both anew`;
  const text = `macOS keeps ${path} from this program: Operation not permitted (EPERM)`;
  return failedFinding('privacy', keepError('denied', 'look at folder', text, { hint }));
}
