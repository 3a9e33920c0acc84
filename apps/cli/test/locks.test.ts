import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Machine, type Running } from './helpers/run-built.js';
import { logLine, writeFiles } from './helpers/sessions.js';
import { stateOf } from './helpers/tree.js';

const MiB = 1024 * 1024;
const base = ['--source', 'mac', '--to', 'kept', '--json'];
const place = ['--to', 'kept', '--source', 'mac', '--repo', 'shop', '--json'];

/** A machine with enough to copy that a run can be met half-way. */
class Busy extends Machine {
  readonly big = join(this.projects, '-home-anna-shop', 'big.jsonl');
  readonly meta = join(this.cwd, 'kept', '.sessionkeep', 'source-mac', 'repo-shop');

  constructor() {
    super();
    writeFiles(this.projects, { '-home-anna-shop/first.jsonl': logLine('/home/anna/shop') });
    writeFileSync(this.big, '');
    truncateSync(this.big, 400 * MiB);
  }

  /** A run stopped by SIGSTOP in the middle of copying. */
  async stoppedHolder(): Promise<Running> {
    const holder = this.start(['backup', ...base]);
    onTestFinished(() => holder.kill('SIGKILL'));
    await this.untilCopying();
    holder.kill('SIGSTOP');
    return holder;
  }

  /** Until a file is being written: under its temporary name, or already under its own. */
  async untilCopying(): Promise<void> {
    const folder = join(this.meta, 'tmp');
    const kept = join(this.cwd, 'kept', 'source-mac', 'repo-shop', 'big.jsonl');
    for (let tries = 0; tries < 6000; tries++) {
      if (existsSync(kept) || (existsSync(folder) && readdirSync(folder).length > 0)) return;
      await new Promise((done) => setTimeout(done, 5));
    }
    throw new Error('nothing is copied');
  }

  lock(): { holder: { host: string; pid: number; since: string } } {
    const folder = join(this.meta, 'lock');
    const name = readdirSync(folder).sort().at(-1) ?? '';
    return JSON.parse(readFileSync(join(folder, name), 'utf8')) as ReturnType<Busy['lock']>;
  }
}

test('two runs at once: the second exits 5 and names host, process and time; the first is not disturbed', async () => {
  const here = new Busy();
  const holder = await here.stoppedHolder();
  const { since } = here.lock().holder;
  const second = await here.run(['backup', ...base]);
  expect(second.code).toBe(5);
  expect(second.summary).toMatchObject({ ok: false, exitCode: 5, files: 0, bytesMoved: 0 });
  for (const text of [hostname(), `process ${holder.pid}`, since]) expect(second.stderr).toContain(text);
  // Reading needs no lock.
  expect((await here.run(['status', '--to', 'kept', '--json'])).code).toBe(0);
  expect((await here.run(['backup', ...base, '--dry-run'])).code).toBe(0);
  holder.kill('SIGCONT');
  expect(await holder.ended).toMatchObject({ code: 0, summary: { copied: 2 } });
  expect((await here.run(['verify', ...base, '--deep'])).summary).toMatchObject({ ok: true, matching: 2 });
});

test('a holder that was stopped, unlocked, outlived and continued exits 5 and changes nothing any more', async () => {
  const here = new Busy();
  const holder = await here.stoppedHolder();
  const refused = await here.run(['unlock', ...place]);
  expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining(`process ${holder.pid}`)]);
  expect(refused.stderr).toContain('alive on this machine');
  expect(refused.stderr).toContain('--force');
  expect(here.lock().holder.pid).toBe(holder.pid);
  const unlocked = await here.run(['unlock', ...place, '--force']);
  expect([unlocked.code, unlocked.stdout]).toEqual([0, expect.stringContaining(`process ${holder.pid}`)]);
  const next = await here.run(['backup', ...base]);
  expect([next.code, next.summary['damaged']]).toEqual([0, 0]);
  expect((await here.run(['verify', ...base, '--deep'])).summary).toMatchObject({ ok: true, matching: 2 });

  const before = stateOf(join(here.cwd, 'kept'));
  holder.kill('SIGCONT');
  const outlived = await holder.ended;
  expect(outlived.code).toBe(5);
  expect(outlived.stderr).toContain('does not hold the lock any more');
  expect(stateOf(join(here.cwd, 'kept'))).toEqual(before);
  expect((await here.run(['backup', ...base])).summary).toMatchObject({
    ok: true,
    unchanged: 2,
    bytesMoved: 0,
  });
});

test('a lock left by SIGKILL is taken over at once', async () => {
  const here = new Busy();
  const holder = here.start(['backup', ...base]);
  await here.untilCopying();
  holder.kill('SIGKILL');
  await holder.ended;
  expect(readdirSync(join(here.meta, 'lock'))).toHaveLength(1);
  const next = await here.run(['backup', ...base], { longestMs: 60_000 });
  expect([next.code, next.summary['files']]).toEqual([0, 2]);
  expect(readdirSync(join(here.meta, 'lock'))).toEqual([]);
  expect(readdirSync(join(here.meta, 'tmp'))).toEqual([]);
});

test('ten runs at once: nothing is kept twice, nothing is harmed', async () => {
  const here = new Machine();
  for (let file = 0; file < 30; file++)
    writeFiles(here.projects, {
      [`-home-anna-shop/log-${file}.jsonl`]: logLine('/home/anna/shop').repeat(500),
    });
  const runs = await Promise.all(Array.from({ length: 10 }, () => here.run(['backup', ...base])));
  for (const { code, stderr } of runs) expect([0, 5], stderr).toContain(code);
  expect(runs.map(({ summary }) => Number(summary['copied'])).reduce((a, b) => a + b)).toBe(30);
  expect((await here.run(['verify', ...base, '--deep'])).summary).toMatchObject({ ok: true, matching: 30 });
});

test('unlock where nothing is locked says so', async () => {
  const here = new Machine();
  writeFiles(here.projects, { '-home-anna-shop/first.jsonl': logLine('/home/anna/shop') });
  expect((await here.run(['backup', ...base])).code).toBe(0);
  const { code, stdout } = await here.run(['unlock', ...place]);
  expect([code, stdout]).toEqual([0, expect.stringContaining('it was not locked')]);
  mkdirSync(join(here.cwd, 'empty'));
  expect((await here.run(['unlock', '--to', 'empty', '--source', 'mac', '--repo', 'shop'])).code).toBe(6);
});
