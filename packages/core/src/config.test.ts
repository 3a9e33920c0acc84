import { expect, test } from 'vitest';
import { keyText, parseConfig } from './config.js';

function mac(repos: unknown, more: object = {}): unknown {
  return { sources: { mac: { type: 'local', path: '~/.claude/projects', repos, ...more } } };
}

/** `key: what is wrong`, a line a mistake. */
function problems(value: unknown): string[] {
  return parseConfig(value)
    ._unsafeUnwrapErr()
    .map(({ path, message }) => `${keyText(path)}: ${message}`);
}

test('the three forms of a repo', () => {
  const config = parseConfig(
    mac({
      home: '-Users-1-code-home',
      ops: { project: '-Users-1-code-ops', aliases: ['devops'] },
      chorus: { projects: ['-Users-1-code-chorus', '-Users-1-code-chorus--worktrees-*'] },
    }),
  )._unsafeUnwrap();
  expect(config.sources[0]?.repos).toMatchObject([
    { repo: { name: 'home', aliases: [], layout: 'flat', projects: ['-Users-1-code-home'] } },
    { repo: { name: 'ops', aliases: ['devops'], layout: 'flat', projects: ['-Users-1-code-ops'] } },
    {
      repo: {
        name: 'chorus',
        layout: 'folders',
        projects: ['-Users-1-code-chorus', '-Users-1-code-chorus--worktrees-*'],
      },
    },
  ]);
});

test('rules add up from the top to the repo', () => {
  const config = parseConfig({
    ...(mac(
      { home: { project: 'h', exclude: ['c'] }, flat: 'f' },
      { exclude: ['b'], include: ['i'] },
    ) as object),
    exclude: ['a'],
  })._unsafeUnwrap();
  const [source] = config.sources;
  expect(config.rules).toEqual({ include: [], exclude: ['a'] });
  expect(source?.rules).toEqual({ include: ['i'], exclude: ['a', 'b'] });
  expect(source?.repos).toMatchObject([
    { rules: { include: ['i'], exclude: ['a', 'b', 'c'] } },
    { rules: { include: ['i'], exclude: ['a', 'b'] } },
  ]);
});

test('extras, where there are any', () => {
  const extrasOf = (more: object) => parseConfig(mac('auto', more))._unsafeUnwrap().sources[0]?.extras;
  expect(extrasOf({})).toEqual([]);
  expect(extrasOf({ extras: ['history', 'plans'], path: '~/.claude/projects/' })).toEqual([
    { name: 'history', file: 'history.jsonl' },
    { name: 'plans', file: null },
  ]);
});

test('targets, with a pinned id or without', () => {
  const { targets } = parseConfig({
    targets: { nas: { type: 'local', path: '/nas' }, usb: { type: 'local', path: '/usb', id: 'abc' } },
  })._unsafeUnwrap();
  expect(targets).toEqual([
    { type: 'local', name: 'nas', path: '/nas', id: null },
    { type: 'local', name: 'usb', path: '/usb', id: 'abc' },
  ]);
});

