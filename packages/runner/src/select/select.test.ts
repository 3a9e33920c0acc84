import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testWorld } from '../../test/helpers/world.js';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import type { Choice } from '../choice.js';
import { loadConfig, type LoadedConfig } from '../config/load-config.js';
import { besideLocation, locationText, type Location } from '../location/location.js';
import { Passwords } from '../password/passwords.js';
import { Pods } from '../pods/pods.js';
import { checkFolders } from './check-folders.js';
import { checkOverlap } from './check-overlap.js';
import { selectPlaces } from './select-places.js';
import { selectSources } from './select-sources.js';
import type { SelectedSource } from './selected-source.js';
import { selectOneTarget, selectTargets } from './select-targets.js';

const text = `sources:
  laptop:
    type: local
    path: ./laptop
    repos:
      home: -home
      ops: { project: -ops, aliases: [devops] }
  desk: { type: local, path: ~/desk, repos: { web: { projects: [-web-*] }, home: -h } }
  pod: { type: local, path: /pod, repos: auto }
targets:
  nas: { type: local, path: nas }
  usb: { type: local, path: /usb, id: abc-123 }
`;

function config(yaml = text, isOwn = false): LoadedConfig {
  const path = join(temporaryFolder(), 'sessionkeep.yaml');
  writeFileSync(path, yaml);
  return loadConfig({ path, shown: 'sessionkeep.yaml', isOwn })._unsafeUnwrap();
}

const world = testWorld();
const local = (path: string): Location => ({ type: 'local', path });
const passwords = new Passwords({ ...world, warn: () => undefined, tell: () => undefined });
const check = (source: SelectedSource) =>
  checkFolders(source, { passwords, pods: new Pods(world), signal: world.signal });
const sources = (choice: Choice, loaded: LoadedConfig | null = config()) =>
  selectSources(choice, loaded, world);
const targets = (choice: Choice, loaded: LoadedConfig | null = config()) =>
  selectTargets(choice, loaded, world);
const told = ({ message, hint }: { message: string; hint?: string }): string => `${message}; ${hint ?? ''}`;

test('without a configuration: the host, Claude Code’s folder, and ./claude-sessions', () => {
  const [source] = sources({}, null)._unsafeUnwrap();
  expect(source).toMatchObject({
    name: 'annas-mac',
    location: local('/home/anna/.claude/projects'),
    repos: 'auto',
    wantedRepo: null,
  });
  expect(targets({}, null)._unsafeUnwrap()).toEqual([
    { name: './claude-sessions', location: local('/work/claude-sessions'), id: null },
  ]);
});

test('CLAUDE_CONFIG_DIR, --from, --source and --repo without a configuration', () => {
  const set = testWorld({ env: { CLAUDE_CONFIG_DIR: '/claude' } });
  expect(selectSources({}, null, set)._unsafeUnwrap()[0]?.location).toEqual(local('/claude/projects'));
  const [source] = sources({ from: 'x', source: 'local', repo: 'home' }, null)._unsafeUnwrap();
  expect(source).toMatchObject({ name: 'local', location: local('/work/x'), wantedRepo: 'home' });
  expect(told(sources({ source: '../x' }, null)._unsafeUnwrapErr())).toContain('"../x" cannot name a source');
});

test('sources by name, all, and type', () => {
  const names = (choice: Choice) =>
    sources(choice)
      ._unsafeUnwrap()
      .map(({ name }) => name);
  expect(names({})).toEqual(['laptop', 'desk', 'pod']);
  expect(names({ source: 'all' })).toEqual(['laptop', 'desk', 'pod']);
  expect(names({ source: 'local' })).toEqual(['laptop', 'desk', 'pod']);
  expect(names({ source: 'mac' })).toEqual(['laptop', 'desk', 'pod']);
  expect(names({ source: 'desk' })).toEqual(['desk']);
  expect(told(sources({ source: 'dsk' })._unsafeUnwrapErr())).toBe(
    'there is no source "dsk"; did you mean desk? there are laptop, desk, pod',
  );
});

