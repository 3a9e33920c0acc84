import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { openScreen, type Screen } from './screen.js';

/** A screen on a stream that says it is a terminal, and what was written to it. */
function terminal(env: Record<string, string> = {}): {
  screen: Screen;
  text: () => string;
  resize: (columns: number) => void;
} {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const screen = openScreen(stream as unknown as NodeJS.WriteStream, env);
  return { screen, text: () => text, resize: (columns) => (stream.columns = columns) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('the width is asked for anew, and never less than can be worked with', () => {
  const { screen, resize } = terminal();
  expect(screen.columns()).toBe(80);
  resize(33);
  expect(screen.columns()).toBe(33);
  resize(3);
  expect(screen.columns()).toBe(20);
  resize(0);
  expect(screen.columns()).toBe(80);
});

test('a terminal that cannot move its cursor gets no status line', async () => {
  const { screen, text } = terminal({ TERM: 'dumb' });
  screen.status('50%');
  screen.write('a line\n');
  screen.status(null);
  await settled();
  expect([screen.isTTY, text()]).toEqual([false, 'a line\n']);
});

test.each(['exit', 'uncaughtExceptionMonitor'] as const)(
  'the status line is gone and the cursor is back when the process ends (%s), and nothing listens any more when it is gone',
  async (event) => {
    const listeners = (): unknown[] => process.listeners(event as 'exit');
    const before = listeners();
    const { screen, text } = terminal();
    screen.status('50%');
    screen.status('51%');
    const added = listeners().filter((listener) => !before.includes(listener)) as (() => void)[];
    expect(added).toHaveLength(1);
    added[0]?.();
    await settled();
    expect(text().endsWith('\r\x1b[J\x1b[?25h')).toBe(true);
    screen.status(null);
    expect(listeners()).toEqual(before);
  },
);
