import { failedFinding, fineFinding, keepError, ROOT, type Finding, type Transport } from '@sessionkeep/core';
import { accessSync, constants, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { formatBytes, formatCount, plural } from '@sessionkeep/runner/program';
import { userName } from './user-name.js';

export interface FilesOptions {
  /** Where the files lie on this machine, so that each can be asked whether it may be read; null elsewhere. */
  readonly root: string | null;
  readonly signal: AbortSignal;
}

const SHOWN = 3;

/** Whether everything that a source has may be read. Reads the listing, and no file. */
export async function filesFinding(transport: Transport, { root, signal }: FilesOptions): Promise<Finding> {
  const sum = { files: 0, bytes: 0, unreadable: 0, refused: 0 };
  const examples: string[] = [];
  const lock = (path: string): void => {
    sum.unreadable++;
    if (examples.length < SHOWN) examples.push(path);
  };
  for await (const batch of transport.scan(ROOT, { signal })) {
    if (batch.isErr()) return failedFinding('files', batch.error);
    for (const entry of batch.value) {
      if (entry.kind === 'refused') sum.refused++;
      else if (entry.kind === 'unreadable') lock(entry.path);
      else {
        sum.files++;
        sum.bytes += entry.size;
        if (root !== null && !canRead(join(root, entry.path))) lock(entry.path);
      }
    }
  }
  const facts = { ...sum };
  const { files, bytes, unreadable, refused } = sum;
  if (unreadable > 0) {
    const whose = root === null ? '' : ownersOf(examples.map((path) => join(root, path)));
    const names = `${examples.join(', ')}${unreadable > examples.length ? ' …' : ''}`;
    const text = `${plural(unreadable, 'file or folder', 'files and folders')} cannot be read${whose}: ${names}`;
    const hint =
      root === null
        ? {}
        : {
            hint: `a backup keeps the rest; for these: sudo chown -R ${(process.getuid?.() ?? 0).toString()} ${root}`,
          };
    return { ...failedFinding('files', keepError('denied', 'look at files', text, hint)), facts };
  }
  const links =
    refused === 0
      ? ''
      : `; ${formatCount(refused)} that are no files, or lead out of the folder, are never read`;
  return { ...fineFinding('files', `${plural(files, 'file')}, ${formatBytes(bytes)}${links}`), facts };
}

function canRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** ` (of root)`, where all of them are somebody else's. */
function ownersOf(paths: readonly string[]): string {
  const owners = new Set(paths.map((path) => lstatSync(path, { throwIfNoEntry: false })?.uid ?? -1));
  const own = process.getuid?.();
  const others = [...owners].filter((uid) => uid !== own && uid !== -1);
  return others.length === 0 ? '' : ` (of ${others.map(userName).join(' and ')})`;
}
