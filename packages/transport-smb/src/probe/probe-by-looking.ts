import { err, ok, type Result } from 'neverthrow';
import { parentPath, type KeepError, type NameRules, type RelativePath } from '@sessionkeep/core';
import type { FolderEntry, SmbError, SmbShare } from '@sessionkeep/smb2';
import type { Place } from '../place.js';
import { canBeAsked, FORBIDDEN } from '../share-names.js';
import { longestName } from './longest-name.js';
import { otherForm, swapCase } from './other-forms.js';
import { commonStep } from './time-step.js';

/** Entries looked at: enough to meet a letter and an odd time, few enough to cost nothing. */
const SAMPLE = 64;

/**
 * Finds out what can be known without changing anything, from what lies in `folder` or in the nearest folder above it that is
 * there. What a server says of itself is not asked: nearly all claim to tell `a` from `A`.
 */
export async function probeByLooking(
  place: Place,
  folder: RelativePath,
): Promise<Result<NameRules, KeepError>> {
  const attempt = place.attempt('probe', folder);
  const rules = await place.run(attempt, (share) => look(share, place.at(folder)));
  if (rules.isOk() || rules.error.kind !== 'not-found') return rules;
  return folder === ''
    ? place.run(attempt, (share) => look(share, ''))
    : probeByLooking(place, parentPath(folder));
}

async function look(share: SmbShare, folder: string): Promise<Result<NameRules, SmbError>> {
  const listed = await sample(share, folder);
  if (listed.isErr()) return err(listed.error);
  const entries = listed.value;
  const maxNameBytes = await longestName(share);
  if (maxNameBytes.isErr()) return err(maxNameBytes.error);
  const foldsCase = await aliases(share, folder, entries, swapCase);
  if (foldsCase.isErr()) return err(foldsCase.error);
  const normalizes = await aliases(share, folder, entries, otherForm);
  if (normalizes.isErr()) return err(normalizes.error);
  return ok({
    // Most servers do, and who takes two names for one refuses one too many at worst.
    foldsCase: foldsCase.value ?? true,
    normalizes: normalizes.value ?? false,
    maxNameBytes: maxNameBytes.value,
    forbidden: FORBIDDEN,
    maps: true,
    timeStep: commonStep(entries.flatMap(({ modified }) => (modified === null ? [] : [modified]))),
  });
}

async function sample(share: SmbShare, folder: string): Promise<Result<readonly FolderEntry[], SmbError>> {
  const entries: FolderEntry[] = [];
  for await (const entry of share.list(folder)) {
    if (entry.isErr()) return err(entry.error);
    if (canBeAsked(entry.value.name)) entries.push(entry.value);
    if (entries.length === SAMPLE) break;
  }
  return ok(entries);
}

/**
 * Whether another form of a name leads to the same file though no such name is listed; null when no name has another form. The
 * folder's own name serves as well as those in it.
 */
async function aliases(
  share: SmbShare,
  folder: string,
  entries: readonly FolderEntry[],
  form: (name: string) => string,
): Promise<Result<boolean | null, SmbError>> {
  const present = new Set(entries.map(({ name }) => name));
  const slash = folder.lastIndexOf('/') + 1;
  const own = { above: folder.slice(0, slash), name: folder.slice(slash) };
  const inside = entries.map(({ name }) => ({ above: folder === '' ? '' : `${folder}/`, name }));
  const differing = [...inside, own].find(({ name }) => form(name) !== name && !present.has(form(name)));
  if (differing === undefined) return ok(null);
  const { above, name } = differing;
  const one = await share.stat(above + name);
  if (one.isErr()) return err(one.error);
  const other = await share.stat(above + form(name));
  if (other.isOk()) return ok(other.value.id === one.value.id);
  return other.error.kind === 'not-found' ? ok(false) : err(other.error);
}
