import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './programs.js';
import { mountSmallDisk, unmountSmallDisk } from './small-disk.js';

/** Why no Samba can be started here; null when one can. */
export function noSamba(): string | null {
  for (const program of ['smbd', 'pdbedit', 'smbstatus']) {
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

/** Why a share cannot have a small disk of its own here; null when it can. */
export function noSmallDisk(): string | null {
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

/**
 * Ends a test where no Samba can be started, or a share have no small disk if the test wants one: as skipped, with the
 * reason. Under `CI=true` it fails instead, so that no run passes by leaving tests out.
 *
 * @example
 * it('signs in', async (context) => {
 *   needSamba(context);
 *   await using samba = await startSamba();
 * });
 */
export function needSamba(context: { skip(note?: string): void }, more: { smallDisk?: boolean } = {}): void {
  const obstacle = noSamba() ?? (more.smallDisk === true ? noSmallDisk() : null);
  if (obstacle === null) return;
  if (process.env['CI'] === 'true') throw new Error(`cannot be tested here: ${obstacle}`);
  context.skip(obstacle);
}
