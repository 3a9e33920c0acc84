import { NO_AGES, NOTHING_UNSAVED } from '@sessionkeep/core';
import { expect, test } from 'vitest';
import { unsavedOfAll, type RepoStanding } from './standing.js';

const standing = (atSource: RepoStanding['atSource']): RepoStanding => ({
  source: 'mac',
  repo: 'home',
  status: null,
  failure: null,
  atSource,
});
const waiting = (bytes: number, since: bigint): RepoStanding => {
  const unsaved = { ...NOTHING_UNSAVED, files: 1, bytes, since };
  return standing({ asked: true, files: 7, refused: 0, unreadable: 0, unsaved, ages: NO_AGES });
};
const silent = standing({ asked: false, why: 'nobody' });

test('what a source has unsaved is the sum over the repos that were asked about', () => {
  expect(unsavedOfAll([waiting(1500, 20n), silent, waiting(500, 10n)])).toEqual({
    files: 2,
    bytes: 2000,
    since: 10n,
    certain: true,
  });
  expect(unsavedOfAll([silent])).toBeNull();
});
