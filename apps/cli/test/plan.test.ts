import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { BASE, expectCompletes, kept, LINE, machine, PLAN, saved, shop } from './helpers/plan-machine.js';
import { Machine, MAIN } from './helpers/run-built.js';
import { writeFiles } from './helpers/sessions.js';
import { contentsOf, stateOf } from './helpers/tree.js';

describe('sessionkeep plan', () => {
  test('shows every step with its bytes and its reason, and writes nothing', async () => {
    const here = await machine();
    const before = stateOf(here.root);
    const { code, stdout, stderr } = await here.run(['plan', ...BASE]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('mac/notes: nothing new in 1 file\n');
    expect(stdout).toContain(
      `mac/shop: 1 new, ${LINE.length} B to move\n  copy 1 file, ${LINE.length} B: new\n`,
    );
    expect(stdout).toMatch(new RegExp(`^ +new +${LINE.length} B  mac/shop/new.jsonl$`, 'm'));
    expect(stdout).toMatch(/^mac\/shop +3 +2 +1 +0 +\d+ B$/m);
    expect(stdout).toContain('Nothing was backed up: this is a plan.');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stateOf(here.root)).toEqual(before);
  });

  test('gives programs a step a line, with the summary last', async () => {
    const here = await machine();
    const { code, events, summary } = await here.run(['plan', ...BASE, '--json']);
    expect(code).toBe(0);
    expect(events).toContainEqual({
      type: 'step',
      target: 'kept',
      source: 'mac',
      repo: 'shop',
      path: 'new.jsonl',
      step: 'copied',
      reason: 'new',
      bytes: LINE.length,
      alarm: false,
    });
    expect(events.filter(({ type }) => type === 'repo')).toMatchObject([
      { repo: 'notes', copied: 0, unchanged: 1 },
      { repo: 'shop', copied: 1, unchanged: 2 },
    ]);
    expect(summary).toMatchObject({ command: 'plan', ok: true, out: null, copied: 1, files: 4 });
  });

  test('exits as the backup would: refusals 3, damage 4; and saves the plan all the same', async () => {
    const here = await machine();
    symlinkSync('/etc/hostname', shop(here, 'link\x1b[2J'));
    const refused = await here.run(['plan', ...BASE, '--out', 'p.plan']);
    expect(refused.code).toBe(3);
    expect(refused.stdout).toContain(
      'refuse 1 file: a link that leads out of the source; put the file itself',
    );
    expect(refused.stdout).toContain('mac/shop/link\\x1b[2J');
    // eslint-disable-next-line no-control-regex -- it is what must not be there
    expect(refused.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    const done = await here.run(PLAN);
    expect([done.code, done.summary['refused'], done.summary['copied']]).toEqual([3, 1, 1]);
    rmSync(shop(here, 'link\x1b[2J'));
    rmSync(kept(here, 'new.jsonl'));
    const damaged = await here.run(['plan', ...BASE, '--out', 'p.plan']);
    expect([damaged.code, damaged.stdout]).toEqual([4, expect.stringContaining('damage: mend 1 file')]);
    expect(damaged.stderr).toBe('');
    const mended = await here.run(PLAN);
    expect([mended.code, mended.summary['mended']]).toEqual([4, 1]);
    await expectCompletes(here);
  });

  test('ends quietly where nobody reads on', async () => {
    const here = new Machine();
    const many = Array.from({ length: 2000 }, (_, at) => [`-home-anna-shop/log-${at}.jsonl`, LINE] as const);
    writeFiles(here.projects, Object.fromEntries(many));
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-c', '"$1" plan --source mac | head -1; exit "${PIPESTATUS[0]}"', 'bash', MAIN],
      { cwd: here.cwd, env: { PATH: process.env['PATH'], HOME: here.home }, encoding: 'utf8' },
    );
    expect([status, stdout, stderr]).toEqual([0, expect.stringContaining('mac/shop: 2,000 new'), '']);
  });
});

