import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../../test/entries.js';
import { comparePaths, sortByPath } from './compare-paths.js';
import { printable } from './printable.js';
import {
  baseName,
  childPath,
  firstSegment,
  isPath,
  joinPath,
  parentPath,
  parsePath,
  relativeTo,
  ROOT,
  segmentProblem,
} from './relative-path.js';

describe('parsePath', () => {
  test.each([
    '',
    'a',
    'a/b',
    '...',
    '.a',
    'a.',
    'a/.b',
    '-rf',
    'a b\n"\'',
    'é',
    'e\u0301',
    '😀',
    ' ',
    'C:\\x',
    'a'.repeat(4096),
  ])('takes %j', (text) => {
    expect(parsePath(text)._unsafeUnwrap()).toBe(text);
    expect(isPath(text)).toBe(true);
  });

  test.each([
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    './a',
    'a/.',
    'a/..',
    '../a',
    'a/../b',
    'a\0b',
    '\ud800',
    'a/\udc00',
    'a'.repeat(4097),
  ])('refuses %j', (text) => {
    expect(parsePath(text)._unsafeUnwrapErr()).toMatchObject({ kind: 'unsafe', retry: false });
    expect(isPath(text)).toBe(false);
  });

  test('takes exactly what its segments allow', () => {
    const text = fc.array(fc.constantFrom('a', '.', '/', '\0', '\ud800', '😀'), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(text, (parts) => {
        const path = parts.join('');
        expect(isPath(path)).toBe(path.split('/').every((name) => segmentProblem(name) === null));
      }),
      { numRuns: 2000 },
    );
  });

  test('an error never carries a control character to a terminal', () => {
    expect(parsePath('../\u001b[2J')._unsafeUnwrapErr().message).not.toContain('\u001b');
  });
});

describe('the parts of a path', () => {
  test.each([
    ['', '', '', ''],
    ['a', '', 'a', 'a'],
    ['a/b', 'a', 'b', 'a'],
    ['a/b/c', 'a/b', 'c', 'a'],
  ])('of %j', (path, parent, base, first) => {
    expect([parentPath(at(path)), baseName(at(path)), firstSegment(at(path))]).toEqual([parent, base, first]);
  });

  test('join and relativeTo are each other’s inverse', () => {
    expect(joinPath(ROOT, at('a'), ROOT, at('b/c'))).toBe('a/b/c');
    expect(relativeTo(at('a'), at('a/b/c'))).toBe('b/c');
    expect(relativeTo(ROOT, at('a'))).toBe('a');
    expect(relativeTo(at('a'), at('ab/c'))).toBeNull();
    expect(relativeTo(at('a'), at('a'))).toBeNull();
  });

  test('childPath throws on a name that is a bug', () => {
    expect(childPath(at('a'), 'b')).toBe('a/b');
    expect(() => childPath(at('a'), '..')).toThrow(TypeError);
  });
});

describe('the order of paths', () => {
  const path = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('a', '/', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}', '\u{10000}'))
      .map((all) => all.join('')),
  );
  const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

  test('is that of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(path, path, path, (start, a, b) => {
        expect(Math.sign(comparePaths(start + a, start + b))).toBe(byBytes(start + a, start + b));
      }),
      { numRuns: 5000 },
    );
  });

  test('sorts the same, with rare characters or without', () => {
    fc.assert(
      fc.property(fc.array(path), (paths) => {
        const sorted = sortByPath(paths.map((any) => ({ path: any }))).map((item) => item.path);
        expect(sorted).toEqual([...paths].sort(byBytes));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('printable', () => {
  test.each([
    ['plain é 日本 😀', 'plain é 日本 😀'],
    ['\u001b[31m', '\\x1b[31m'],
    ['a\nb\tc\r', 'a\\x0ab\\x09c\\x0d'],
    ['\u007f\u009b', '\\x7f\\x9b'],
    ['\u202egpj', '\\u{202e}gpj'],
    ['\u2028', '\\u{2028}'],
    ['\ud800x', '\\u{d800}x'],
    ['\u{e0001}', '\\u{e0001}'],
  ])('%j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test('leaves nothing that moves a cursor, and changes nothing twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(printable(shown)).toBe(shown);
      }),
    );
  });
});
