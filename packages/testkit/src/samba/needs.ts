import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { need } from '../helpers/need.js';
import { findProgram } from './programs.js';
import { mountSmallDisk, unmountSmallDisk } from './small-disk.js';

/** What was found out once: tests ask each for itself, and to ask starts programs. */
const known: { samba?: readonly [string | null]; smallDisk?: readonly [string | null] } = {};

/** Why no Samba can be started here; null when one can. */
export function noSamba(): string | null {
  return (known.samba ??= [whyNoSamba()])[0];
}

function whyNoSamba(): string | null {
  for (const program of ['smbd', 'pdbedit']) {
    const path = findProgram(program);
    if (path === null) return `${program} is not installed (Debian: apt-get install samba)`;
    try {
      execFileSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 });
    } catch (cause) {
      return `${path} does not run: ${String(cause)}`;
    }
  }
  return null;
}

/** Why open files cannot be asked for here; null when they can. */
export function noOpenFiles(): string | null {
  if (findProgram('smbstatus') === null) return 'smbstatus is not installed (Debian: apt-get install samba)';
  return process.getuid?.() === 0 ? null : 'smbstatus needs root';
}

/** Why a share cannot have a small disk of its own here; null when it can. */
export function noSmallDisk(): string | null {
  return (known.smallDisk ??= [whyNoSmallDisk()])[0];
}

function whyNoSmallDisk(): string | null {
  if (platform() !== 'linux') return 'mounting needs Linux';
  if (process.getuid?.() !== 0) return 'mounting needs root';
  const folder = mkdtempSync(join(tmpdir(), 'samba-disk-'));
  try {
    mountSmallDisk(folder, 65_536);
    unmountSmallDisk(folder);
    return null;
  } catch (cause) {
    return `mount failed: ${String(cause)}`;
  } finally {
    rmdirSync(folder);
  }
}

/** What a test needs of a server beside that it runs. */
export interface SambaNeeds {
  readonly openFiles?: boolean;
  readonly smallDisk?: boolean;
}

/**
 * Ends a test where no Samba can be started, or one that lacks what the test wants: as skipped, with the reason. Under
 * `CI=true` it fails instead, so that no run passes by leaving tests out.
 *
 * @example
 * it('signs in', async (context) => {
 *   needSamba(context);
 *   await using samba = await startSamba();
 * });
 */
export function needSamba(context: { skip(note?: string): void }, needs: SambaNeeds = {}): void {
  const obstacle =
    noSamba() ??
    (needs.openFiles === true ? noOpenFiles() : null) ??
    (needs.smallDisk === true ? noSmallDisk() : null);
  need(context, obstacle);
}