describe('a plan in a file', () => {
  test('that is interrupted leaves nothing behind', async () => {
    const here = await machine();
    // Files that lie there unrecorded: both sides are read to be compared, for a while.
    for (const path of [shop(here, 'large.jsonl'), kept(here, 'large.jsonl')]) {
      writeFileSync(path, '');
      truncateSync(path, 3_000_000_000);
    }
    const running = here.start(['plan', ...BASE, '--out', 'p.plan', '--json']);
    await vi.waitUntil(() => readdirSync(here.cwd).some((name) => name.endsWith('.tmp')), 30_000);
    running.kill('SIGINT');
    const { code, summary } = await running.ended;
    expect([code, summary['out']]).toEqual([130, null]);
    expect(readdirSync(here.cwd)).toEqual(['kept']);
  });

  test('wants a folder that is there', async () => {
    const here = await machine();
    const { code, stderr } = await here.run(['plan', ...BASE, '--out', join('missing', 'p.plan')]);
    expect([code, stderr]).toEqual([2, 'error: missing/p.plan: there is no such file or folder\n']);
  });

  test('is 0600, has no temporary file beside it, and replaces a plan and an empty file, and nothing else', async () => {
    const here = await machine();
    writeFileSync(join(here.cwd, 'p.plan'), '');
    await saved(here);
    expect(statSync(join(here.cwd, 'p.plan')).mode & 0o777).toBe(0o600);
    expect(readdirSync(here.cwd).sort()).toEqual(['kept', 'p.plan']);
    appendFileSync(shop(here, 'new.jsonl'), LINE);
    await saved(here);
    expect(readFileSync(join(here.cwd, 'p.plan'), 'utf8')).toContain(`"bytes":${LINE.length * 2}`);

    symlinkSync('p.plan', join(here.cwd, 'link.plan'));
    expect((await here.run(['plan', ...BASE, '--out', 'link.plan'])).code).toBe(0);
    expect(readdirSync(here.cwd).sort()).toEqual(['kept', 'link.plan', 'p.plan']);

    for (const [name, text] of [
      ['notes.txt', 'my notes\n'],
      ['other.jsonl', LINE],
      ['cut.plan', '{"kind":"plan"'],
    ] as const) {
      writeFileSync(join(here.cwd, name), text);
      const { code, stderr } = await here.run(['plan', ...BASE, '--out', name]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`${name} is there, and is no saved plan`)]);
      expect(readFileSync(join(here.cwd, name), 'utf8')).toBe(text);
    }
    mkdirSync(join(here.cwd, 'folder'));
    expect((await here.run(['plan', ...BASE, '--out', 'folder'])).code).toBe(2);
    expect((await here.run(['plan', ...BASE, '--out', '/dev/null'])).code).toBe(2);
  });

  test('never lies inside the archive or the source', async () => {
    const here = await machine();
    const before = contentsOf(here.root);
    for (const out of ['kept/p.plan', 'kept/source-mac/p.plan', shop(here, 'p.plan')]) {
      const { code, stderr } = await here.run(['plan', ...BASE, '--out', out]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/lies inside the (archive|source)/)]);
    }
    expect(contentsOf(here.root)).toEqual(before);
  });

  test('where it cannot be written says so, and leaves the plan that is there', async () => {
    const here = await machine();
    const folder = join(here.cwd, 'plans');
    mkdirSync(folder);
    here.withoutRoot();
    expect((await here.run(['plan', ...BASE, '--out', 'plans/p.plan'])).code).toBe(0);
    const before = readFileSync(join(folder, 'p.plan'), 'utf8');
    chmodSync(folder, 0o555);
    const { code, stderr } = await here.run(['plan', ...BASE, '--out', 'plans/p.plan']);
    expect([code, stderr]).toEqual([6, 'error: plans/p.plan: permission denied\n']);
    expect(readFileSync(join(folder, 'p.plan'), 'utf8')).toBe(before);
  });
});
