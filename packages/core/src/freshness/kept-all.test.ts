import { expect, test } from 'vitest';
import { noCounts } from '../plan/counts.js';
import type { RunRecord } from '../ledger/run-record.js';
import { keptAll } from './kept-all.js';

test.each<[RunRecord['outcome'], object, boolean]>([
  ['done', {}, true],
  ['partial', { refused: 2 }, true],
  ['partial', { refused: 2, failed: 1 }, false],
  ['damage', { mended: 1 }, true],
  ['damage', { failed: 1 }, false],
  ['interrupted', {}, false],
  ['failed', {}, false],
])('%s with %j', (outcome, counts, expected) => {
  expect(keptAll({ outcome, counts: { ...noCounts(), ...counts } })).toBe(expected);
});

test('counts that are none prove nothing', () => {
  expect(keptAll({ outcome: 'partial', counts: {} as RunRecord['counts'] })).toBe(false);
});
