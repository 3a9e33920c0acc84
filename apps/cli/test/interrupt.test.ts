import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Machine } from './helpers/run-built.js';
import { logLine, writeFiles } from './helpers/sessions.js';
import { contentsOf } from './helpers/tree.js';

const base = ['--source', 'mac', '--to', 'kept', '--json'];

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s in mid-backup: exit 130, a summary, what is done is recorded, and the next run completes',
  async (signal) => {
    const here = new Machine();
    for (let file = 0; file < 60; file++)
      writeFiles(here.projects, {
        [`-home-anna-shop/log-${file}.jsonl`]: logLine('/home/anna/shop').repeat(20_000),
      });
    const shop = join(here.cwd, 'kept', 'source-mac', 'repo-shop');
    const run = here.start(['backup', ...base]);
    const timer = setInterval(() => {
      if (!existsSync(shop) || readdirSync(shop).length < 5) return;
      clearInterval(timer);
      run.kill(signal);
    }, 1);
    const stopped = await run.ended.finally(() => clearInterval(timer));
    expect(stopped.code).toBe(130);
    expect(stopped.summary).toMatchObject({
      type: 'summary',
      command: 'backup',
      ok: false,
      exitCode: 130,
      damaged: 0,
    });
    const copied = Number(stopped.summary['copied']);
    expect(copied).toBeGreaterThanOrEqual(5);
    expect(copied).toBeLessThan(60);
    expect(readdirSync(shop)).toHaveLength(copied);

    // What was told of is in the ledger, and whole; the run has its line.
    const told = stopped.events.filter(({ type, outcome }) => type === 'file' && outcome === 'copied');
    expect(told).toHaveLength(copied);
    const status = await here.run(['status', '--to', 'kept', '--json']);
    expect(status.summary).toMatchObject({ files: copied });
    expect(status.events).toContainEqual(
      expect.objectContaining({ type: 'repo', lastOutcome: 'interrupted' }),
    );
    expect((await here.run(['verify', ...base, '--deep'])).summary).toMatchObject({
      ok: true,
      matching: copied,
    });

    const next = await here.run(['backup', ...base]);
    expect([next.code, next.summary]).toMatchObject([0, { files: 60, unchanged: copied }]);
    expect(contentsOf(shop)).toEqual(contentsOf(join(here.projects, '-home-anna-shop')));
  },
);

const PACE = ['--bwlimit', '200k', '--lanes', '2'];

/** More than the pace lets by before the test is given up; a file takes some seconds. */
function slowMachine(): Machine {
  const here = new Machine();
  const log = logLine('/home/anna/shop').repeat(6000);
  for (let file = 0; file < 40; file++)
    writeFiles(here.projects, { [`-home-anna-shop/log-${file}.jsonl`]: log });
  return here;
}

test.each([
  ['backup', base, '"type":"planned"'],
  ['verify', [...base, '--deep'], '"type":"progress"'],
  ['restore', ['--to', 'kept', '--into', 'back', '--json'], '"type":"file"'],
] as const)(
  '%s that is held back by a limit does not wait for it once it is interrupted',
  async (command, args, begun) => {
    const here = slowMachine();
    if (command !== 'backup') expect((await here.run(['backup', ...base])).code).toBe(0);
    const run = here.start([command, ...args, ...PACE]);
    await run.says(begun);
    run.kill('SIGINT');
    const stopped = await run.ended;
    expect([stopped.code, stopped.summary]).toMatchObject([130, { type: 'summary', command, exitCode: 130 }]);
    expect(stopped.summary['failed']).toBe(0);
  },
);

test('a second signal ends it at once: nothing more is said or recorded, and the next run goes on', async () => {
  const here = slowMachine();
  const run = here.start(['backup', ...base, ...PACE]);
  await run.says('"type":"planned"');
  // Both wait while it is stopped, and come one right after the other.
  for (const signal of ['SIGSTOP', 'SIGINT', 'SIGTERM', 'SIGCONT'] as const) run.kill(signal);
  const ended = await run.ended;
  expect([ended.code, ended.signal]).toEqual([130, null]);
  expect(ended.stderr).toContain('Once more ends it at once');
  expect(ended.summary['type']).not.toBe('summary');
  const next = await here.run(['backup', ...base]);
  expect([next.code, next.summary]).toMatchObject([0, { files: 40 }]);
  const status = await here.run(['status', '--to', 'kept', '--json']);
  expect(status.events).toContainEqual(expect.objectContaining({ type: 'repo', lastOutcome: 'done' }));
});
