import { keepError } from '@sessionkeep/core';
import { expect, test } from 'vitest';
import { answer, kept, NOW, source, unsavedSince } from '../../test/helpers/standings.js';
import type { RepoStanding, SourceStanding } from '@sessionkeep/runner';
import { stalePlaces } from './stale-places.js';

const HOUR = 3_600_000;
const ago = (hours: number): string => new Date(NOW - hours * HOUR).toISOString();
const fine = kept('fine');
const unanswered = { asked: false, why: 'nobody' } as const;
const neverKept = (hours: number): RepoStanding => ({
  source: 'mac',
  repo: 'new',
  status: null,
  failure: null,
  atSource: answer({ ...unsavedSince(hours), certain: false }),
});

test.each<[string, SourceStanding, unknown]>([
  ['all is well', source([fine]), []],
  ['nothing unsaved, however old the success', source([fine, kept('idle', { lastSuccess: ago(900) })]), []],
  [
    'a byte that waits too long',
    source([fine, kept('busy', { atSource: answer(unsavedSince(27)) })]),
    [{ repo: 'busy', why: 'unsaved', age: 27 * HOUR, atMost: true }],
  ],
  [
    'an answer that is not believed',
    source([fine, kept('idle', { lastSuccess: ago(27) })], { silent: 'it is not mounted' }),
    [{ repo: 'idle', why: 'old', age: 27 * HOUR }],
  ],
  [
    'one that nobody could ask about',
    source([fine, kept('other', { lastSuccess: ago(27), atSource: unanswered })]),
    [{ repo: 'other', why: 'old' }],
  ],
  [
    'one that was read in part',
    source([fine, kept('part', { lastSuccess: ago(27), atSource: answer({}, { unreadable: 1 }) })]),
    [{ repo: 'part', why: 'old' }],
  ],
  [
    'one that never succeeded, beside others',
    source([fine, kept('poor', { lastSuccess: null, atSource: unanswered })]),
    [{ repo: 'poor', why: 'never', age: null }],
  ],
  ['one that was never kept, and is young', source([fine, neverKept(1)]), []],
  [
    'one that was never kept for long',
    source([fine, neverKept(30)]),
    [{ repo: 'new', why: 'unsaved', atMost: false }],
  ],
  [
    'a damaged one is damaged',
    source([fine, kept('bad', { damage: 'x', atSource: answer(unsavedSince(99)) })]),
    [],
  ],
  [
    'one that could not be read is an error of its own',
    source([fine, { ...fine, repo: 'bad', status: null, failure: keepError('io', 'read', 'x') }]),
    [],
  ],
  [
    'nothing ever succeeded',
    source([kept('poor', { lastSuccess: null }), neverKept(1)]),
    [{ source: null, repo: null, why: 'never' }],
  ],
])('%s', (_, standing, expected) => {
  expect(stalePlaces([standing], 26 * HOUR, NOW)).toMatchObject(expected as object);
});

test('an archive that is empty is stale, and one that cannot be read is not called so', () => {
  expect(stalePlaces([], HOUR, NOW)).toEqual([
    { source: null, repo: null, why: 'never', age: null, atMost: true },
  ]);
  const unread = { ...fine, status: null, failure: keepError('denied', 'read', 'x') };
  expect(stalePlaces([source([unread])], HOUR, NOW)).toEqual([]);
});
