import { failedFinding, fineFinding, keepError, oddFinding, type Finding } from '@sessionkeep/core';
import { access, constants, lstat, readdir, stat as statOf } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { join, relative } from 'node:path';
import { formatCount, plural } from '@sessionkeep/runner/program';
import { userName } from './user-name.js';

/** Who looks, and at how much. */
export interface OwnerOptions {
  readonly uid: number;
  /** Modes and owners of what is mounted from elsewhere may be made up. */
  readonly remote: boolean;
  readonly signal: AbortSignal;
  /** Files and folders that are looked at. */
  readonly most?: number;
}

const MOST = 20_000;
/** Over a wire each costs a round trip. */
const MOST_REMOTE = 2_000;
const SHOWN = 3;

/**
 * Whether this user may change everything that an archive's folder has: a backup that ran as root once leaves files that no other
 * user's can go on with. And whether others may read it. Links are not followed.
 */
export async function ownerFinding(root: string, options: OwnerOptions): Promise<Finding> {
  const { uid, remote, most = remote ? MOST_REMOTE : MOST } = options;
  const top = await statOf(root).catch(() => null);
  if (top === null) return fineFinding('owner', 'not known');
  const seen = await lookThrough(root, top, { ...options, most });
  const { looked, foreign, examples, owners, open } = seen;
  const facts = { looked, foreign, readableByOthers: remote ? 0 : open };
  const all = looked < most ? '' : `of the first ${formatCount(most)} looked at, `;
  if (foreign > 0) {
    const whose = [...owners]
      .sort((a, b) => a - b)
      .map(userName)
      .join(' and ');
    const names = `${examples.join(', ')}${foreign > examples.length ? ' …' : ''}`;
    const text = `${all}${plural(foreign, 'file or folder', 'files and folders')} of ${whose} cannot be written to by ${userName(uid)}: ${names}`;
    const hint = `sudo chown -R ${uid.toString()} ${root}, and run every backup as one user`;
    return { ...failedFinding('owner', keepError('denied', 'look at owners', text, { hint })), facts };
  }
  if (uid === 0 && top.uid !== 0 && !remote) {
    const text = `the folder is of ${userName(top.uid)}, and this is root: what root writes there, that user cannot go on with`;
    const hint = `run backups as that user; after one that was root's: chown -R ${top.uid.toString()} ${root}`;
    return { ...oddFinding('owner', text, hint), facts };
  }
  if (open > 0 && !remote && (top.mode & 0o001) !== 0)
    return {
      ...oddFinding(
        'owner',
        `${all}others on this machine may read ${plural(open, 'file')}`,
        `chmod -R go= ${root}`,
      ),
      facts,
    };
  return { ...fineFinding('owner', `${userName(uid)} may write to all of it`), facts };
}

interface Seen {
  readonly looked: number;
  /** How many this user may not write to, since they are somebody else's. */
  readonly foreign: number;
  readonly examples: readonly string[];
  readonly owners: ReadonlySet<number>;
  /** How many files others may read. */
  readonly open: number;
}

async function lookThrough(
  root: string,
  top: Stats,
  { uid, signal, most }: OwnerOptions & { readonly most: number },
): Promise<Seen> {
  const folders = [root];
  const examples: string[] = [];
  const owners = new Set<number>();
  let [looked, foreign, open] = [0, 0, 0];
  const judge = async (path: string, owner: number): Promise<void> => {
    if (owner === uid || (await canWrite(path))) return;
    foreign++;
    owners.add(owner);
    if (examples.length < SHOWN) examples.push(relative(root, path) || root);
  };
  await judge(root, top.uid);
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    // A folder of somebody else that cannot be listed was counted itself.
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (looked >= most || signal.aborted) return { looked, foreign, examples, owners, open };
      const path = join(folder, entry.name);
      const stat = await lstat(path).catch(() => null);
      if (stat === null || !(stat.isFile() || stat.isDirectory())) continue;
      looked++;
      if (stat.isDirectory()) folders.push(path);
      else if ((stat.mode & 0o004) !== 0) open++;
      await judge(path, stat.uid);
    }
  }
  return { looked, foreign, examples, owners, open };
}

function canWrite(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
