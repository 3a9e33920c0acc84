import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testWorld } from '../../test/helpers/world.js';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { findConfig } from './find-config.js';
import { loadConfig, type LoadedConfig } from './load-config.js';
import { resolvePath } from './resolve-path.js';

function load(text: string): ReturnType<typeof loadConfig> {
  const path = join(temporaryFolder(), 'sessionkeep.yaml');
  writeFileSync(path, text);
  return loadConfig({ path, shown: 'sessionkeep.yaml', isOwn: false });
}

const good = `# what is kept
sources:
  mac-local:
    type: local
    path: ~/.claude/projects
    repos:
      home: -Users-10381054-code-home   # flat
      ops: { project: -Users-10381054-code-ops, aliases: [devops] }
      chorus:
        projects:
          - -Users-10381054-code-chorus
          - -Users-10381054-code-chorus--worktrees-*
targets:
  nas: { type: local, path: /Volumes/secure/claude-sessions }
`;

test('the example of the documentation', () => {
  const { config, at } = load(good)._unsafeUnwrap();
  expect(config.sources[0]?.name).toBe('mac-local');
  expect(config.targets).toMatchObject([{ type: 'local', path: '/Volumes/secure/claude-sessions' }]);
  expect(at(['sources', 'mac-local', 'path'])).toBe('sessionkeep.yaml:5: sources.mac-local.path');
  expect(at(['sources', 'mac-local', 'repos', 'chorus', 'projects', 1])).toBe(
    'sessionkeep.yaml:12: sources.mac-local.repos.chorus.projects[1]',
  );
});

/** Replaces one line of the good one. */
function withLine(old: string, line: string): string {
  expect(good).toContain(old);
  return good.replace(old, line);
}

test.each<[string, string, string[]]>([
  [
    'an unknown key',
    withLine('    type: local\n', '    type: local\n    recurse: true\n'),
    ['sessionkeep.yaml:5: sources.mac-local.recurse: unknown key; remove it'],
  ],
  [
    'a key misspelt',
    withLine('aliases: [devops]', 'alias: [devops]'),
    ['sessionkeep.yaml:8: sources.mac-local.repos.ops.alias: unknown key; did you mean "aliases"?'],
  ],
  [
    'two repos with one name',
    withLine('      ops:', '      home: x\n      ops:'),
    [
      'sessionkeep.yaml:8: sources.mac-local.repos.home: is there twice; first on line 7; give each a name of its own',
    ],
  ],
  [
    'a name that would be lost',
    withLine('      ops:', '      __proto__:'),
    ['sessionkeep.yaml:8: sources.mac-local.repos.__proto__: can be no name; choose another name'],
  ],
  [
    'two repos with one folder',
    withLine('-Users-10381054-code-ops', '-Users-10381054-code-home'),
    [
      'sessionkeep.yaml:8: sources.mac-local.repos.ops.project: the project folder -Users-10381054-code-home is the repo "home" already; give every folder to one repo',
    ],
  ],
  [
    'an alias that is another name',
    withLine('[devops]', '[home]'),
    [
      'sessionkeep.yaml:8: sources.mac-local.repos.ops.aliases[0]: the name "home" is taken already, by "home"; choose another name',
    ],
  ],
  [
    'a missing key',
    withLine('    path: ~/.claude/projects\n', ''),
    ['sessionkeep.yaml:3: sources.mac-local.path: is missing; give a text'],
  ],
  [
    'a bad name',
    withLine('  nas:', '  n/a:'),
    [
      'sessionkeep.yaml:14: targets.n/a: "n/a" is no name; a name has letters, digits, ".", "_" and "-", begins with none of ".-", and is at most 64 long',
    ],
  ],
  [
    'no YAML',
    withLine('[devops]', '[devops'),
    [
      'sessionkeep.yaml:8: the file: is no valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]; correct the line',
    ],
  ],
  [
    'two documents',
    `${good}---\n${good}`,
    ['sessionkeep.yaml:15: the file: has more than one document; remove the line ---'],
  ],
  [
    'a path that no system can have',
    withLine('~/.claude/projects', '"a\\0b"'),
    ['sessionkeep.yaml:5: sources.mac-local.path: must have no NUL character'],
  ],
  ['nothing at all', '', ['sessionkeep.yaml:1: the file: must be a group of keys']],
])('%s is told with file, line and key', (_, text, expected) => {
  const errors = load(text)._unsafeUnwrapErr();
  const told = errors.map(({ message, hint }) => (hint === undefined ? message : `${message}; ${hint}`));
  expect(told.slice(0, expected.length)).toEqual(expected);
  expect(errors.every(({ kind }) => kind === 'usage')).toBe(true);
});

test('a configuration that blows up is refused', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at] ?? ''},`.repeat(9)}]`),
  ].join('\n');
  expect(load(bomb).isErr()).toBe(true);
});

test('what has no end is read no further than a configuration goes', () => {
  if (process.platform === 'win32') return;
  const [error] = loadConfig({ path: '/dev/zero', shown: '/dev/zero', isOwn: true })._unsafeUnwrapErr();
  expect(error?.message).toBe('/dev/zero: is larger than 1 MiB');
  expect(load(`${good}#${' '.repeat(1024 * 1024)}`).isErr()).toBe(true);
  expect(load(`${good}#${' '.repeat(1000 * 1024)}`).isOk()).toBe(true);
});

test('where it is looked for', () => {
  const cwd = temporaryFolder();
  const home = temporaryFolder();
  const world = testWorld({ cwd, home });
  const find = (given?: string, more = {}) => findConfig(given, { ...world, ...more });
  expect(find()._unsafeUnwrap()).toBeNull();
  expect(find('none.yaml')._unsafeUnwrapErr().message).toBe('no configuration at none.yaml');

  mkdirSync(join(home, '.config/sessionkeep'), { recursive: true });
  writeFileSync(join(home, '.config/sessionkeep/sessionkeep.yaml'), '');
  const user = join(home, '.config/sessionkeep/sessionkeep.yaml');
  expect(find()._unsafeUnwrap()).toEqual({ path: user, shown: user, isOwn: true });
  expect(find(undefined, { env: { XDG_CONFIG_HOME: cwd } })._unsafeUnwrap()).toBeNull();

  writeFileSync(join(cwd, 'sessionkeep.yaml'), '');
  expect(find()._unsafeUnwrap()).toEqual({
    path: join(cwd, 'sessionkeep.yaml'),
    shown: 'sessionkeep.yaml',
    isOwn: false,
  });
  expect(find('sessionkeep.yaml')._unsafeUnwrap()?.isOwn).toBe(true);
  expect(find('~/.config/sessionkeep/sessionkeep.yaml')._unsafeUnwrap()?.path).toBe(user);
  // Whoever works in their own folder for configurations works with their own.
  expect(find(undefined, { cwd: join(home, '.config/sessionkeep') })._unsafeUnwrap()).toEqual({
    path: user,
    shown: 'sessionkeep.yaml',
    isOwn: true,
  });
});

test('paths are relative to the configuration, and ~ is the home folder', () => {
  expect(resolvePath('a/b', '/etc/x', '/home/a')).toBe('/etc/x/a/b');
  expect(resolvePath('~', '/etc/x', '/home/a')).toBe('/home/a');
  expect(resolvePath('~/x', '/etc/x', '/home/a')).toBe('/home/a/x');
  expect(resolvePath('/abs', '/etc/x', '/home/a')).toBe('/abs');
});

test('a loaded configuration says where it lies', () => {
  const loaded: LoadedConfig = load(good)._unsafeUnwrap();
  expect(loaded.folder).not.toBe('');
});
