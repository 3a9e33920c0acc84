import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { meaningOf } from './errno-table.js';
import { systemFailure } from './failure.js';
import { judgeByClock } from './lease/judge-lock.js';
import { nodeSha256 } from './node-sha256.js';
import { settable } from './set-times.js';
import { commonStep, stepOf } from './time-step.js';

it('translates errno, and what it does not know is io', () => {
  const kinds = [
    'ENOSPC',
    'EDQUOT',
    'EROFS',
    'EACCES',
    'ENOENT',
    'ENOTDIR',
    'EEXIST',
    'ELOOP',
    'ESTALE',
    'EWHAT',
  ];
  expect(kinds.map((code) => meaningOf(code).kind)).toEqual([
    'full',
    'full',
    'read-only',
    'denied',
    'not-found',
    'not-found',
    'exists',
    'unsafe',
    'unreachable',
    'io',
  ]);
  expect(kinds.filter((code) => meaningOf(code).retry)).toEqual(['ESTALE']);
});

it('says what was tried, on what, and what came back, and lets no control character through', () => {
  const cause = Object.assign(new Error("ENOENT: no such file or directory, open '/x/\u001b[2J'"), {
    code: 'ENOENT',
  });
  const error = systemFailure({ transport: '/x', operation: 'read', path: 'a\nb' }, cause);
  expect(error.message).toBe(String.raw`could not read "a\x0ab" in /x: ENOENT: no such file or directory`);
  expect(error).toMatchObject({
    kind: 'not-found',
    operation: 'read',
    path: 'a\nb',
    transport: '/x',
    retry: false,
  });
});

it('finds the step of a medium from what becomes of an odd time', () => {
  const set = settable(1_600_000_001_123_456_789n);
  const cut = (step: bigint): bigint => set - (set % step);
  const steps = [1n, 100n, 1_000n, 1_000_000n, 1_000_000_000n, 2_000_000_000n];
  expect(steps.map((step) => stepOf(set, cut(step)))).toEqual(steps);
  expect(stepOf(set, 0n)).toBe(2_000_000_000n);
  expect(commonStep([4_000_000_000n, 2_000_000_000n])).toBe(2_000_000_000n);
  expect(commonStep([4_000_000_000n, 2_000_000_100n])).toBe(100n);
  expect(commonStep([])).toBe(1n);
});

it('judges a lock by the clock of the target', () => {
  const now = 1_700_000_000_000_000_000n;
  const second = 1_000_000_000n;
  const ages = [-3600n, -3n, -1n, 0n, 119n, 120n, 121n];
  expect(ages.map((age) => judgeByClock(now - age * second, now))).toEqual([
    'future',
    'future',
    'held',
    'held',
    'held',
    'held',
    'stale',
  ]);
});

it('hashes in one go, in pieces, and from a copy of its state', () => {
  const expected = createHash('sha256').update('one two é').digest('hex');
  const first = nodeSha256.start();
  first.update(Buffer.from('one '));
  const second = first.copy();
  first.update(Buffer.from('two é'));
  expect([first.hex(), nodeSha256.of('one two é'), nodeSha256.of(Buffer.from('one two é'))]).toEqual(
    Array(3).fill(expected),
  );
  second.update(Buffer.from('two é'));
  expect(second.hex()).toBe(expected);
});
