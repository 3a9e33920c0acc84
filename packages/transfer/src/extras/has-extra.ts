import { joinPath, type Answer, type Extra, type RelativePath, type Transport } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { Archive } from '../archive/open-archive.js';
import type { Place } from '../archive/place.js';
import { readBinding } from '../discover/read-binding.js';

/**
 * Whether there is anything to do for an extra: something stands at its place, or was kept from there before. Claude Code makes
 * these files and folders when it needs them, so that one which is missing is nothing to speak of.
 *
 * @param source what `openExtra` gave
 */
export async function hasExtra(
  { name, file }: Extra,
  source: Transport,
  archive: Archive,
  place: Place,
): Answer<boolean> {
  const there = await source.stat(joinPath(name as RelativePath, (file ?? '') as RelativePath));
  // What cannot be looked at is told by the run.
  if (there.isOk() || there.error.kind !== 'not-found') return ok(true);
  const binding = await readBinding(archive, place);
  return binding.isErr() ? err(binding.error) : ok(binding.value !== null);
}
