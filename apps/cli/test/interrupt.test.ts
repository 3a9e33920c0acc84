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
