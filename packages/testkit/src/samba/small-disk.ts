import { execFileSync } from 'node:child_process';

/** Mounts an empty file system in memory that holds `bytes`, in whole pages; needs root on Linux. */
export function mountSmallDisk(folder: string, bytes: number): void {
  const options = `size=${String(bytes)},mode=0755`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
}

/** Unmounts it, at once even where somebody still has a file of it open. */
export function unmountSmallDisk(folder: string): void {
  execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' });
}
