import { spawn } from 'node:child_process';
import { isMountedByPeople } from '../mounts/by-people.js';
import type { Mount } from '../mounts/parse-mounts.js';
import { readMounts } from '../mounts/read-mounts.js';

/** A mounted share or disk that answers. */
export interface Share extends Pick<Mount, 'path' | 'remote'> {
  /** Null where it could not be told. */
  readonly freeBytes: number | null;
}

/** How long a share may take to say how full it is. One that is out of reach may not answer for minutes. */
const PATIENCE_MS = 3000;

/** The shares and disks that are mounted here, that can be written to, and that answer. */
export async function findShares(
  mounts: () => Promise<readonly Mount[]> = readMounts,
  space: typeof freeSpace = freeSpace,
): Promise<Share[]> {
  const byPath = new Map((await mounts()).filter(couldHoldArchive).map((mount) => [mount.path, mount]));
  const asked = await Promise.all(
    [...byPath.values()].map(async (mount) => ({ mount, answer: await space(mount.path) })),
  );
  return asked.flatMap(({ mount, answer }) =>
    answer === 'silent' ? [] : [{ path: mount.path, remote: mount.remote, freeBytes: answer }],
  );
}

const LOCAL =
  /^(?:ext[234]|xfs|btrfs|zfs|f2fs|apfs|hfs|exfat|vfat|msdos|ntfs3?|ufsd|fuseblk|udf|9p|virtiofs)$/;

/** Shares anywhere, and disks where people mount them, if they can be written to. */
export function couldHoldArchive({ path, type, remote, readOnly }: Mount): boolean {
  if (readOnly || path === '/') return false;
  return remote || (LOCAL.test(type) && isMountedByPeople(path));
}

/**
 * Bytes that are free where a path lies; null where nobody can tell. Asked of a program of its own, since a call to a share that
 * is out of reach would hold this process, even its end.
 */
export function freeSpace(
  path: string,
  patienceMs = PATIENCE_MS,
  program = 'df',
): Promise<number | null | 'silent'> {
  return new Promise((resolve) => {
    const child = spawn(program, ['-Pk', path], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.unref();
      resolve('silent');
    }, patienceMs);
    const end = (): void => {
      clearTimeout(timer);
      resolve(parseFree(text));
    };
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    child.on('error', end).on('close', end);
  });
}

/** The fourth column of the last line of `df -Pk`, which is in KiB. */
function parseFree(text: string): number | null {
  const [, kib] = /\s\d+\s+\d+\s+(\d+)\s+\d+%\s[^\n]*\n?$/.exec(text) ?? [];
  return kib === undefined ? null : Number(kib) * 1024;
}
