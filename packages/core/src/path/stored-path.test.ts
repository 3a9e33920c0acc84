import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POSIX_NAMES } from '../port/traits.js';
import type { RelativePath } from './relative-path.js';
import { storedPath } from './stored-path.js';

const RULES = { ...POSIX_NAMES, maps: true, forbidden: '"*:<>?\\|' };
const stored = (path: string): string => storedPath(path as RelativePath, RULES);

describe('storedPath', () => {
  it.each([
    ['a/b.jsonl', 'a/b.jsonl'],
    ['a:b/c?.jsonl', 'a\uf03ab/c\uf03f.jsonl'],
    ['a\\b', 'a\uf05cb'],
    ['tail./x ', 'tail\uf02e/x\uf020'],
    ['..x/.hidden', '..x/.hidden'],
    ['line\nbreak', 'line\uf00abreak'],
    ['nul', '\uf06eul'],
    ['Con.jsonl/com1/console', '\uf043on.jsonl/\uf063om1/console'],
    ['e\u0301', '\u00e9'],
  ])('%j is stored as %j', (path, expected) => {
    expect(stored(path)).toBe(expected);
  });

  it('is the path itself where nothing is mapped', () => {
    expect(storedPath('a:b ' as RelativePath, POSIX_NAMES)).toBe('a:b ');
  });

  it('gives names that may be stored, and those again', () => {
    const names = fc.string({
      unit: fc.constantFrom('a', ':', '.', ' ', '\t', '?', 'e\u0301', 'n', 'u', 'l', '/'),
    });
    fc.assert(
      fc.property(names, (path) => {
        const once = stored(path);
        expect(stored(once)).toBe(once);
        for (const name of once.split('/')) expect(name).not.toMatch(/["*:<>?\\|\t]|[. ]$|^nul$/);
      }),
    );
  });
});
