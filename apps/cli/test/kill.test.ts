import { createRandom } from '@sessionkeep/testkit/corpus';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LivingSource } from './helpers/history.js';
import { Machine, type Ran } from './helpers/run-built.js';
import { contentsOf } from './helpers/tree.js';

const KILLS = 25;
const base = ['--source', 'mac', '--to', 'kept', '--json'];

test('killed at 25 moments: nothing false, the next run completes, every version is restorable', async () => {
  const here = new Machine();
  const source = new LivingSource(here.projects, 1);
  const random = createRandom(2);
  const versions: { readonly at: string; readonly files: Readonly<Record<string, string>> }[] = [];
  let killed = 0;
  // From the plan to the end of a run that nobody stops.
  let workMs = 200;
  let wholeMs = 400;
  expect((await here.run(['backup', ...base])).code).toBe(0);
  for (let round = 0; round < KILLS; round++) {
    source.work();
    // Some at once when the plan stands, some at any moment of the process, most at any of the work.
    const part = random.unit();
    const stopped =
      round % 5 === 1
        ? await killAfter(here, 'start', part * wholeMs)
        : await killAfter(here, 'plan', round % 5 === 0 ? 0 : part * workMs);
    if (stopped.signal === 'SIGKILL') killed++;
    else expect(stopped.code).toBe(0);

    const after = await here.run(['verify', ...base, '--deep']);
    expect(after.summary, `after kill ${round}`).toMatchObject({
      divergent: 0,
      missing: 0,
      corrupt: 0,
      failed: 0,
      alarms: [],
    });
    expect(after.code).toBe(0);

    const began = performance.now();
    let planned = 0;
    const next = await here.run(['backup', ...base], {
      onStdout: (text) => {
        if (planned === 0 && text.includes('"type":"planned"')) planned = performance.now();
      },
    });
    workMs = performance.now() - planned;
    wholeMs = performance.now() - began;
    expect([next.code, next.summary['damaged'], next.summary['alarms']]).toEqual([0, 0, []]);
    const at = new Date().toISOString();
    const files = contentsOf(here.projects);
    versions.push({ at, files });
    const kept = contentsOf(join(here.cwd, 'kept'));
    const live = Object.fromEntries(Object.keys(files).map((path) => [path, kept[liveName(path)]]));
    expect(live, `after round ${round}`).toEqual(files);
    // The next line must not bear this very millisecond.
    await new Promise((done) => setTimeout(done, 5));
  }
  expect(killed).toBeGreaterThan(0);

  const deep = await here.run(['verify', ...base, '--deep']);
  expect([deep.code, deep.summary['ok']]).toEqual([0, true]);
  for (const [round, { at, files }] of versions.entries()) {
    const into = join(here.root, `as-of-${round}`);
    const restored = await here.run([
      'restore',
      '--to',
      'kept',
      '--at',
      at,
      '--present',
      '--into',
      into,
      '--json',
    ]);
    expect([restored.code, contentsOf(into)], `as of round ${round}`).toEqual([0, files]);
  }
}, 240_000);

/** Kills a backup so long after its plan stands, or after its process was made. */
async function killAfter(here: Machine, since: 'start' | 'plan', delayMs: number): Promise<Ran> {
  let planned = false;
  const run = here.start(['backup', ...base], {
    onStdout: (text, kill) => {
      if (since === 'start' || planned || !text.includes('"type":"planned"')) return;
      planned = true;
      if (delayMs === 0) kill('SIGKILL');
      else setTimeout(() => kill('SIGKILL'), delayMs);
    },
  });
  if (since === 'start') setTimeout(() => run.kill('SIGKILL'), delayMs);
  return run.ended;
}

/** Where the archive has a file of the projects folder. */
function liveName(path: string): string {
  return path.replace(/^-home-anna-/, 'source-mac/repo-');
}
