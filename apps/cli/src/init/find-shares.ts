import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { parseMacMounts, parseMountInfo, type Mount } from './mounts.js';

/** A mounted share or disk that answers. */
export interface Share extends Mount {
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
  const byPath = new Map((await mounts()).map((mount) => [mount.path, mount]));
  const asked = await Promise.all(
    [...byPath.values()].map(async (mount) => ({ mount, answer: await space(mount.path) })),
  );
  return asked.flatMap(({ mount, answer }) => (answer === 'silent' ? [] : [{ ...mount, freeBytes: answer }]));
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

async function readMounts(): Promise<readonly Mount[]> {
  if (process.platform === 'darwin') return parseMacMounts(await printed('/sbin/mount'));
  return parseMountInfo(await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''));
}

function printed(program: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, { timeout: PATIENCE_MS, encoding: 'utf8' }, (_, stdout) => resolve(stdout));
  });
}
