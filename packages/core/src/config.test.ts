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

const URL = 'smb://me@nas.local/secure/claude-sessions';

function nas(more: object = {}): unknown {
  return { targets: { nas: { type: 'smb', url: URL, ...more } } };
}

test('a share as a target: signed, and encrypted where it can be, unless told otherwise', () => {
  const address = {
    domain: '',
    user: 'me',
    host: 'nas.local',
    port: 445,
    share: 'secure',
    folder: 'claude-sessions',
  };
  const plain = { type: 'smb', name: 'nas', id: null, address, password: null };
  expect(parseConfig(nas())._unsafeUnwrap().targets).toEqual([
    { ...plain, signing: 'required', encryption: 'if-offered' },
  ]);
  const told = nas({
    password: { env: 'SMB_PASSWORD' },
    signing: 'if-offered',
    encryption: 'off',
    id: 'abc',
  });
  expect(parseConfig(told)._unsafeUnwrap().targets).toEqual([
    {
      ...plain,
      password: { from: 'env', name: 'SMB_PASSWORD' },
      signing: 'if-offered',
      encryption: 'off',
      id: 'abc',
    },
  ]);
});

test.each([
  [{ env: 'X' }, { from: 'env', name: 'X' }],
  [{ file: '~/secret' }, { from: 'file', path: '~/secret' }],
  [{ command: ['pass', 'show', 'nas'] }, { from: 'command', command: ['pass', 'show', 'nas'] }],
])('a password by %j', (password, expected) => {
  const [target] = parseConfig(nas({ password }))._unsafeUnwrap().targets;
  expect(target).toMatchObject({ password: expected });
});

test('a share as a source, with all that a source has', () => {
  const url = 'smb://me@nas.local/homes/anna/.claude/projects';
  const source = {
    type: 'smb',
    url,
    repos: { home: '-home' },
    extras: ['plans'],
    origin: 'here',
    exclude: ['x'],
  };
  expect(parseConfig({ sources: { old: source } })._unsafeUnwrap().sources).toMatchObject([
    {
      type: 'smb',
      name: 'old',
      address: { share: 'homes', folder: 'anna/.claude/projects' },
      repos: [{ repo: { name: 'home' }, rules: { exclude: ['x'] } }],
      extras: [{ name: 'plans' }],
      origin: 'here',
    },
  ]);
});

test('what is wrong with a password tells nothing of it', () => {
  for (const more of [{ password: 'geheim' }, { url: 'smb://me:geheim@nas/x' }, { password: ['geheim'] }]) {
    const [issue, ...others] = parseConfig(nas(more))._unsafeUnwrapErr();
    expect(others).toEqual([]);
    expect(JSON.stringify(issue)).not.toContain('geheim');
    expect(JSON.stringify(issue)).toMatch(/env|SESSIONKEEP_SMB_PASSWORD/);
  }
});

