import type { Finding } from '@sessionkeep/core';
import { TARGET_FILE } from '@sessionkeep/transfer';
import { existsSync, opendirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readMounts } from '../mounts/read-mounts.js';
import { mountFinding } from './mount-finding.js';
import { privacyFinding } from './privacy-finding.js';

/** What a folder of this machine lies on, and whether the system lets this program see it: before anything is read or written there. */
export async function* examineDiskFolder(path: string, mode: 'write' | 'look'): AsyncIterable<Finding> {
  // A share that is mounted when somebody looks is mounted by this.
  const code = listingCode(path);
  const hasArchive = existsSync(join(path, TARGET_FILE));
  const mount = mountFinding({ path: withoutLinks(path), mode, hasArchive }, await readMounts());
  if (mount !== null) yield mount;
  const asking = { platform: process.platform, program: process.execPath };
  const privacy = mount?.outcome === 'failed' ? null : privacyFinding(path, code, asking);
  if (privacy !== null) yield privacy;
}

/** The code of the error when a folder is listed; empty when it can be. */
function listingCode(path: string): string {
  try {
    const folder = opendirSync(path);
    try {
      folder.readSync();
    } finally {
      folder.closeSync();
    }
    return '';
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return typeof code === 'string' ? code : '';
  }
}

/** The path without links, as far as it is there. */
export function withoutLinks(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(withoutLinks(above), basename(path));
  }
}
