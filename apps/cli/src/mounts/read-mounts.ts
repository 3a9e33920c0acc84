import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { parseMacMounts, parseMountInfo, type Mount } from './parse-mounts.js';

/** A program that lists mounts asks none of them, and answers at once. */
const PATIENCE_MS = 3000;

/** What is mounted on this machine; nothing where that cannot be told. */
export async function readMounts(): Promise<readonly Mount[]> {
  if (process.platform === 'darwin') return parseMacMounts(await printed('/sbin/mount'));
  return parseMountInfo(await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''));
}

function printed(program: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, { timeout: PATIENCE_MS, encoding: 'utf8' }, (_, stdout) => resolve(stdout));
  });
}