test('repos by name and alias; an automatic source may have it too', () => {
  const picked = (repo: string) =>
    sources({ repo })
      ._unsafeUnwrap()
      .map(({ name, wantedRepo }) => [name, wantedRepo]);
  expect(picked('home')).toEqual([
    ['laptop', 'home'],
    ['desk', 'home'],
    ['pod', 'home'],
  ]);
  expect(picked('devops')).toEqual([
    ['laptop', 'ops'],
    ['pod', 'devops'],
  ]);
  expect(told(sources({ source: 'laptop', repo: 'web' })._unsafeUnwrapErr())).toBe(
    'there is no repo "web"; there are home, ops, devops',
  );
});

const withExtras = `sources:
  laptop:
    type: local
    path: ~/.claude/projects/
    repos: { home: -home }
    extras: [history, plans]
  pod:
    type: local
    path: /pod/projects
    repos: auto
    extras: [history]
targets: { nas: { type: local, path: ~/.claude/plans/kept } }
`;

test('extras by the names of their repos', () => {
  const picked = (repo: string) =>
    sources({ repo }, config(withExtras))
      ._unsafeUnwrap()
      .map(({ name, wantedRepo }) => [name, wantedRepo]);
  expect(picked('_plans')).toEqual([
    ['laptop', '_plans'],
    ['pod', '_plans'],
  ]);
  expect(picked('home')).toEqual([
    ['laptop', 'home'],
    ['pod', 'home'],
  ]);
  const [laptop] = sources({}, config(withExtras))._unsafeUnwrap();
  expect(besideLocation(laptop!.location, 'plans')).toEqual(local('/home/anna/.claude/plans'));
  const unknown = sources({ source: 'laptop', repo: '_tasks' }, config(withExtras));
  expect(told(unknown._unsafeUnwrapErr())).toBe(
    'there is no repo "_tasks"; there are home, _history, _plans',
  );
});

test('extras go with a folder called projects, and no archive lies in one of them', () => {
  const from = (folder: string) => sources({ source: 'pod', from: folder }, config(withExtras));
  expect(from('~/x/projects')._unsafeUnwrap()[0]?.location).toEqual(local('/home/anna/x/projects'));
  expect(told(from('./copy')._unsafeUnwrapErr())).toBe(
    "sessionkeep.yaml:11: sources.pod.extras: they lie beside Claude Code's projects folder, and /work/copy is none; " +
      'give --from a folder called projects, or take extras: out',
  );
  const loaded = config(withExtras);
  const overlaps = checkOverlap(sources({}, loaded)._unsafeUnwrap(), targets({}, loaded)._unsafeUnwrap());
  expect(overlaps.map(({ message }) => message)).toEqual([
    'the archive /home/anna/.claude/plans/kept lies inside the source /home/anna/.claude/plans',
  ]);
});

test('--from with a configuration is for exactly one source', () => {
  expect(sources({ from: '/x', source: 'desk' })._unsafeUnwrap()[0]?.location).toEqual(local('/x'));
  expect(told(sources({ from: '/x' })._unsafeUnwrapErr())).toContain(
    'several sources are selected; pick one with --source',
  );
});

test('targets by name or folder', () => {
  const loaded = config();
  expect(targets({}, loaded)._unsafeUnwrap()).toEqual([
    { name: 'nas', location: local(join(loaded.folder, 'nas')), id: null },
    { name: 'usb', location: local('/usb'), id: 'abc-123' },
  ]);
  expect(targets({ to: 'usb' })._unsafeUnwrap()).toMatchObject([{ location: local('/usb') }]);
  expect(targets({ to: './x' })._unsafeUnwrap()).toMatchObject([{ location: local('/work/x') }]);
  expect(targets({ fromArchive: '~/x' })._unsafeUnwrap()).toMatchObject([
    { location: local('/home/anna/x') },
  ]);
  expect(told(targets({ to: 'nass' })._unsafeUnwrapErr())).toBe(
    'there is no target "nass"; the configuration has nas, usb; for a folder write ./nass',
  );
  expect(told(targets({ to: 'nas', fromArchive: 'usb' })._unsafeUnwrapErr())).toContain('mean the same');
  expect(told(selectOneTarget({}, loaded, world)._unsafeUnwrapErr())).toBe(
    'there are several targets; pick one with --to: nas, usb',
  );
  expect(targets({}, config('exclude: [x]'))._unsafeUnwrapErr().message).toBe(
    'the configuration names no target',
  );
});

