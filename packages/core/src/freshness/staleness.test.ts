import { expect, test } from 'vitest';
import { staleness, type Freshness } from './staleness.js';

const NOW = 100_000;
const MAX = 1_000;
const repo = (more: Partial<Freshness>): Freshness => ({
  lastSuccess: null,
  source: 'unknown',
  unsavedSince: null,
  ...more,
});
const old = NOW - MAX - 1;
const young = NOW - MAX;

test.each<[string, Partial<Freshness>, unknown]>([
  ['a success that is young enough', { lastSuccess: young }, null],
  ['one that is too old, and nobody to ask', { lastSuccess: old }, { why: 'old', age: 1_001 }],
  [
    'one that is too old, and the source says that nothing was missed',
    { lastSuccess: old, source: 'asked' },
    null,
  ],
  ['no success, and nobody to ask', {}, { why: 'never', age: null }],
  ['no success, and nothing unsaved either', { source: 'asked' }, null],
  [
    'a byte that waits too long, though there was a success',
    { lastSuccess: NOW, source: 'asked', unsavedSince: old },
    { why: 'unsaved', age: 1_001 },
  ],
  ['a byte that does not', { lastSuccess: old, source: 'asked', unsavedSince: young }, null],
  [
    'a source that was read in part shows an old byte all the same',
    { lastSuccess: NOW, unsavedSince: old },
    { why: 'unsaved', age: 1_001 },
  ],
  ['a success a little ahead of this clock', { lastSuccess: NOW + MAX }, null],
  ['a success far in the future', { lastSuccess: NOW + MAX + 1 }, { why: 'future', age: -1_001 }],
])('%s', (_, facts, expected) => {
  expect(staleness(repo(facts), MAX, NOW)).toEqual(expected);
});
