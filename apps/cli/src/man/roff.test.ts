import { expect, test } from 'vitest';
import { prose, roff, term } from './roff.js';

test('nothing in a text is a request, an escape, or beyond ASCII', () => {
  expect(roff('C:\\x --to')).toBe('C:\\ex \\-\\-to');
  expect(roff('a…b 🚀')).toBe('a\\[u2026]b \\[u1F680]');
  expect(prose('.so /etc/passwd')).toEqual(['\\&.so /etc/passwd']);
  expect(prose("'quoted'")).toEqual(["\\&'quoted'"]);
  expect(term('.x', [])).toEqual(['.TP', '\\&.x']);
});

test('backticks are bold, and lines stay short with all that marks them', () => {
  expect(prose('run `sessionkeep help` first')).toEqual(['run \\fBsessionkeep help\\fR first']);
  for (const line of prose('`--a-b-c-d-e-f` '.repeat(100))) expect(line.length).toBeLessThanOrEqual(80);
});

test('a line that begins with a dot after wrapping is no request', () => {
  const lines = prose(`${'x'.repeat(77)} .TH`);
  expect(lines).toEqual(['x'.repeat(77), '\\&.TH']);
});