const ON_SHARES = `sources:
  old: { type: smb, url: 'smb://me@old/homes/.claude/projects', repos: auto, extras: [plans] }
  disk: { type: local, path: /disk, repos: auto }
targets:
  nas: { type: smb, url: 'smb://corp;me@NAS.local/secure/kept', password: { env: NAS_PASSWORD } }
  file: { type: smb, url: 'smb://me@nas.local/secure/file', password: { file: ./secret }, signing: if-offered, encryption: off }
  inside: { type: smb, url: 'smb://you@OLD/Homes/.claude/PLANS/kept' }
  guest: { type: smb, url: 'smb://guest@nas.local/open', id: abc-123 }
`;

test('shares of the configuration', () => {
  const loaded = config(ON_SHARES);
  const [nas, file, , guest] = targets({}, loaded)._unsafeUnwrap();
  expect(nas?.location).toMatchObject({
    type: 'smb',
    address: { host: 'nas.local', folder: 'kept' },
    password: { from: 'env', name: 'NAS_PASSWORD', at: 'sessionkeep.yaml:5: targets.nas.password' },
    signing: 'required',
    encryption: 'if-offered',
  });
  expect(locationText(nas!.location)).toBe('smb://corp;me@nas.local/secure/kept');
  expect(file?.location).toMatchObject({
    password: { from: 'file', path: join(loaded.folder, 'secret') },
    signing: 'if-offered',
    encryption: 'off',
  });
  expect(guest).toMatchObject({ id: 'abc-123', location: { password: { from: 'nobody' } } });
  expect(targets({ to: 'nas', passwordFile: 'p' }, loaded)._unsafeUnwrap()).toMatchObject([
    { location: { password: { from: 'file', path: '/work/p', at: '--password-file' } } },
  ]);
  expect(targets({ to: 'guest', passwordFile: 'p' }, loaded)._unsafeUnwrap()).toMatchObject([
    { location: { password: { from: 'nobody' } } },
  ]);
  const [old, disk] = sources({}, loaded)._unsafeUnwrap();
  expect(locationText(besideLocation(old!.location, 'plans'))).toBe('smb://me@old/homes/.claude/plans');
  expect(locationText(besideLocation(old!.location, ''))).toBe('smb://me@old/homes/.claude');
  expect([sources({ source: 'smb' }, loaded)._unsafeUnwrap()[0]?.name, disk?.name]).toEqual(['old', 'disk']);
});

test('shares of the command line', () => {
  for (const loaded of [null, config()]) {
    expect(targets({ to: 'smb://me@NAS/secure//kept/' }, loaded)._unsafeUnwrap()).toEqual([
      {
        name: 'smb://me@nas/secure/kept',
        id: null,
        location: {
          type: 'smb',
          address: { domain: '', user: 'me', host: 'nas', port: 445, share: 'secure', folder: 'kept' },
          signing: 'required',
          encryption: 'if-offered',
          password: { from: 'anywhere' },
        },
      },
    ]);
  }
  expect(sources({ from: 'smb://me@nas/homes/projects' }, null)._unsafeUnwrap()).toMatchObject([
    { name: 'annas-mac', location: { type: 'smb' } },
  ]);
  for (const [option, select] of [
    ['to', targets],
    ['from', sources],
  ] as const) {
    const refused = select({ [option]: 'smb://me:geheim@nas/x' }, null)._unsafeUnwrapErr();
    expect(refused.message).toBe(`--${option}: the URL has a password in it`);
    expect(JSON.stringify(refused)).not.toContain('geheim');
  }
});