test.each<[string, unknown, string[]]>([
  ['nothing', null, [': must be a group of keys']],
  ['an unknown key at the top', { source: {} }, ['source: unknown key']],
  ['an unknown key in a source', mac('auto', { pth: 'x' }), ['sources.mac.pth: unknown key']],
  [
    'an unknown key in a repo',
    mac({ home: { project: 'a', alias: [] } }),
    ['sources.mac.repos.home.alias: unknown key'],
  ],
  [
    'an unknown key in a target',
    { targets: { nas: { type: 'local', path: '/n', password: 'x' } } },
    ['targets.nas.password: unknown key'],
  ],
  ['no path', { sources: { mac: { type: 'local', repos: 'auto' } } }, ['sources.mac.path: is missing']],
  [
    'no repos',
    { sources: { mac: { type: 'local', path: 'x' } } },
    ['sources.mac.repos: must be "auto", or name repos and their project folders'],
  ],
  [
    'another type',
    { targets: { nas: { type: 'ftp', path: '/n' } } },
    ['targets.nas.type: names no type that there is'],
  ],
  ['no type', { targets: { nas: { path: '/n' } } }, ['targets.nas.type: names no type that there is']],
  [
    'a path that is no text',
    { targets: { nas: { type: 'local', path: 7 } } },
    ['targets.nas.path: must be a text'],
  ],
  [
    'a bad source name',
    { sources: { '-x': { type: 'local', path: 'x', repos: 'auto' } } },
    ['sources.-x: "-x" is no name'],
  ],
  ['a bad repo name', mac({ 'a/b': 'x' }), ['sources.mac.repos.a/b: "a/b" is no name']],
  [
    'repos of another word',
    mac('automatic'),
    ['sources.mac.repos: must be "auto", or name repos and their project folders'],
  ],
  [
    'a repo that is a number',
    mac({ home: 7 }),
    ['sources.mac.repos.home: must be the name of a project folder, or have project: or projects:'],
  ],
  [
    'a repo without folders',
    mac({ home: { aliases: ['h'] } }),
    ['sources.mac.repos.home: names no project folder'],
  ],
  [
    'a repo with both forms',
    mac({ home: { project: 'a', projects: ['b'] } }),
    ['sources.mac.repos.home: has both project and projects'],
  ],
  [
    'an empty list of folders',
    mac({ home: { projects: [] } }),
    ['sources.mac.repos.home.projects: must name at least one project folder'],
  ],
  [
    'two repos with one folder',
    mac({ a: 'x', b: { project: 'x' } }),
    ['sources.mac.repos.b.project: the project folder x is the repo "a" already'],
  ],
  [
    "a folder in another's pattern",
    mac({ a: { projects: ['x-*'] }, b: 'x-1' }),
    ['sources.mac.repos.b: the project folder x-1 is the repo "a" already'],
  ],
  [
    'a folder twice in one repo',
    mac({ a: { projects: ['x', 'x'] } }),
    ['sources.mac.repos.a.projects[1]: the project folder x is named twice'],
  ],
  [
    'an alias that is a name',
    mac({ a: 'x', b: { project: 'y', aliases: ['a'] } }),
    ['sources.mac.repos.b.aliases[0]: the name "a" is taken already, by "a"'],
  ],
  [
    'names that differ in case',
    mac({ home: 'x', Home: 'y' }),
    ['sources.mac.repos.Home: the name "Home" is taken already, by "home"'],
  ],
  ['the name all', mac({ all: 'x' }), ['sources.mac.repos.all: "all" means every one, and can be no name']],
  [
    'a path as a folder',
    mac({ a: '/x/y' }),
    ['sources.mac.repos.a: is no project folder: it has a slash in a name'],
  ],
  [
    'a pattern laid flat',
    mac({ a: 'x-*' }),
    ['sources.mac.repos.a: is a pattern, and a flat repo has one folder'],
  ],
  [
    'an extra that there is none of',
    mac('auto', { extras: ['debug'] }),
    [
      'sources.mac.extras[0]: must be "history" or "file-history" or "plans" or "tasks" or "teams" or "paste-cache"',
    ],
  ],
  [
    'an extra twice',
    mac('auto', { extras: ['plans', 'history', 'plans'] }),
    ['sources.mac.extras[2]: "plans" is there twice'],
  ],
  [
    'extras beside an unknown folder',
    mac('auto', { extras: ['plans'], path: '~/old-projects' }),
    ["sources.mac.extras: lie beside Claude Code's projects folder, and ~/old-projects is none"],
  ],
  [
    "an extra's name for a repo, and for an alias",
    mac({ _Plans: 'x', b: { project: 'y', aliases: ['_history'] } }),
    [
      'sources.mac.repos._Plans: the name "_Plans" is the extra\'s',
      'sources.mac.repos.b.aliases[0]: the name "_history" is the extra\'s',
    ],
  ],
  ['a glob that is no text', { exclude: ['a', 3] }, ['exclude[1]: must be a text']],
])('%s', (_, value, expected) => {
  expect(problems(value)).toEqual(expected);
});

test('all mistakes are told at once, with a suggestion', () => {
  const issues = parseConfig({ sorces: {}, target: {} })._unsafeUnwrapErr();
  expect(issues.map(({ hint }) => hint)).toEqual(['did you mean "sources"?', 'did you mean "targets"?']);
});
