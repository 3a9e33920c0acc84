import { expect, test } from 'vitest';
import { stylesFor } from './style.js';

const red = (isTTY: boolean, env: Record<string, string>): string => stylesFor(isTTY, env).red('x');

test('colours on a terminal only, and never against NO_COLOR', () => {
  expect(red(true, {})).toBe('\x1b[31mx\x1b[39m');
  expect(red(false, {})).toBe('x');
  expect(red(true, { NO_COLOR: '1' })).toBe('x');
  expect(red(true, { NO_COLOR: '' })).toBe('\x1b[31mx\x1b[39m');
  expect(red(false, { FORCE_COLOR: '1' })).toBe('\x1b[31mx\x1b[39m');
  expect(red(true, { FORCE_COLOR: '0' })).toBe('x');
  expect(red(true, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe('x');
  expect(red(true, { TERM: 'dumb' })).toBe('x');
});
