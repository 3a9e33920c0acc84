import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from './lock.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  file = join(folder, 'lock');
});

afterEach(() => rm(folder, { recursive: true }));

it('lets one in at a time, and the next when one has failed', async () => {
  let inside = 0;
  let most = 0;
  const enter = (fails: boolean) =>
    withLock(file, async () => {
      most = Math.max(most, ++inside);
      for (let turns = 0; turns < 10; turns++) await turn();
      inside--;
      if (fails) throw new Error('as asked');
    });
  const ends = await Promise.allSettled([enter(true), enter(false), enter(false)]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(most).toBe(1);
  expect(existsSync(file)).toBe(false);
});

it('is taken over from a process that is dead', async () => {
  const { pid } = spawnSync('true');
  await writeFile(file, String(pid));
  expect(await withLock(file, async () => 'inside')).toBe('inside');
});
