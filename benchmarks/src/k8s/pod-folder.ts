import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '@sessionkeep/testkit/cluster';
import { LARGE_BYTES } from './tasks.js';

/** A pod with folders in its home that are copies of folders here. */
export interface PodFolders {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The home, absolute. */
  readonly home: string;
  /** What the copies are of, each by its name in the home. */
  readonly local: string;
}

/** What the folders are called. */
export const PROJECTS = 'projects';
export const LARGE = 'large';
/** The large file, below its folder: as a project has its logs. */
export const LARGE_FILE = join('project', 'large.jsonl');

/** 2026-08-01, in seconds. */
const LARGE_TIME = 1_785_542_400;

/** A folder with one large file, of bytes that do not repeat. */
export function writeLarge(local: string): void {
  const path = join(local, LARGE, LARGE_FILE);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, randomFillSync(Buffer.allocUnsafe(LARGE_BYTES)));
  utimesSync(path, LARGE_TIME, LARGE_TIME);
}

/** Starts a pod with an empty home. */
export async function startPod(
  cluster: Cluster,
  image: 'debian' | 'busybox',
  local: string,
): Promise<PodFolders> {
  const pod = 'bench';
  await cluster.startPod(pod, { image });
  const home = (await cluster.exec(pod, 'printf %s "$HOME"')).trim();
  return { namespace: cluster.namespace, pod, container: 'main', home, local };
}

/**
 * Puts files or folders into the home, with their times: a file that was written to in the last two minutes is read more carefully,
 * and slower.
 */
export function putIntoPod(
  { namespace, pod, container, home, local }: PodFolders,
  names: readonly string[],
): void {
  const script = `tar -C "$1" -cf - -T "$2" | kubectl exec -i -n "$3" "$4" -c "$5" -- tar -C "$6" -xf -`;
  const list = `${local}.list`;
  writeFileSync(list, names.map((name) => `${name}\n`).join(''));
  const args = ['-ec', script, 'sh', local, list, namespace, pod, container, home];
  const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`files could not be put into the pod: ${stderr.slice(-600)}`);
}
