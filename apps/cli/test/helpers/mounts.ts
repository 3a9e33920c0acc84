import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { platform } from 'node:os';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';

/** Why a small file system of our own cannot be mounted here; null when it can. */
export function noMounts(): string | null {
  if (platform() !== 'linux') return 'mounting needs Linux';
  if (process.getuid?.() !== 0) return 'mounting needs root';
  try {
    const folder = temporaryFolder();
    mount(folder, 'size=64k');
    unmount(folder);
    return null;
  } catch (cause) {
    return `mount failed: ${String(cause)}`;
  }
}

/** An empty file system in memory, mounted at `folder` until the test is finished. */
export function mountSmall(folder: string, size: string): void {
  mkdirSync(folder, { recursive: true });
  mount(folder, `size=${size},mode=0700`);
  onTestFinished(() => {
    try {
      unmount(folder);
    } catch {
      // The test has done so itself.
    }
  });
}

function mount(folder: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
}

export function remount(folder: string, options: string): void {
  execFileSync('mount', ['-o', `remount,${options}`, folder], { stdio: 'pipe' });
}

export function unmount(folder: string): void {
  execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' });
}
