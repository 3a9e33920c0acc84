import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../../test/entries.js';
import type { Layout } from '../ledger/line.js';
import { isPath } from '../path/relative-path.js';
import { printable } from '../path/printable.js';
import { bestMatches, fileMatcher, type FileSelector } from './file-matcher.js';

const ID = '3f0c1a52-7d1e-4a53-9c5e-0a1b2c3d4e5f';

const match = (selector: FileSelector, path: string, layout: Layout = 'flat', stored?: string) =>
  fileMatcher(selector)({ path: at(path), ...(stored !== undefined && { stored: at(stored) }) }, layout);

const itself = { itself: true, exact: true };
const below = { itself: false, exact: true };

describe('a path', () => {
  test.each([
    ['a/b.jsonl', 'a/b.jsonl', itself],
    ['a', 'a/b.jsonl', below],
    ['a/b', 'a/b.jsonl', null],
    ['a/b.jsonl', 'a', null],
    ['', 'a/b.jsonl', below],
    ['b.jsonl', 'a/b.jsonl', null],
    ['A/b.jsonl', 'a/b.jsonl', null],
  ])('%j means %j: %j', (wanted, path, expected) => {
    expect(match({ path: wanted }, path)).toEqual(expected);
  });

  test('may be the name under which it is stored', () => {
    expect(match({ path: 'a~1' }, 'a', 'flat', 'a~1')).toEqual(itself);
    expect(match({ path: 'a' }, 'a', 'flat', 'a~1')).toEqual(itself);
  });

  test('may be in another normal form, or as it is printed', () => {
    expect(match({ path: 'caf\u00e9' }, 'cafe\u0301')).toEqual({ itself: true, exact: false });
    expect(match({ path: 'cafe\u0301' }, 'caf\u00e9/x')).toEqual({ itself: false, exact: false });
    expect(match({ path: String.raw`a\x1b[2J.jsonl` }, 'a\u001b[2J.jsonl')).toEqual({
      itself: true,
      exact: false,
    });
    expect(match({ path: 'a' }, 'a\u001b')).toBeNull();
  });

  test('always means the file whose path it is, and the one that is printed so', () => {
    const path = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((any) => isPath(any));
    fc.assert(
      fc.property(path, (any) => {
        expect(match({ path: any }, any)).toEqual(itself);
        expect(match({ path: printable(any) }, any)).toMatchObject({ itself: true });
        expect(match({ path: any }, `${any}/x`)).toEqual(below);
      }),
    );
  });
});

test('a session is its log, and what lies below its name, in one project folder or another', () => {
  for (const session of [ID, ID.slice(0, 8)]) {
    expect(match({ session }, `${ID}.jsonl`)).toEqual(itself);
    expect(match({ session }, `${ID}/subagents/agent-1.jsonl`)).toEqual(below);
    expect(match({ session }, `-home-anna/${ID}.jsonl`, 'folders')).toEqual(itself);
    expect(match({ session }, `-home-anna/${ID}/x`, 'folders')).toEqual(below);
  }
  expect(match({ session: ID }, `-home-anna/${ID}.jsonl`, 'flat')).toBeNull();
  expect(match({ session: ID }, `${ID}.jsonl`, 'folders')).toBeNull();
  expect(match({ session: ID }, `memory/${ID}.jsonl`)).toBeNull();
});

test('what only looks the same is meant where nothing is spelled so', () => {
  const matcher = fileMatcher({ path: 'caf\u00e9' });
  const matchOf = (path: string) => matcher({ path: at(path) }, 'flat');
  expect(bestMatches(['cafe\u0301', 'caf\u00e9', 'x'], matchOf)).toEqual(['caf\u00e9']);
  expect(bestMatches(['cafe\u0301', 'x'], matchOf)).toEqual(['cafe\u0301']);
});
