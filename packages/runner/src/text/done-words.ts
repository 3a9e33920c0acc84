import type { Counts } from '@sessionkeep/core';
import { formatCount } from './format.js';
import { outcomeWord } from './outcome-word.js';

/** The outcomes of a backup that are told in a sentence: there something was done, or should have been. */
const TOLD = [
  'copied',
  'appended',
  'superseded',
  'restamped',
  'adopted',
  'mended',
  'refused',
  'failed',
  'damaged',
] as const;

/** What a backup did, in a few words each: `3 new`, `1 grown`. None where there was nothing to do. */
export function doneWords(counts: Counts): string[] {
  return TOLD.filter((name) => counts[name] > 0).map(
    (name) => `${formatCount(counts[name])} ${outcomeWord(name)}`,
  );
}
