import { keepError, type ErrorKind } from '@sessionkeep/core';
import { expect, test } from 'vitest';
import { exitCode, type Ending } from './exit-code.js';

const fine: Ending = { failure: null, interrupted: false, damage: false, partial: false };
const failed = (kind: ErrorKind, more: Partial<Ending> = {}): Ending => ({
  ...fine,
  failure: keepError(kind, 'test', 'x'),
  ...more,
});

test.each<[string, readonly Ending[], number]>([
  ['nothing to do', [], 0],
  ['all is well', [fine, fine], 0],
  ['refused files', [fine, { ...fine, partial: true }], 3],
  [
    'damage comes before refused files',
    [
      { ...fine, partial: true },
      { ...fine, damage: true },
    ],
    4,
  ],
  [
    'an interruption comes before all',
    [
      { ...fine, damage: true },
      { ...fine, interrupted: true },
    ],
    130,
  ],
  ['stale', [fine, { ...fine, stale: true }], 7],
  [
    'damage comes before stale',
    [
      { ...fine, stale: true },
      { ...fine, damage: true },
    ],
    4,
  ],
  ['stale comes before what failed beside it', [failed('unreachable'), { ...fine, stale: true }], 7],
  ['nothing can be stale where nothing could be reached', [failed('unreachable')], 6],
  ['an aborted call is an interruption', [failed('aborted')], 130],
  ['one repo locked, another fine', [failed('locked'), fine], 3],
  ['everything locked', [failed('locked'), failed('lease-lost')], 5],
  [
    'everything out of reach',
    [failed('unreachable'), failed('denied'), failed('timeout'), failed('read-only')],
    6,
  ],
  ['a target that is not there', [failed('not-found')], 6],
  ['everything foreign', [failed('foreign'), failed('usage')], 2],
  ['another format', [failed('unsupported')], 2],
  ['different causes', [failed('locked'), failed('unreachable')], 3],
  ['different causes and damage', [failed('locked'), { ...fine, damage: true }], 4],
  ['an unreachable target with damage found before', [failed('unreachable', { damage: true }), fine], 4],
  ['the disk is full', [failed('full')], 3],
  ['a ledger that cannot be used', [failed('damaged')], 4],
])('%s', (_, endings, code) => {
  expect(exitCode(endings)).toBe(code);
});
