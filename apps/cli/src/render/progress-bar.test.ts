import { expect, test } from 'vitest';
import { stringScreen } from '../../test/helpers/string-screen.js';
import { ProgressBar, progressLine } from './progress-bar.js';
import { textWidth } from './text-width.js';

const half = { bytes: 50_000_000, totalBytes: 100_000_000, files: 5, totalFiles: 12 };

test('a line has everything there is to know', () => {
  expect(progressLine(half, 10_000_000, 79)).toBe(
    '[########--------]  50%  50.0 MB of 100.0 MB  5/12 files  10.0 MB/s  5.0 s left',
  );
});

test('it never takes more than its room', () => {
  for (let width = 1; width < 120; width++) {
    expect(textWidth(progressLine(half, 10_000_000, width))).toBeLessThanOrEqual(width);
  }
});

test('nothing to do is all done', () => {
  expect(progressLine({ bytes: 0, totalBytes: 0, files: 0, totalFiles: 0 }, null, 60)).toContain('100%');
});

test('the bar is drawn at most every 100 ms, and is gone before a line is printed and at the end', () => {
  const screen = stringScreen({ isTTY: true });
  let now = 0;
  const bar = new ProgressBar(screen, () => now);
  for (; now < 1000; now += 10) bar.update({ ...half, bytes: now * 1000 });
  expect(screen.text().split('files').length - 1).toBe(10);
  bar.print('a line\n');
  expect(screen.text().endsWith('\r\x1b[2Ka line\n')).toBe(true);
  bar.clear();
  expect(screen.text().endsWith('a line\n')).toBe(true);
});