test('what there is, is said', () => {
  const hint = (value: unknown) => parseConfig(value)._unsafeUnwrapErr()[0]?.hint;
  expect(hint({ targets: { nas: { type: 'ftp' } } })).toBe('the type is "local" or "smb"');
  expect(hint(nas({ path: '/x' }))).toBe('remove it');
  expect(hint(nas({ pasword: { env: 'x' } }))).toBe('did you mean "password"?');
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
  ['a share without a URL', { targets: { nas: { type: 'smb' } } }, ['targets.nas.url: is missing']],
  ['a URL that is a number', nas({ url: 7 }), ['targets.nas.url: must be a text']],
  ['another URL', nas({ url: 'https://nas/x' }), ['targets.nas.url: the URL does not begin with smb://']],
  ['a URL without a share', nas({ url: 'smb://me@nas' }), ['targets.nas.url: the URL names no share']],
  [
    'a password in the URL',
    nas({ url: 'smb://me:geheim@nas/x' }),
    ['targets.nas.url: the URL has a password in it'],
  ],
  [
    'a password in the file',
    nas({ password: 'geheim' }),
    [
      'targets.nas.password: must not stand in the file, where everybody who reads or copies it has it: write { env: NAME }, { file: PATH } or { command: [PROGRAM, …] }',
    ],
  ],
  ['an empty password', nas({ password: {} }), ['targets.nas.password: says nothing']],
  ['two passwords', nas({ password: { env: 'X', file: 'y' } }), ['targets.nas.password: has env and file']],
  [
    'a password by something else',
    nas({ password: { keychain: 'x' } }),
    ['targets.nas.password.keychain: unknown key'],
  ],
  [
    'a command that is a text',
    nas({ password: { command: 'pass nas' } }),
    ['targets.nas.password.command: must be a list'],
  ],
  [
    'a command without a program',
    nas({ password: { command: [] } }),
    ['targets.nas.password.command: must name a program'],
  ],
  ['another signing', nas({ signing: 'off' }), ['targets.nas.signing: must be "required" or "if-offered"']],
  [
    'extras beside a folder of a share that is no projects folder',
    { sources: { old: { type: 'smb', url: URL, repos: 'auto', extras: ['plans'] } } },
    [`sources.old.extras: lie beside Claude Code's projects folder, and ${URL} is none`],
  ],
  [
    'extras beside a share',
    { sources: { old: { type: 'smb', url: 'smb://me@nas/projects', repos: 'auto', extras: ['plans'] } } },
    ["sources.old.extras: lie beside Claude Code's projects folder, and smb://me@nas/projects is none"],
  ],
  ['a glob that is no text', { exclude: ['a', 3] }, ['exclude[1]: must be a text']],
])('%s', (_, value, expected) => {
  expect(problems(value)).toEqual(expected);
});

test('all mistakes are told at once, with a suggestion', () => {
  const issues = parseConfig({ sorces: {}, target: {} })._unsafeUnwrapErr();
  expect(issues.map(({ hint }) => hint)).toEqual(['did you mean "sources"?', 'did you mean "targets"?']);
});

test('a schedule in either form, and none', () => {
  const scheduleOf = (schedule: unknown) => parseConfig({ schedule })._unsafeUnwrap().schedule;
  expect(parseConfig({})._unsafeUnwrap().schedule).toBeNull();
  expect(scheduleOf('@daily')).toEqual({ cron: '@daily', timeZone: null, jitter: null });
  expect(scheduleOf({ cron: '0 3 * * *', timeZone: 'UTC', jitter: '15m' })).toEqual({
    cron: '0 3 * * *',
    timeZone: 'UTC',
    jitter: '15m',
  });
  expect(problems({ schedule: 3 })).toEqual([
    'schedule: must be a cron expression such as "0 3 * * *", or have cron:',
  ]);
  expect(problems({ schedule: { timeZone: 'UTC' } })).toEqual(['schedule.cron: is missing']);
  expect(problems({ schedule: { cron: '@daily', timezone: 'UTC' } })).toEqual([
    'schedule.timezone: unknown key',
  ]);
  expect(problems({ schedule: '' })).toEqual(['schedule: must not be empty']);
});

test('pods: what is usual need not be written', () => {
  const sourceOf = (more: object) =>
    parseConfig({ sources: { web: { type: 'kubernetes', repos: 'auto', ...more } } })._unsafeUnwrap()
      .sources[0];
  const usual = { context: null, namespace: null, container: null, path: '~/.claude/projects' };
  expect(sourceOf({ deployment: 'web' })).toMatchObject({
    type: 'kubernetes',
    pods: 'first-ready',
    kubeconfig: null,
    compress: 'auto',
    address: { ...usual, owner: { deployment: 'web' } },
  });
  const all = {
    namespace: 'a',
    container: 'main',
    context: 'c',
    kubeconfig: '~/k',
    compress: 'off',
    pods: 'each',
    path: '/srv//x/',
  };
  expect(sourceOf({ statefulSet: 'pg', ...all })).toMatchObject({
    pods: 'each',
    kubeconfig: '~/k',
    compress: 'off',
    address: {
      context: 'c',
      namespace: 'a',
      container: 'main',
      path: '/srv/x',
      owner: { statefulSet: 'pg' },
    },
  });
  expect(sourceOf({ selector: 'app=web' })).toMatchObject({ address: { owner: { selector: 'app=web' } } });
  expect(sourceOf({ pod: 'web-0', extras: ['plans'] })).toMatchObject({
    address: { owner: { pod: 'web-0' } },
  });
});
