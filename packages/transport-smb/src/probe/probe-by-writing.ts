import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from 'neverthrow';
import { parentPath, type KeepError, type NameRules, type RelativePath } from '@sessionkeep/core';
import type { FileStat, SmbError, SmbFile, SmbShare } from '@sessionkeep/smb2';

import type { Place } from '../place.js';
import { removePath } from '../remove-path.js';
import { FORBIDDEN } from '../share-names.js';
import { longestName } from './longest-name.js';
import { swapCase } from './other-forms.js';
import { stepOf } from './time-step.js';

/** An odd number of the protocol's steps, so that every coarser one shows. */
const ODD_TIME = 1_600_000_001_123_456_700n;

/**
 * Finds out by one file, which the server removes with the handle on it, and so also when we are cut off. Folders that were made for
 * it are removed as far as they are empty.
 */
export async function probeByWriting(
  place: Place,
  folder: RelativePath,
): Promise<Result<NameRules, KeepError>> {
  const attempt = place.attempt('probe', folder);
  const tried = await place.run(attempt, (share) => probe(share, place.at(folder)));
  if (tried.isOk() || tried.error.kind !== 'not-found') return tried;
  const made = await missingFolders(place, folder);
  const ready = await place.makeFolder(attempt, place.at(folder));
  if (ready.isErr()) return err(ready.error);
  const rules = await place.run(attempt, (share) => probe(share, place.at(folder)));
  for (const path of made) if ((await removePath(place, path)).isErr()) break;
  return rules;
}

async function missingFolders(place: Place, folder: RelativePath): Promise<RelativePath[]> {
  const missing: RelativePath[] = [];
  for (let path = folder; path !== ''; path = parentPath(path)) {
    const found = await place.run(place.attempt('probe', path), (share) => share.stat(place.at(path)));
    if (found.isOk()) break;
    missing.push(path);
  }
  return missing;
}

async function probe(share: SmbShare, folder: string): Promise<Result<NameRules, SmbError>> {
  const name = `Probe-\u00e9-${randomBytes(6).toString('hex')}`;
  const inFolder = (other: string): string => (folder === '' ? other : `${folder}/${other}`);
  const opened = await share.open(inFolder(name), {
    mode: 'create',
    access: ['write', 'delete'],
    deleteOnClose: true,
  });
  if (opened.isErr()) return err(opened.error);
  const file = opened.value;
  try {
    const [maxNameBytes, foldsCase, normalizes, stat] = await Promise.all([
      longestName(share),
      leadsTo(share, inFolder(swapCase(name)), file),
      leadsTo(share, inFolder(name.normalize('NFD')), file),
      timed(file),
    ]);
    if (maxNameBytes.isErr()) return err(maxNameBytes.error);
    if (foldsCase.isErr()) return err(foldsCase.error);
    if (normalizes.isErr()) return err(normalizes.error);
    if (stat.isErr()) return err(stat.error);
    return ok({
      foldsCase: foldsCase.value,
      normalizes: normalizes.value,
      maxNameBytes: maxNameBytes.value,
      forbidden: FORBIDDEN,
      maps: true,
      timeStep: stepOf(ODD_TIME, stat.value.modified ?? 0n),
    });
  } finally {
    // The file goes with it; of a lost connection the caller has the error.
    (await file.close()).unwrapOr(null);
  }
}

/** The file with a time that shows the server's step. */
async function timed(file: SmbFile): Promise<Result<FileStat, SmbError>> {
  const set = await file.setTimes({ modified: ODD_TIME });
  return set.isErr() ? err(set.error) : file.stat();
}

/** Whether the file is there under another name too. Its name is random: what is found is the file itself. */
async function leadsTo(share: SmbShare, path: string, file: SmbFile): Promise<Result<boolean, SmbError>> {
  const found = await share.stat(path);
  if (found.isOk()) return ok(found.value.id === file.opened.id);
  return found.error.kind === 'not-found' ? ok(false) : err(found.error);
}
