import { expect, test, type TestContext } from 'vitest';
import { need, noProgram } from './helpers/needs.js';
import { Machine, MAIN } from './helpers/run-built.js';
import { logLine, writeFiles } from './helpers/sessions.js';
import { Tmux } from './helpers/tmux.js';

/** So slow that it never comes to its end by itself. */
const SLOW = `'${process.execPath}' '${MAIN}' backup --to kept --bwlimit 20k; echo "it ended with $?"`;

function terminal(context: TestContext, columns: number): Tmux {
  // It has no --version but -V.
  need(context, noProgram('tmux', '-V'));
  const machine = new Machine();
  const log = logLine('/home/anna/shop').repeat(3000);
  for (let file = 0; file < 40; file++)
    writeFiles(machine.projects, { [`-home-anna-shop/log-${file.toString()}.jsonl`]: log });
  return new Tmux(machine, { columns });
}

const bars = (lines: readonly string[]): string[] => lines.filter((line) => /\d%|left$|\[[#-]/.test(line));

/** There is one bar, in one piece, and it fits. */
const hasOneBar =
  (columns: number, whole: RegExp) =>
  (lines: readonly string[]): boolean => {
    const [bar = '', ...more] = bars(lines);
    return more.length === 0 && bar.length < columns && whole.test(bar);
  };

test('a window that is resized has one bar, in one piece; an interruption leaves the terminal as it was', async (context) => {
  const window = terminal(context, 100);
  window.type(SLOW);
  await window.until(hasOneBar(80, /^\[[#-]+\] .*%.* of .* files .*\/s .* left$/), 'a bar with everything');
  expect(window.showsCursor()).toBe(false);
  for (const [columns, whole] of [
    [60, /^(\[[#-]+\])? *\d+% .* of .*left$/],
    [34, /^(\[[#-]+\])? *\d+% .*left$/],
    [22, /^(\[[#-]+\])? *\d+%.* left$/],
    [90, /^\[[#-]+\] .*%.* of .* files .*\/s .* left$/],
  ] as const) {
    window.resize(columns);
    await window.until(hasOneBar(columns, whole), `one bar at ${columns.toString()} columns`);
  }
  window.press('C-c');
  const lines = await window.until((all) => all.includes('it ended with 130'), 'the end');
  expect(lines).toContain('stopping; what is done is recorded. Once more ends it at once.');
  expect(lines.some((line) => line.startsWith('Interrupted: what was done is recorded'))).toBe(true);
  expect(bars(lines)).toEqual([]);
  expect(window.showsCursor()).toBe(true);
});

test('suspended, it gives the cursor back, and goes on with its bar', async (context) => {
  const window = terminal(context, 80);
  window.type(SLOW);
  await window.until((lines) => bars(lines).length === 1, 'a bar');
  window.press('C-z');
  const lines = await window.until((all) => all.some((line) => line.includes('Stopped')), 'the shell');
  expect(bars(lines)).toEqual([]);
  expect(window.showsCursor()).toBe(true);
  window.type('fg');
  await window.until((all) => bars(all).length === 1, 'a bar again');
  expect(window.showsCursor()).toBe(false);
});

test('ended at once by a second key, it leaves the terminal as it was too', async (context) => {
  const window = terminal(context, 80);
  window.type(SLOW);
  await window.until((lines) => bars(lines).length === 1, 'a bar');
  window.press('C-c');
  window.press('C-c');
  const lines = await window.until((all) => all.includes('it ended with 130'), 'the end');
  expect(bars(lines)).toEqual([]);
  expect(window.showsCursor()).toBe(true);
});

test('colours say how it ended, and NO_COLOR keeps them away', async (context) => {
  const window = terminal(context, 80);
  const backup = `'${process.execPath}' '${MAIN}' backup --to kept; echo "it ended with $?"`;
  window.type(backup);
  await window.until((all) => all.includes('it ended with 0'), 'the end');
  expect(window.coloured()).toContain('\x1b[32mAll of it is kept.');
  window.type(`clear; export NO_COLOR=1; ${backup}`);
  await window.until(
    (all) => all.includes('it ended with 0') && all.some((line) => line.startsWith('All of')),
    'the end',
  );
  expect(window.coloured()).not.toContain('\x1b[3');
});
