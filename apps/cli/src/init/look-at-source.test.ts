import { demoCorpus, generateCorpus, writeCorpus } from '@sessionkeep/testkit/corpus';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testContext } from '../../test/helpers/context.js';
import { writeFiles } from '../../test/helpers/sessions.js';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { findSources } from './find-sources.js';
import { foundRepos } from './found-repos.js';
import { lookAtSource } from './look-at-source.js';

const { signal } = new AbortController();
const TIME = Date.UTC(2026, 2, 31);

test.each([
  ['a demonstration', demoCorpus(TIME)],
  ['a larger one', generateCorpus({ seed: 7, projects: 5, sessions: 12, bytes: 2_000_000, baseTime: TIME })],
])('%s: sessions, bytes that a backup keeps, the newest session, the working folder', async (_, corpus) => {
  const folder = temporaryFolder();
  (await writeCorpus(corpus, folder))._unsafeUnwrap();
  const { path, projects } = (await lookAtSource(folder, signal))._unsafeUnwrap();
  expect(path).toBe(folder);
  const expected = corpus.projects.map(({ folder: name, cwd }) => {
    const files = corpus.files.filter((file) => file.path.startsWith(`${name}/`));
    const sessions = files.filter(({ content }) => content.kind === 'session');
    const kept = files.filter(({ content: { kind } }) => kind !== 'index' && kind !== 'lock');
    return {
      folder: name,
      cwd: sessions.length > 0 ? cwd : null,
      sessions: sessions.length,
      bytes: kept.reduce((sum, { content }) => sum + content.size, 0),
      newest: sessions.reduce<bigint | null>(
        (max, { mtime }) => (max === null || mtime > max ? mtime : max),
        null,
      ),
    };
  });
  expect(projects).toEqual(expected.sort((a, b) => (a.folder < b.folder ? -1 : 1)));
});

test('agents of the older layout are no sessions, files beside the projects no projects, links not followed', async () => {
  const folder = temporaryFolder();
  writeFiles(folder, {
    'stray.jsonl': 'x',
    '-a/agent-1.jsonl': 'agent',
    '-a/one.jsonl': 'one',
    '-a/one/subagents/agent-2.jsonl': 'two',
    '-a/.credentials.json': 'SECRET',
  });
  symlinkSync(temporaryFolder(), join(folder, 'link'));
  const { projects } = (await lookAtSource(folder, signal))._unsafeUnwrap();
  expect(projects).toMatchObject([{ folder: '-a', sessions: 1, bytes: 11, cwd: null }]);
});

test('a folder that is not there, and one that is a file', async () => {
  const folder = temporaryFolder();
  expect((await lookAtSource(join(folder, 'none'), signal))._unsafeUnwrapErr().kind).toBe('not-found');
  writeFileSync(join(folder, 'file'), '');
  expect((await lookAtSource(join(folder, 'file'), signal)).isErr()).toBe(true);
});

test('every place that Claude Code has used, once, and empty ones only where there is nothing else', async () => {
  const home = temporaryFolder();
  const context = testContext({ home, cwd: home });
  const paths = async (more = {}): Promise<string[]> =>
    (await findSources(undefined, { ...context, ...more }))
      ._unsafeUnwrap()
      .map(({ path }) => path.slice(home.length));
  expect((await findSources(undefined, context))._unsafeUnwrapErr().hint).toContain('--from');
  mkdirSync(join(home, '.claude', 'projects'), { recursive: true });
  expect(await paths()).toEqual(['/.claude/projects']);
  writeFiles(home, { '.config/claude/projects/-x/a.jsonl': '' });
  expect(await paths()).toEqual(['/.config/claude/projects']);
  writeFiles(home, { '.claude/projects/-y/a.jsonl': '', 'own/projects/-z/a.jsonl': '' });
  expect(await paths()).toEqual(['/.claude/projects', '/.config/claude/projects']);
  expect(await paths({ env: { CLAUDE_CONFIG_DIR: join(home, 'own') } })).toEqual([
    '/own/projects',
    '/.claude/projects',
    '/.config/claude/projects',
  ]);
  symlinkSync(join(home, '.claude'), join(home, 'link'));
  expect(await paths({ env: { CLAUDE_CONFIG_DIR: join(home, 'link') } })).toEqual([
    '/link/projects',
    '/.config/claude/projects',
  ]);
});

test('a repo has what its project folders have, the newest first; a name that reads as a pattern cannot be chosen', () => {
  const project = (folder: string, newest: bigint | null, cwd: string | null) => ({
    folder,
    cwd,
    newest,
    sessions: 2,
    bytes: 10,
  });
  const repo = (name: string, layout: 'flat' | 'folders', ...projects: string[]) => ({
    name,
    aliases: [],
    layout,
    projects,
  });
  const repos = [
    repo('empty', 'flat', '-e'),
    repo('a', 'flat', '-a'),
    repo('many', 'folders', '-m', '-m-*'),
    repo('odd', 'flat', '-[x]'),
  ];
  const projects = [
    project('-a', 5n, '/a'),
    project('-e', null, null),
    project('-m', 1n, '/m'),
    project('-m-1', 9n, null),
    project('-[x]', 2n, '/[x]'),
  ];
  expect(
    foundRepos(repos, projects).map(({ repo: { name }, problem, ...rest }) => ({
      name,
      ...rest,
      odd: problem !== null,
    })),
  ).toEqual([
    { name: 'many', cwd: '/m', sessions: 4, bytes: 20, newest: 9n, odd: false },
    { name: 'a', cwd: '/a', sessions: 2, bytes: 10, newest: 5n, odd: false },
    { name: 'odd', cwd: '/[x]', sessions: 2, bytes: 10, newest: 2n, odd: true },
    { name: 'empty', cwd: null, sessions: 2, bytes: 10, newest: null, odd: false },
  ]);
});
