import { describe, expect, test } from 'vitest';
import { at } from '../../test/entries.js';
import { keepFilter } from './keep-filter.js';
import { bindingOf, coverage, isPattern, matchBinding, projectFolders, type Repo } from './repo.js';

const flat: Repo = { name: 'home', aliases: [], layout: 'flat', projects: ['-home-a'] };
const folders: Repo = { name: 'x', aliases: [], layout: 'folders', projects: ['-x', '-x--worktrees-*'] };

describe('matchBinding', () => {
  const recorded = bindingOf(folders, 'here');

  test('the same is the same', () => {
    expect(matchBinding(recorded, bindingOf(folders, 'here'))).toEqual({ match: 'same' });
  });

  test('another origin or layout is foreign', () => {
    expect(matchBinding(recorded, bindingOf(folders, 'there'))).toMatchObject({ match: 'foreign' });
    expect(matchBinding(recorded, { ...recorded, layout: 'flat' })).toMatchObject({ match: 'foreign' });
  });

  test('other project folders extend one with folders, and are foreign to a flat one', () => {
    expect(matchBinding(recorded, { ...recorded, projects: ['-x', '-y'] })).toEqual({ match: 'extended' });
    expect(matchBinding(recorded, { ...recorded, projects: ['-x'] })).toEqual({ match: 'extended' });
    const home = bindingOf(flat, 'here');
    expect(matchBinding(home, { ...home, projects: ['-home-b'] })).toMatchObject({ match: 'foreign' });
  });
});

describe('projectFolders', () => {
  test('finds names and patterns, and says what is missing by name', () => {
    expect(projectFolders(folders, ['-x--worktrees-1', '-xy', '-x'])).toEqual({
      folders: ['-x--worktrees-1', '-x'],
      missing: [],
    });
    expect(projectFolders(folders, ['-other'])).toEqual({ folders: [], missing: ['-x'] });
  });

  test('isPattern tells a pattern from a name', () => {
    expect(['*', '?', '{', '}'].filter((sign) => !isPattern(`a${sign}`))).toEqual([]);
    expect(isPattern('-Users-a-x')).toBe(false);
  });
});

describe('coverage', () => {
  test('a flat repo covers what its filter keeps', () => {
    const covers = coverage(flat, keepFilter());
    expect([covers(at('a.jsonl')), covers(at('a/b.jsonl')), covers(at('a.lock'))]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('one with folders covers what lies in a mapped one, by the filter’s view from there', () => {
    const covers = coverage(folders, keepFilter({ exclude: ['/memory/'] }));
    expect(['-x/a', '-x--worktrees-1/a/b', '-x/a/memory/b'].map(at).filter((path) => !covers(path))).toEqual(
      [],
    );
    expect(['-y/a', '-x', '-x/a.lock', '-x/memory/b', 'a.jsonl'].map(at).filter(covers)).toEqual([]);
  });
});
