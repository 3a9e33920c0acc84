import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether a small file system of our own can be mounted here. If not, says what is left untested; under CI that fails. */
export function canMount(tested: string): boolean {
  const obstacle = noMounts();
  if (obstacle === null) return true;
  if (process.env['CI'] === 'true') throw new Error(`cannot test ${tested}: mounting ${obstacle}`);
  console.warn(`NOT TESTED HERE: ${tested}, since mounting ${obstacle}`);
  return false;
}

function noMounts(): string | null {
  if (platform() !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  try {
    const folder = mountTmpfs('64k');
    unmount(folder);
    return null;
  } catch (cause) {
    return `failed: ${String(cause)}`;
  }
}

/** Mounts an empty tmpfs of this size and answers with its folder. */
export function mountTmpfs(size: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sessionkeep-mount-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', folder], { stdio: 'pipe' });
  return folder;
}

export function remountReadOnly(folder: string): void {
  execFileSync('mount', ['-o', 'remount,ro', folder], { stdio: 'pipe' });
}

export function unmount(folder: string): void {
  execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' });
  rmSync(folder, { recursive: true, force: true });
}
