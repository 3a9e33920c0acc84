import { expect, test } from 'vitest';
import { clip, pad, textWidth } from './text-width.js';

test('width counts columns, not units', () => {
  expect(textWidth('abc')).toBe(3);
  expect(textWidth('日本')).toBe(4);
  expect(textWidth('e\u0301')).toBe(1);
  expect(textWidth('🚀')).toBe(2);
  expect(textWidth('\x1b[31m7\x1b[39m')).toBe(1);
});

test('a clipped name keeps both ends, and never takes more than its room', () => {
  expect(clip('the-road-to-devops', 9)).toBe('the-…vops');
  expect(clip('short', 9)).toBe('short');
  expect(clip('abc', 0)).toBe('');
  for (let room = 0; room < 12; room++)
    expect(textWidth(clip('日本語の名前です', room))).toBeLessThanOrEqual(room);
});

test('padding', () => {
  expect(pad('日', 4, 'left')).toBe('日  ');
  expect(pad('7', 3, 'right')).toBe('  7');
  expect(pad('\x1b[2m0\x1b[22m', 3, 'right')).toBe('  \x1b[2m0\x1b[22m');
});