test('a command for a password is obeyed only from a configuration that is the user’s', () => {
  const yaml =
    'targets: { nas: { type: smb, url: "smb://me@nas/x", password: { command: [pass, nas] } }, usb: { type: local, path: /usb } }\n';
  const refused = targets({}, config(yaml))._unsafeUnwrapErr();
  expect(refused.kind).toBe('usage');
  expect(told(refused)).toMatch(
    /^sessionkeep\.yaml:1: targets\.nas\.password: a command is not run .*--config/,
  );
  // What is not asked for is not refused.
  expect(targets({ to: 'usb' }, config(yaml)).isOk()).toBe(true);
  const own = config(yaml, true);
  expect(targets({ to: 'nas' }, own)._unsafeUnwrap()).toMatchObject([
    { location: { password: { from: 'command', command: ['pass', 'nas'], folder: own.folder } } },
  ]);
  expect(targets({ to: 'nas', passwordFile: 'p' }, config(yaml)).isOk()).toBe(true);
});

test('no archive inside its source on a share, however both are written', () => {
  const loaded = config(ON_SHARES);
  const overlaps = checkOverlap(sources({}, loaded)._unsafeUnwrap(), targets({}, loaded)._unsafeUnwrap());
  expect(overlaps.map(({ message }) => message)).toEqual([
    'the archive smb://you@old/Homes/.claude/PLANS/kept lies inside the source smb://me@old/homes/.claude/plans',
  ]);
});

test('repos of an archive', () => {
  const places = [
    { source: 'laptop', repo: 'ops' },
    { source: 'laptop', repo: 'home' },
    { source: 'elsewhere', repo: 'home' },
  ];
  const select = (choice: Choice, loaded: LoadedConfig | null = config()) =>
    selectPlaces(places, choice, loaded).map((found) => found.map(({ source, repo }) => `${source}/${repo}`));
  expect(select({})._unsafeUnwrap()).toEqual(['elsewhere/home', 'laptop/home', 'laptop/ops']);
  expect(select({ source: 'laptop' }, null)._unsafeUnwrap()).toEqual(['laptop/home', 'laptop/ops']);
  expect(select({ source: 'local' })._unsafeUnwrap()).toEqual(['laptop/home', 'laptop/ops']);
  expect(select({ repo: 'devops' })._unsafeUnwrap()).toEqual(['laptop/ops']);
  expect(told(select({ repo: 'devops' }, null)._unsafeUnwrapErr())).toBe(
    'there is no repo "devops"; there are home, ops',
  );
  expect(told(select({ source: 'x' })._unsafeUnwrapErr())).toBe(
    'there is no source "x"; there are elsewhere, laptop',
  );
});

test('folders that are not there are told with line and key', async () => {
  const loaded = config();
  const [laptop] = selectSources({ source: 'laptop' }, loaded, world)._unsafeUnwrap();
  const path = join(loaded.folder, 'laptop');
  expect((await check(laptop!))._unsafeUnwrapErr().map(({ message }) => message)).toEqual([
    `sessionkeep.yaml:4: sources.laptop.path: ${path} does not exist`,
  ]);
  mkdirSync(join(path, '-home'), { recursive: true });
  const missing = (await check(laptop!))._unsafeUnwrap();
  expect(missing.map(({ error }) => error.message)).toEqual([
    `sessionkeep.yaml:7: sources.laptop.repos.ops: there is no project folder -ops in ${path}`,
  ]);
  // Who asks for one repo is not told of another's folder.
  expect((await check({ ...laptop!, wantedRepo: 'home' }))._unsafeUnwrap()).toEqual([]);
});

test('patterns that meet in a folder are told when it is there', async () => {
  const loaded = config(
    'sources:\n  a:\n    type: local\n    path: p\n    repos:\n      x: { projects: [-a-*] }\n      y: { projects: ["*-b"] }\n',
  );
  mkdirSync(join(loaded.folder, 'p', '-a-b'), { recursive: true });
  const [source] = selectSources({}, loaded, world)._unsafeUnwrap();
  expect((await check(source!))._unsafeUnwrapErr()[0]?.message).toBe(
    'sessionkeep.yaml:7: sources.a.repos.y: the project folder -a-b is the repo "x" already',
  );
});
