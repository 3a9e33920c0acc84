import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCwd, isName, nameRepos, projectFolderName, repoName, type FoundProject } from './name-repos.js';

const found = (folder: string, cwd: string | null, knownAs: string | null = null): FoundProject => ({
  folder,
  cwd,
  knownAs,
});
const named = (...projects: FoundProject[]): Record<string, string> =>
  Object.fromEntries(nameRepos(projects));

const projects = fc.uniqueArray(
  fc.record({
    folder: fc.oneof(
      fc.constantFrom('-Users-a-x', '-Users-A-x', '-Users-b-x', 'x', '--', '...', 'x-2'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 20 }).map((end) => `${'-long'.repeat(30)}${end.toString()}`),
    ),
    cwd: fc.option(
      fc.constantFrom(
        '/Users/a/x',
        '/Users/b/x',
        '/srv/X',
        'C:\\code\\x',
        '/',
        '/a/..',
        `/u/${'𝓪'.repeat(90)}`,
      ),
    ),
    knownAs: fc.constant<string | null>(null),
  }),
  { selector: ({ folder }) => folder, maxLength: 12 },
);

describe('nameRepos', () => {
  test('takes the last part of the working folder', () => {
    expect(named(found('-Users-a-code-home', '/Users/a/code/home'))).toEqual({
      '-Users-a-code-home': 'home',
    });
    expect(named(found('C--code-x', 'C:\\code\\x'))).toEqual({ 'C--code-x': 'x' });
  });

  test('takes the folder’s name where no working folder is known', () => {
    expect(named(found('-Users-a-code-home', null))).toEqual({ '-Users-a-code-home': 'Users-a-code-home' });
  });

  test('puts the folder above before a name that is taken, in whatever case', () => {
    expect(named(found('-a-x', '/a/x'), found('-b-X', '/b/X'))).toEqual({ '-a-x': 'x', '-b-X': 'b-X' });
  });

  test('an earlier name comes before all others', () => {
    expect(named(found('-a-x', '/a/x'), found('-b-x', '/b/x', 'x'))).toEqual({ '-a-x': 'a-x', '-b-x': 'x' });
  });

  test('leaves the names of the extras to them', () => {
    expect(named(found('-a-_plans', '/a/_plans'), found('_history', null))).toEqual({
      '-a-_plans': 'a-_plans',
      _history: '_history-2',
    });
  });

  test('counts where nothing else is left, long folder names too', () => {
    const long = 'p'.repeat(200);
    const names = Object.values(named(...[1, 2, 3].map((end) => found(`${long}${end.toString()}`, null))));
    expect(new Set(names).size).toBe(3);
  });

  test('every folder has a valid name of its own', () => {
    fc.assert(
      fc.property(projects, (all) => {
        const names = nameRepos(all);
        expect([...names.keys()].sort()).toEqual(all.map(({ folder }) => folder).sort());
        expect(new Set([...names.values()].map((name) => name.toLowerCase())).size).toBe(all.length);
        expect([...names.values()].filter((name) => !isName(name))).toEqual([]);
      }),
    );
  });

  test('names stay from run to run, whatever comes or goes and in whatever order', () => {
    fc.assert(
      fc.property(projects, fc.nat(), fc.infiniteStream(fc.boolean()), (all, first, coin) => {
        const before = nameRepos(all.slice(0, first % (all.length + 1)));
        const later = all
          .filter(({ folder }) => before.has(folder) || (coin.next().value ?? false))
          .map((project) => ({ ...project, knownAs: before.get(project.folder) ?? null }));
        const names = nameRepos(later.reverse());
        for (const [folder, name] of before) expect(names.get(folder)).toBe(name);
      }),
    );
  });

  test('the order in which folders are found does not matter', () => {
    fc.assert(
      fc.property(projects, (all) => {
        expect(nameRepos([...all].reverse())).toEqual(nameRepos(all));
      }),
    );
  });
});

describe('repoName', () => {
  test.each([
    ['home', 'home'],
    ['my app', 'my-app'],
    ['..', ''],
    ['.hidden.', 'hidden'],
    ['--x--', 'x'],
    ['a/b\\c', 'a-b-c'],
    ['日本語', '日本語'],
    ['e\u0301', 'é'],
    ['a\u001b[2Jb', 'a-2Jb'],
  ])('%s', (text, name) => {
    expect(repoName(text)).toBe(name);
  });

  test('gives a valid name or none for any text, and leaves its own names alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 90 }), (text) => {
        const name = repoName(text);
        expect(name === '' || isName(name)).toBe(true);
        expect(repoName(name)).toBe(name);
      }),
    );
  });
});

describe('findCwd', () => {
  const line = (cwd: string): string => `${JSON.stringify({ type: 'user', cwd })}\n`;

  test('takes the one that encodes to the folder’s name', () => {
    expect(findCwd(line('/other') + line('/Users/anna.k/x'), '-Users-anna-k-x')).toBe('/Users/anna.k/x');
  });

  test('takes the first one where none encodes to it', () => {
    expect(findCwd(`{"a":1}\n${line('/one')}${line('/two')}`, '-three')).toBe('/one');
  });

  test('reads escapes, and skips what is no string', () => {
    expect(findCwd(`"cwd":"\\x" ${line('/q"\\ü')}`, 'x')).toBe('/q"\\ü');
  });

  test('is null without one, and where a line is cut off', () => {
    expect(findCwd('{"cwd":null}', 'x')).toBeNull();
    expect(findCwd('{"cwd":"/Use', 'x')).toBeNull();
  });

  test('compares the first 200 characters, since longer names end in a hash', () => {
    const cwd = `/${'a'.repeat(300)}`;
    expect(findCwd(line('/x') + line(cwd), `${projectFolderName(cwd).slice(0, 200)}-h4sh`)).toBe(cwd);
  });

  test('takes the longest path there can be, and skips what is far longer', () => {
    const path = `/${'"'.repeat(4095)}`;
    expect(findCwd(line('y'.repeat(40_000_000)) + line(path), 'x')).toBe(path);
  });
});

test('projectFolderName writes a dash for every unit that is no ASCII letter or digit', () => {
  expect(projectFolderName('/Users/anna.k/dev/my_app.v2')).toBe('-Users-anna-k-dev-my-app-v2');
  expect(projectFolderName('/e\u0301')).toBe('--');
  expect(projectFolderName('/😀')).toBe('---');
});

test('__proto__ is no name: a configuration that was read may lose it', () => {
  expect(isName('__proto__')).toBe(false);
  expect(isName('__proto__2')).toBe(true);
  expect(repoName('__proto__')).toBe('');
  expect([...nameRepos([{ folder: '-x', cwd: '/x/__proto__', knownAs: null }]).values()]).toEqual([
    'x-__proto__',
  ]);
});
