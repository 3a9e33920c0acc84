import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { need, noProgram } from './helpers/needs.js';
import { Machine } from './helpers/run-built.js';
import { writeSessions } from './helpers/sessions.js';
import { stateOf } from './helpers/tree.js';

test('an archive that rsync -a made is adopted: nothing is moved, and nothing is left to do', async (context) => {
  need(context, noProgram('rsync'));
  const here = new Machine();
  writeSessions(here.projects);
  const archive = join(here.cwd, 'kept', 'source-mac');
  for (const repo of ['shop', 'notes']) {
    const folder = join(archive, `repo-${repo}`);
    mkdirSync(folder, { recursive: true });
    execFileSync('rsync', [
      '-a',
      '--exclude=*.lock',
      `${join(here.projects, `-home-anna-${repo}`)}/`,
      `${folder}/`,
    ]);
  }
  const before = stateOf(archive);
  const backup = ['backup', '--source', 'mac', '--to', 'kept', '--json'];
  const first = await here.run(backup);
  expect([first.code, first.summary]).toMatchObject([0, { files: 3, adopted: 3, copied: 0, bytesMoved: 0 }]);
  expect(stateOf(archive)).toEqual(before);
  const second = await here.run(backup);
  expect([second.code, second.summary]).toMatchObject([0, { files: 3, unchanged: 3, bytesMoved: 0 }]);
  expect((await here.run(['verify', '--source', 'mac', '--to', 'kept', '--deep'])).code).toBe(0);
});
