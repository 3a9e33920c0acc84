import { expect, test } from 'vitest';
import { stringScreen } from '../../test/helpers/string-screen.js';
import { ProgressBar, progressLine, type Progress } from './progress-bar.js';
import { stylesFor } from './style.js';
import { textWidth } from './text-width.js';

const half = { bytes: 50_000_000, totalBytes: 100_000_000, files: 5, totalFiles: 12 };
const plain = stylesFor(false, {});
const line = (progress: Progress, rate: number | null, width: number): string =>
  progressLine(progress, rate, width, plain);

test('a line has everything there is to know', () => {
  expect(line(half, 10_000_000, 79)).toBe(
    '[######-------]  50%   50.0 MB of 100.0 MB   5/12 files   10.0 MB/s  5.0 s left',
  );
});

test('with less room the bar goes first, and the share and the time left go last', () => {
  expect(line(half, 10_000_000, 65)).toBe(' 50%   50.0 MB of 100.0 MB   5/12 files   10.0 MB/s  5.0 s left');
  expect(line(half, 10_000_000, 59)).toBe('[###---]  50%   50.0 MB of 100.0 MB   10.0 MB/s  5.0 s left');
  expect(line(half, 10_000_000, 39)).toBe(' 50%   50.0 MB of 100.0 MB  5.0 s left');
  expect(line(half, 10_000_000, 22)).toBe(' 50%  5.0 s left');
  expect(line(half, 10_000_000, 13)).toBe('[###---]  50%');
});

test('it never takes more than its room', () => {
  for (const rate of [null, 0, 10_000_000])
    for (let width = 1; width < 120; width++)
      expect(textWidth(line(half, rate, width))).toBeLessThanOrEqual(width);
});

test('nothing jumps while numbers grow', () => {
  const at = (bytes: number, files: number, rate: number): string =>
    line({ bytes, totalBytes: 1_000_000_000, files, totalFiles: 1200 }, rate, 79);
  const places = (text: string) => [']', ' of ', '/1,200', '/s'].map((mark) => text.indexOf(mark));
  expect(places(at(900_000_000, 1100, 99_900_000))).toEqual(places(at(1000, 3, 500_000)));
});

test('there is room for a bar beside large numbers at 80 columns', () => {
  const large = { bytes: 999_900_000, totalBytes: 999_900_000_000, files: 12_345, totalFiles: 12_345 };
  expect(line(large, 999_900_000, 79)).toMatch(/^\[-----\] {3}0% .*left$/);
});

test('as long as repos are to be planned there is no share of bytes and no time left, which would be guesses', () => {
  const some = { ...half, repos: { ended: 3, expected: 12, share: 0.25 } };
  expect(line(some, 10_000_000, 79)).toBe(
    '[#####---------------]  3/12 repos   50.0 MB       5 files   10.0 MB/s',
  );
  expect(line(some, 10_000_000, 30)).toBe('[#-----]  3/12 repos   50.0 MB');
  expect(line(some, null, 15)).toBe(' 3/12 repos');
});

test('nothing to do is all done', () => {
  expect(line({ bytes: 0, totalBytes: 0, files: 0, totalFiles: 0 }, null, 60)).toContain('100%');
});

/** A bar on a terminal, with time in our hands. */
function watched(columns: () => number = () => 80) {
  const screen = stringScreen({ isTTY: true, columns });
  let now = 0;
  let tick: (() => void) | null = null;
  const bar = new ProgressBar(
    screen,
    () => now,
    (ms, call) => {
      expect(ms).toBeGreaterThanOrEqual(100);
      tick = call;
      return () => (tick = null);
    },
  );
  const pass = (ms: number): void => {
    for (const until = now + ms; now < until;) {
      now += 100;
      tick?.();
    }
  };
  const drawn = (): string[] =>
    screen
      .text()
      .split('\r')
      .filter((text) => text.includes('%'));
  return { screen, bar, pass, drawn, isTicking: () => tick !== null };
}

test('drawn at once, then ten times a second however much goes on, and not when nothing does', () => {
  const { bar, pass, drawn } = watched();
  for (let count = 0; count < 1000; count++) {
    bar.update({ ...half, bytes: count * 1000 });
    if (count % 100 === 99) pass(100);
  }
  expect(drawn().length).toBeLessThanOrEqual(11);
  // The rate goes on being told as it falls, until it has fallen.
  pass(10_000);
  const before = drawn().length;
  pass(10_000);
  expect(drawn().length).toBe(before);
});

test('the last of a burst of changes is drawn too', () => {
  const { bar, pass, drawn } = watched();
  bar.update({ ...half, files: 1 });
  bar.update({ ...half, files: 11 });
  expect(drawn().at(-1)).toContain(' 1/12 files');
  pass(100);
  expect(drawn().at(-1)).toContain('11/12 files');
});

test('a narrower window gets a shorter line, and a terminal that breaks the old one is cleared of both parts', () => {
  let columns = 80;
  const { bar, pass, drawn, screen } = watched(() => columns);
  bar.update(half);
  columns = 40;
  pass(100);
  const last = drawn().at(-1) ?? '';
  // eslint-disable-next-line no-control-regex -- they are what clears
  expect(last).toMatch(/^\x1b\[\?7l[^\x1b]{1,39}\x1b\[\?7h\x1b\[J$/);
  // The cursor waits where the line begins.
  expect(screen.text().endsWith('\r')).toBe(true);
});

test('lines come above it, and at the end it is gone and the cursor is back', () => {
  const { bar, screen, isTicking } = watched();
  bar.update(half);
  screen.write('a line\n');
  expect(screen.text().split('\x1b[Ja line\n\r')[1]).toContain('50%');
  bar.end();
  expect(screen.text().endsWith('\x1b[J\x1b[?25h')).toBe(true);
  expect(screen.text().split('\x1b[?25l')).toHaveLength(2);
  expect(isTicking()).toBe(false);
  screen.write('a last line\n');
  expect(screen.text().endsWith('\x1b[?25ha last line\n')).toBe(true);
});
