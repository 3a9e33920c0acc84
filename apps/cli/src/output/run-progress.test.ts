import { expect, test } from 'vitest';
import { RunProgress } from './run-progress.js';

const of = (bytes: number, totalBytes: number, files = 0, totalFiles = 1) => ({
  bytes,
  totalBytes,
  files,
  totalFiles,
});

test('a run of which nothing is expected is as far as what has begun', () => {
  const progress = new RunProgress();
  progress.update('a', of(1, 4));
  progress.update('b', of(1, 6, 1, 2));
  progress.update('a', of(3, 4));
  expect(progress.sum).toEqual(of(4, 10, 1, 3));
});

test('totals are known when every repo has begun, or ended without beginning', () => {
  const progress = new RunProgress();
  progress.expect(3);
  progress.update('a', of(2, 4));
  expect(progress.sum).toEqual({ ...of(2, 4), repos: { ended: 0, expected: 3, share: 0.5 / 3 } });
  progress.update('a', of(4, 4, 1));
  progress.end('a');
  progress.end('locked');
  expect(progress.sum.repos).toEqual({ ended: 2, expected: 3, share: 2 / 3 });
  progress.update('c', of(1, 6));
  expect(progress.sum).toEqual(of(5, 10, 1, 2));
});

test('the share never falls while repos come and go', () => {
  const progress = new RunProgress();
  progress.expect(20);
  let before = 0;
  for (let repo = 0; repo < 19; repo++) {
    for (let bytes = 0; bytes <= 10; bytes++) {
      progress.update(`${repo}`, of(bytes, 10));
      const share = progress.sum.repos?.share ?? 1;
      expect(share).toBeGreaterThanOrEqual(before);
      before = share;
    }
    progress.end(`${repo}`);
  }
});
