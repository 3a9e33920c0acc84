import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Machine } from './helpers/run-built.js';
import { SESSION, writeSessions } from './helpers/sessions.js';
import { contentsOf } from './helpers/tree.js';

const base = ['--source', 'mac', '--to', 'kept'];

function machine(): Machine {
  const made = new Machine();
  writeSessions(made.projects);
  return made;
}

test('quiet: nothing is said of what goes well, and trouble all the same', async () => {
  const here = machine();
  const silent = { code: 0, stdout: '', stderr: '' };
  expect(await here.run(['backup', ...base, '-q'])).toMatchObject(silent);
  expect(await here.run(['verify', ...base, '--quiet', '--deep'])).toMatchObject(silent);
  const restored = await here.run(['restore', '--to', 'kept', '--into', 'back', '-q']);
  expect(restored).toMatchObject(silent);
  expect(Object.keys(contentsOf(join(here.cwd, 'back')))).toHaveLength(3);

  execFileSync('mkfifo', [join(here.projects, '-home-anna-shop', 'pipe')]);
  const partial = await here.run(['backup', ...base, '-q']);
  expect(partial.code).toBe(3);
  expect(partial.stderr).toMatch(/^refused: mac\/shop: pipe: .*\n$/);

  rmSync(join(here.cwd, 'kept', 'source-mac', 'repo-shop', `${SESSION}.jsonl`));
  const damaged = await here.run(['verify', '--source', 'mac', '--repo', 'shop', '--to', 'kept', '-q']);
  expect(damaged.code).toBe(4);
  expect(damaged.stderr).toContain(`missing: mac/shop: ${SESSION}.jsonl`);

  const refused = await here.run(['backup', ...base, '-q', '--lanes', 'all']);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    'error: --lanes: "all" is no number of files at once; write a number from 1 to 64\n',
  ]);
});

test('verbose: which configuration, source and archive, the lock, and every file as it is kept', async () => {
  const here = machine();
  const first = await here.run(['backup', ...base, '-v', '--lanes', '3', '--bwlimit', '50M']);
  const lines = first.stderr.split('\n');
  expect(lines[0]).toBe('configuration: none');
  expect(lines[1]).toBe(`source mac: ${here.projects}`);
  expect(lines[2]).toMatch(/^archive kept: .*\/kept, id [\w-]{36}; 3 files at once, at most 50\.0 MB\/s$/);
  expect(first.stderr).toMatch(/^mac\/shop: the lock is taken, for run \S+$/m);
  expect(first.stderr).toMatch(new RegExp(`^new {10,}[\\d.]+ K?B {2}mac/shop: ${SESSION}\\.jsonl$`, 'm'));
  expect(lines.filter((line) => line.startsWith('new '))).toHaveLength(3);
  appendFileSync(join(here.projects, '-home-anna-shop', `${SESSION}.jsonl`), 'more\n');
  const second = await here.run(['backup', ...base, '--verbose']);
  expect(second.stderr).toMatch(new RegExp(`^grown {11}5 B {2}mac/shop: ${SESSION}\\.jsonl$`, 'm'));
  expect(second.stdout).toBe('');
});

test('programs are told the same, quiet or verbose', async () => {
  const kinds = async (...flags: string[]): Promise<unknown[]> => {
    const { events, stderr } = await machine().run(['backup', ...base, '--json', ...flags]);
    expect(stderr).toBe('');
    return events.map(({ type, path, outcome }) => JSON.stringify([type, path, outcome])).sort();
  };
  const told = await kinds();
  expect(await kinds('-q')).toEqual(told);
  expect(await kinds('-v')).toEqual(told);
});

test('so many files at once and so many bytes a second end with the same archive', async () => {
  const trees = [];
  for (const limits of [[], ['--lanes', '1', '--bwlimit', '1MiB/s'], ['--lanes', '64', '--bwlimit', '20k']]) {
    const here = machine();
    expect((await here.run(['backup', ...base, ...limits])).code).toBe(0);
    appendFileSync(join(here.projects, '-home-anna-shop', `${SESSION}.jsonl`), 'more\n');
    expect((await here.run(['backup', ...base, ...limits])).code).toBe(0);
    const verified = await here.run(['verify', ...base, '--deep', '--json', ...limits]);
    expect(verified.summary).toMatchObject({ ok: true, matching: 3 });
    const restored = await here.run(['restore', '--to', 'kept', '--into', 'back', '--json', ...limits]);
    expect(restored.summary).toMatchObject({ ok: true, restored: 3 });
    trees.push([contentsOf(join(here.cwd, 'kept', 'source-mac')), contentsOf(join(here.cwd, 'back'))]);
  }
  expect(trees[1]).toEqual(trees[0]);
  expect(trees[2]).toEqual(trees[0]);
});
