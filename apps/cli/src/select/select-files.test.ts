import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testContext } from '../../test/helpers/context.js';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { selectFiles } from './select-files.js';

const ID = '3f0c1a52-7d1e-4a53-9c5e-0a1b2c3d4e5f';
const HOME = { source: 'mac', repo: 'home' };
const WORK = { source: 'mac', repo: 'work' };
const POD = { source: 'pod', repo: 'home' };
const PLACES = [HOME, WORK, POD];

const selected = (path: string | undefined, cwd = '/elsewhere', archive = '/archive') =>
  selectFiles(
    path,
    PLACES,
    { name: 'a', location: { type: 'local', path: archive }, id: null },
    testContext({ cwd }),
  )._unsafeUnwrap();

describe('selectFiles', () => {
  test.each([
    [undefined, PLACES, null],
    ['mac', [HOME, WORK], null],
    ['source-mac/', [HOME, WORK], null],
    ['mac/work', [WORK], null],
    ['./source-pod//repo-home/', [POD], null],
    ['mac/home/a/b.jsonl', [HOME], { path: 'a/b.jsonl' }],
    ['source-mac/repo-home/a', [HOME], { path: 'a' }],
    ['/archive/source-mac/repo-home/a', [HOME], { path: 'a' }],
    ['/archive', PLACES, null],
    [ID, PLACES, { session: ID }],
    [ID.slice(0, 8).toUpperCase(), PLACES, { session: ID.slice(0, 8) }],
    [`${ID}.jsonl`, PLACES, { path: `${ID}.jsonl` }],
    [ID.slice(0, 7), PLACES, { path: ID.slice(0, 7) }],
    ['a/b.jsonl', PLACES, { path: 'a/b.jsonl' }],
  ])('%s', (path, places, files) => {
    expect(selected(path)).toEqual({ places, files });
  });

  test('a path on the disk is one from where we are', () => {
    expect(selected('x.jsonl', '/archive/source-mac/repo-home')).toEqual({
      places: [HOME],
      files: { path: 'x.jsonl' },
    });
    expect(selected('../repo-work', '/archive/source-mac/repo-home')).toEqual({
      places: [WORK],
      files: null,
    });
    expect(selected('.', '/archive/source-mac')).toEqual({ places: [HOME, WORK], files: null });
    expect(selected('archive/source-pod', '/')).toEqual({ places: [POD], files: null });
    expect(selected('../archived/source-pod', '/archive')).toEqual({
      places: PLACES,
      files: { path: '../archived/source-pod' },
    });
  });

  test('also where the archive is reached through a link', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'link'));
    expect(selected('source-pod/repo-home/x', join(folder, 'real'), join(folder, 'link'))).toMatchObject({
      places: [POD],
    });
    expect(selected('repo-home/x', join(folder, 'real', 'source-pod'), join(folder, 'link'))).toEqual({
      places: [POD],
      files: { path: 'x' },
    });
  });

  test('a repo that is not there is said with those that are', () => {
    const wrong = selectFiles(
      'mac/hame/x',
      PLACES,
      { name: 'a', location: { type: 'local', path: '/a' }, id: null },
      testContext(),
    );
    expect(wrong._unsafeUnwrapErr()).toMatchObject({
      kind: 'usage',
      hint: expect.stringContaining('did you mean home?') as string,
    });
  });
});
