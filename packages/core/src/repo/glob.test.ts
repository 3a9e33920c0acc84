import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { globMatcher } from './glob.js';

describe('globMatcher', () => {
  test.each([
    ['*.lock', ['a.lock', '.lock'], ['a.lock2', 'a/b.lock', 'lock']],
    ['a?c', ['abc', 'a😀c'], ['ac', 'a/c', 'abbc']],
    ['**/x', ['x', 'a/x', 'a/b/x'], ['ax', 'x/a', 'a/bx']],
    ['a/**', ['a/b', 'a/b/c'], ['a', 'b/a/c']],
    ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['az', 'a/bz']],
    ['a**z', ['az', 'a/b/z'], ['a', 'za']],
    ['x.{jsonl,meta.json}', ['x.jsonl', 'x.meta.json'], ['x.', 'x.json', 'x.jsonl,meta.json']],
    ['{a,a*}{b,}', ['a', 'ab', 'axyz', 'axb'], ['b', '']],
    ['{a,{b,c}d}e', ['ae', 'bde', 'cde'], ['be', 'ade']],
    ['-Users-x--worktrees-*', ['-Users-x--worktrees-1'], ['-Users-x', '-Users-x--worktrees-1/a']],
    ['a.b+(c)|[d]^$\\', ['a.b+(c)|[d]^$\\'], ['aXb+(c)|[d]^$\\']],
    ['a,b}*', ['a,b}', 'a,b}c'], ['a']],
  ])('%s', (pattern, matching, others) => {
    const matches = globMatcher(pattern);
    expect(matching.filter((text) => !matches(text))).toEqual([]);
    expect(others.filter((text) => matches(text))).toEqual([]);
  });

  test.each([
    ['{', '{'],
    ['{a,b', '{a,b'],
    ['a{b,{c}', 'a{b,c'],
    ['{a,{b,c}', '{a,c'],
    ['*{', 'x{'],
  ])('a brace that is never closed is a character: %s', (pattern, text) => {
    expect(globMatcher(pattern)(text)).toBe(true);
  });

  test('agrees with a regular expression on any pattern without braces', () => {
    const pattern = fc.array(fc.constantFrom('a', 'b', '/', '*', '?', '**', '**/', '.'), { maxLength: 7 });
    const text = fc.array(fc.constantFrom('a', 'b', '/', '.'), { maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (tokens, characters) => {
        const glob = tokens.join('');
        const regex = glob.replace(/\*\*\/|\*\*|[*?.]/g, (token) => REGEX[token] ?? '');
        const name = characters.join('');
        expect(globMatcher(glob)(name)).toBe(new RegExp(`^${regex}$`, 's').test(name));
      }),
      { numRuns: 3000 },
    );
  });

  test('does not run away on long names', () => {
    const long = 'a'.repeat(4096);
    for (const pattern of ['*a*a*a*a*a*b', '**a**a**a**b', '{a,a*}{a,a*}{a,a*}{a,a*}b', '?*?*?*?*?*b']) {
      expect(globMatcher(pattern)(long)).toBe(false);
    }
    expect(globMatcher('**/**/**/**/**/b')('a/'.repeat(2048))).toBe(false);
  });
});

const REGEX: Record<string, string> = {
  '**/': '(?:|.*/)',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
  '.': '\\.',
};
