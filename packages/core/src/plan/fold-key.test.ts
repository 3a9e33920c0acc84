import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldKey, POSIX_NAMES } from '../port/traits.js';

const key = (name: string, foldsCase: boolean, normalizes: boolean): string =>
  foldKey(name, { ...POSIX_NAMES, foldsCase, normalizes });

describe('foldKey', () => {
  test('is the name itself where names are exact', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => foldKey(name, POSIX_NAMES) === name));
  });

  test.each([
    ['README', 'readme'],
    ['Ä', 'ä'],
    ['ΑΣ', 'ας'],
    ['straße', 'STRASSE'],
    ['K', '\u212a'],
  ])('%s and %s are one where case is folded', (a, b) => {
    expect(key(a, true, false)).toBe(key(b, true, false));
    expect(key(a, false, true) === key(b, false, true)).toBe(a.normalize() === b.normalize());
  });

  test('the two forms of a character are one where names are normalised, and only there', () => {
    expect(key('é', false, true)).toBe(key('e\u0301', false, true));
    expect(key('é', true, false)).not.toBe(key('e\u0301', true, false));
    expect(key('É', true, true)).toBe(key('e\u0301', true, true));
    expect(key('É', false, true)).not.toBe(key('é', false, true));
  });

  test('never tells apart what is upper or lower case of the same, or another form of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 4 }), (name) => {
        expect(key(name.normalize('NFD'), true, true)).toBe(key(name, true, true));
        expect(key(name.toUpperCase(), true, true)).toBe(key(name, true, true));
      }),
    );
  });
});
