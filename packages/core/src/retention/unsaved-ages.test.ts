import { expect, test } from 'vitest';
import { file } from '../../test/entries.js';
import { AgeSum, expiringWithin, NO_AGES } from './unsaved-ages.js';

const DAY = 86_400_000_000_000n;
const NOW = 1_000n * DAY;

function ages(files: Readonly<Record<string, number>>, layout: 'flat' | 'folders' = 'flat'): AgeSum['ages'] {
  const sum = new AgeSum(NOW, layout);
  for (const [path, days] of Object.entries(files))
    sum.add(file(path, 'x', NOW - BigInt(Math.round(days * 24)) * (DAY / 24n)), 10);
  return sum.ages;
}

test('sessions that are due within three days, and what belongs to them', () => {
  const all = ages({
    'young.jsonl': 1,
    'just-not.jsonl': 26.9,
    'just.jsonl': 27,
    'old.jsonl': 29.9,
    'overdue.jsonl': 412,
    'old/subagents/agent-1.jsonl': 29,
    'agent-1.jsonl': 29,
    'future.jsonl': -5,
  });
  expect(expiringWithin([all], { retention: 30, within: 3 })).toEqual({
    sessions: 3,
    files: 5,
    bytes: 50,
    oldest: 412,
  });
  expect(expiringWithin([all, all], { retention: 365, within: 3 })).toMatchObject({
    sessions: 2,
    oldest: 412,
  });
  expect(expiringWithin([all], { retention: 99_999, within: 3 })).toMatchObject({ files: 0, oldest: null });
  expect(expiringWithin([all], { retention: 0, within: 3 })).toMatchObject({ sessions: 6, files: 8 });
});

test('what is never deleted does not count, nor what is kept', () => {
  const all = ages({ 'memory/notes.md': 90, 'sessions-index.json': 90, '.session-aliases': 90 });
  expect(all).toEqual(NO_AGES);
  const kept = new AgeSum(NOW, 'flat');
  kept.add(file('a.jsonl', 'x', 0n), 0);
  expect(kept.ages).toEqual(NO_AGES);
});

test('in a repo of several project folders, and however old', () => {
  const all = ages(
    { '-a/x.jsonl': 40, '-a/x/tool-results/1.txt': 40, '-a/memory/m.md': 40, 'beside.jsonl': 40 },
    'folders',
  );
  expect(expiringWithin([all], { retention: 30, within: 3 })).toMatchObject({ sessions: 1, files: 2 });
  const sum = new AgeSum(NOW * 1_000n, 'flat');
  for (let day = 0n; day < 100_000n; day += 1_000n) sum.add(file('a.jsonl', 'x', day * DAY), 1);
  expect(sum.ages.size).toBe(1);
});
