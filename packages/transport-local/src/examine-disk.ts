import { randomBytes } from 'node:crypto';
import { linkSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failedFinding, fineFinding, oddFinding, spaceFinding, type Finding } from '@sessionkeep/core';
import { codeOf, systemFailure } from './failure.js';
import { meansNoLinks } from './errno-table.js';

/**
 * Says what the disk of a folder, which must be there, has to offer beside what every place has: how much is free, and whether it has
 * hard links, by which files appear without ever replacing one. A probe of its own is made and removed.
 *
 * @example
 * for (const { step, says } of examineDisk('/Volumes/secure/claude-sessions')) console.log(step, says);
 */
export function* examineDisk(root: string): Iterable<Finding> {
  try {
    const { bavail, bsize, blocks } = statfsSync(root);
    yield spaceFinding(bavail * bsize, blocks * bsize);
  } catch (cause) {
    yield failedFinding('space', systemFailure({ transport: root, operation: 'ask about', path: '' }, cause));
  }
  yield linkFinding(root);
}

function linkFinding(root: string): Finding {
  let folder: string | null = null;
  try {
    folder = mkdtempSync(join(root, '.sessionkeep-doctor-'));
    const file = join(folder, randomBytes(4).toString('hex'));
    writeFileSync(file, '');
    linkSync(file, `${file}-too`);
    return fineFinding('links', 'hard links: files appear without ever replacing one');
  } catch (cause) {
    if (meansNoLinks(codeOf(cause)))
      return oddFinding('links', 'no hard links: what appears is looked for first, under the lock');
    return failedFinding('links', systemFailure({ transport: root, operation: 'link in', path: '' }, cause));
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
}
