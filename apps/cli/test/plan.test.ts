import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { encodeChained, GENESIS } from '@sessionkeep/core';
import { nodeSha256 } from '@sessionkeep/transport-local';
import { Machine, MAIN, type Ran } from './helpers/run-built.js';
import { logLine, writeFiles, writeSessions } from './helpers/sessions.js';
import { contentsOf, stateOf } from './helpers/tree.js';

const LINE = logLine('/home/anna/shop');
/** A whole second, which can be set again exactly. */
const THEN = 1_700_000_000;

const base = ['--source', 'mac', '--to', 'kept'];
const PLAN = ['backup', '--plan', 'p.plan', ...base, '--json'];

/** A machine whose archive has been written once, and whose logs have grown since. */
async function machine(): Promise<Machine> {
  const here = new Machine();
  writeSessions(here.projects);
  expect((await here.run(['backup', ...base])).code).toBe(0);
  appendFileSync(shop(here, 'new.jsonl'), LINE);
  return here;
}

function shop(here: Machine, path: string): string {
  return join(here.projects, '-home-anna-shop', path);
}

function kept(here: Machine, path: string): string {
  return join(here.cwd, 'kept', 'source-mac', 'repo-shop', path);
}

async function saved(here: Machine): Promise<Ran> {
  const ran = await here.run(['plan', ...base, '--out', 'p.plan', '--json']);
  expect([ran.code, ran.summary['out']]).toEqual([0, 'p.plan']);
  return ran;
}

/** `log.jsonl: appended grew 5`, for each file that a run tells of. */
function told({ events }: Ran): string[] {
  return events
    .filter(({ type }) => type === 'file' || type === 'step')
    .map((event) => {
      const what = String(event['outcome'] ?? event['step']);
      return `${String(event['path'])}: ${what} ${String(event['reason'])} ${String(event['bytes'])}`;
    })
    .sort();
}

/** Whatever came before, the archive is whole, and an ordinary backup ends with everything. */
async function expectCompletes(here: Machine, code: 0 | 3 = 0): Promise<void> {
  const verify = ['verify', ...base, '--deep', '--json'];
  expect((await here.run(verify)).summary).toMatchObject({
    missing: 0,
    corrupt: 0,
    divergent: 0,
    alarms: [],
  });
  const next = await here.run(['backup', ...base, '--json']);
  expect([next.code, next.summary['alarms']]).toEqual([code, []]);
  const after = await here.run(verify);
  expect([after.code, after.summary['grown'], after.summary['changed']]).toEqual([code, 0, 0]);
  if (code === 0) expect(contentsOf(kept(here, ''))).toMatchObject(contentsOf(shop(here, '')));
}

describe('sessionkeep plan', () => {
  test('shows every step with its bytes and its reason, and writes nothing', async () => {
    const here = await machine();
    const before = stateOf(here.root);
    const { code, stdout, stderr } = await here.run(['plan', ...base]);
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
    const { code, events, summary } = await here.run(['plan', ...base, '--json']);
    expect(code).toBe(0);
    expect(events).toContainEqual({
      type: 'step',
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
    const refused = await here.run(['plan', ...base, '--out', 'p.plan']);
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
    const damaged = await here.run(['plan', ...base, '--out', 'p.plan']);
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
    const running = here.start(['plan', ...base, '--out', 'p.plan', '--json']);
    await vi.waitUntil(() => readdirSync(here.cwd).some((name) => name.endsWith('.tmp')), 30_000);
    running.kill('SIGINT');
    const { code, summary } = await running.ended;
    expect([code, summary['out']]).toEqual([130, null]);
    expect(readdirSync(here.cwd)).toEqual(['kept']);
  });

  test('wants a folder that is there', async () => {
    const here = await machine();
    const { code, stderr } = await here.run(['plan', ...base, '--out', join('missing', 'p.plan')]);
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
    expect((await here.run(['plan', ...base, '--out', 'link.plan'])).code).toBe(0);
    expect(readdirSync(here.cwd).sort()).toEqual(['kept', 'link.plan', 'p.plan']);

    for (const [name, text] of [
      ['notes.txt', 'my notes\n'],
      ['other.jsonl', LINE],
      ['cut.plan', '{"kind":"plan"'],
    ] as const) {
      writeFileSync(join(here.cwd, name), text);
      const { code, stderr } = await here.run(['plan', ...base, '--out', name]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`${name} is there, and is no saved plan`)]);
      expect(readFileSync(join(here.cwd, name), 'utf8')).toBe(text);
    }
    mkdirSync(join(here.cwd, 'folder'));
    expect((await here.run(['plan', ...base, '--out', 'folder'])).code).toBe(2);
    expect((await here.run(['plan', ...base, '--out', '/dev/null'])).code).toBe(2);
  });

  test('never lies inside the archive or the source', async () => {
    const here = await machine();
    const before = contentsOf(here.root);
    for (const out of ['kept/p.plan', 'kept/source-mac/p.plan', shop(here, 'p.plan')]) {
      const { code, stderr } = await here.run(['plan', ...base, '--out', out]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/lies inside the (archive|source)/)]);
    }
    expect(contentsOf(here.root)).toEqual(before);
  });

  test('where it cannot be written says so, and leaves the plan that is there', async () => {
    const here = await machine();
    const folder = join(here.cwd, 'plans');
    mkdirSync(folder);
    here.withoutRoot();
    expect((await here.run(['plan', ...base, '--out', 'plans/p.plan'])).code).toBe(0);
    const before = readFileSync(join(folder, 'p.plan'), 'utf8');
    chmodSync(folder, 0o555);
    const { code, stderr } = await here.run(['plan', ...base, '--out', 'plans/p.plan']);
    expect([code, stderr]).toEqual([6, 'error: plans/p.plan: permission denied\n']);
    expect(readFileSync(join(folder, 'p.plan'), 'utf8')).toBe(before);
  });
});

describe('backup --plan', () => {
  test('does exactly what was planned, once', async () => {
    const here = await machine();
    const planned = await saved(here);
    const done = await here.run(PLAN);
    expect(done.code).toBe(0);
    expect(told(done)).toEqual(told(planned));
    expect(done.summary).toMatchObject({ plan: 'p.plan', copied: 1, unchanged: 3, bytesMoved: LINE.length });
    expect((await here.run(PLAN.slice(0, -1))).stderr).toContain(
      'the saved plan is outdated: the ledger has moved',
    );
    await expectCompletes(here);
  });

  test('where no archive was yet makes it, and refuses one that was made since', async () => {
    const here = new Machine();
    writeSessions(here.projects);
    await saved(here);
    expect(existsSync(join(here.cwd, 'kept'))).toBe(false);
    const dry = await here.run([...PLAN, '--dry-run']);
    expect([dry.code, dry.summary['copied']]).toEqual([0, 3]);
    expect(existsSync(join(here.cwd, 'kept'))).toBe(false);
    const done = await here.run(PLAN);
    expect([done.code, done.summary['copied']]).toEqual([0, 3]);
    await expectCompletes(here);
    const again = await here.run(PLAN);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('there was no archive then, and there is one now');
  });

  test('through every way in which the files can change in between, each for itself', async () => {
    const here = new Machine();
    const ways: Readonly<Record<string, (path: string) => void>> = {
      grew: (path) => appendFileSync(path, LINE),
      shrank: (path) => truncateSync(path, 10),
      touched: (path) => utimesSync(path, THEN + 9, THEN + 9),
      rewritten: (path) => writeFileSync(path, 'x'.repeat(statSync(path).size)),
      inode: (path) => {
        writeFileSync(`${path}.lock`, 'x'.repeat(statSync(path).size));
        utimesSync(`${path}.lock`, THEN, THEN);
        renameSync(`${path}.lock`, path);
      },
      longer: (path) => {
        writeFileSync(`${path}.lock`, `${readFileSync(path, 'utf8')}more`);
        renameSync(`${path}.lock`, path);
      },
      deleted: (path) => rmSync(path),
      link: (path) => {
        rmSync(path);
        symlinkSync('/etc/hostname', path);
      },
    };
    const names = Object.keys(ways).flatMap((way) => [`new-${way}.jsonl`, `grown-${way}.jsonl`]);
    const wayOf = (name: string): string => /-(.*)\./.exec(name)?.[1] ?? '';
    writeFiles(
      shop(here, ''),
      Object.fromEntries(names.filter((name) => name.startsWith('grown')).map((name) => [name, LINE])),
    );
    writeFiles(shop(here, ''), { 'archive.jsonl': LINE, 'prefix.jsonl': LINE, 'unplanned.jsonl': LINE });
    expect((await here.run(['backup', ...base])).code).toBe(0);
    for (const name of [...names, 'archive.jsonl', 'prefix.jsonl']) {
      appendFileSync(shop(here, name), LINE);
      utimesSync(shop(here, name), THEN, THEN);
    }
    const planned = await saved(here);
    expect(told(planned)).toHaveLength(names.length + 2);

    for (const name of names) ways[wayOf(name)]?.(shop(here, name));
    appendFileSync(kept(here, 'archive.jsonl'), 'x');
    writeFileSync(shop(here, 'prefix.jsonl'), `X${LINE.slice(1)}${LINE}${LINE}`);
    appendFileSync(shop(here, 'unplanned.jsonl'), LINE);
    writeFiles(shop(here, ''), { 'appeared.jsonl': LINE });

    const dry = await here.run([...PLAN, '--dry-run']);
    const done = await here.run(PLAN);
    expect([dry.code, done.code]).toEqual([3, 3]);
    expect(told(done)).toEqual(told(dry));
    const bytes = LINE.length;
    expect(told(done)).toEqual(
      [
        ...names.map((name) => {
          if (wayOf(name) !== 'grew') return `${name}: refused source-changed-since-plan 0`;
          return name.startsWith('new') ? `${name}: copied new ${bytes}` : `${name}: appended grew ${bytes}`;
        }),
        'archive.jsonl: refused archive-changed-since-plan 0',
        'prefix.jsonl: refused not-as-planned 0',
      ].sort(),
    );
    expect(done.summary).toMatchObject({
      copied: 1,
      appended: 1,
      refused: names.length,
      bytesMoved: 2 * bytes,
    });
    expect(readFileSync(kept(here, 'new-grew.jsonl'), 'utf8')).toBe(LINE);
    expect(readFileSync(kept(here, 'grown-grew.jsonl'), 'utf8')).toBe(LINE.repeat(2));
    expect(readFileSync(kept(here, 'prefix.jsonl'), 'utf8')).toBe(LINE);
    expect(readFileSync(kept(here, 'unplanned.jsonl'), 'utf8')).toBe(LINE);
    expect(existsSync(kept(here, 'appeared.jsonl'))).toBe(false);
    expect(done.events).toContainEqual(
      expect.objectContaining({
        level: 'info',
        message: expect.stringContaining('2 files that are not in the plan') as string,
      }),
    );

    // The archive was harmed by this test itself: one run finds that, and mends it.
    const mended = await here.run(['backup', ...base, '--json']);
    expect([mended.code, mended.summary['alarms']]).toEqual([
      4,
      ['mac/shop: archive.jsonl: changed-in-archive'],
    ]);
    await expectCompletes(here, 3);
    for (const name of [
      'new-grew.jsonl',
      'grown-grew.jsonl',
      'prefix.jsonl',
      'unplanned.jsonl',
      'appeared.jsonl',
    ])
      expect(readFileSync(kept(here, name), 'utf8')).toBe(readFileSync(shop(here, name), 'utf8'));
  });

  const CONFIG = `sources:
  mac:
    type: local
    path: ~/.claude/projects
    repos: { shop: -home-anna-shop }
targets:
  nas: { type: local, path: kept }
`;
  const byConfig = ['backup', '--plan', 'p.plan', '--json'];

  /** A machine with that configuration, an archive, and a plan for what has come since. */
  async function configured(): Promise<Machine> {
    const here = new Machine();
    writeSessions(here.projects);
    writeFileSync(join(here.cwd, 'sessionkeep.yaml'), CONFIG);
    expect((await here.run(['backup'])).code).toBe(0);
    appendFileSync(shop(here, 'new.jsonl'), LINE);
    expect((await here.run(['plan', '--out', 'p.plan'])).code).toBe(0);
    return here;
  }

  async function expectOutdated(here: Machine, text: RegExp): Promise<void> {
    const before = contentsOf(here.cwd);
    const done = await here.run(byConfig);
    expect([done.code, told(done)], text.source).toEqual([2, []]);
    expect(done.stderr).toMatch(text);
    expect(contentsOf(here.cwd)).toEqual(before);
  }

  test('refuses all of it under another configuration', async () => {
    const here = await configured();
    for (const [from, to, text] of [
      ['    repos', '    origin: other\n    repos', /it was made for local:.*, this is other/],
      ['-home-anna-shop', '-home-anna-notes', /folders -home-anna-shop, these are -home-anna-notes/],
      ['shop:', 'store:', /there is no such repo any more/],
      [
        '    repos',
        "    exclude: ['new*']\n    repos",
        /the rules of what to keep \(include, exclude\) were others/,
      ],
      ['nas:', 'other:', /is a plan for the archive nas, and this run is not/],
      ['mac:', 'pc:', /is a plan for the source "mac", and this run is not/],
    ] as const) {
      writeFileSync(join(here.cwd, 'sessionkeep.yaml'), CONFIG.replace(from, to));
      await expectOutdated(here, text);
    }
    writeFileSync(join(here.cwd, 'sessionkeep.yaml'), CONFIG);
    const done = await here.run(byConfig);
    expect([done.code, done.summary['copied']]).toEqual([0, 1]);
    expect((await here.run(['verify', '--deep'])).code).toBe(0);
  });

  test.each<[string, (here: Machine) => unknown, RegExp]>([
    ['another run', (here) => here.run(['backup']), /the ledger has moved/],
    [
      'another archive came in its place',
      async (here) => {
        rmSync(join(here.root, 'state'), { recursive: true });
        rmSync(join(here.cwd, 'kept'), { recursive: true });
        await here.run(['backup']);
      },
      /it is for another archive/,
    ],
    [
      'its archive was taken away',
      (here) => {
        rmSync(join(here.root, 'state'), { recursive: true });
        rmSync(join(here.cwd, 'kept'), { recursive: true });
      },
      /its archive is not there any more/,
    ],
  ])('refuses all of it after %s', async (_, change, text) => {
    const here = await configured();
    await change(here);
    await expectOutdated(here, text);
    expect((await here.run(['backup'])).code).toBe(0);
    expect((await here.run(['verify', '--deep'])).code).toBe(0);
  });

  test('takes --source, --repo and --to to pick parts, which stand for themselves', async () => {
    const here = new Machine();
    writeSessions(here.projects);
    await saved(here);
    await here.run(['backup', ...base]);
    appendFileSync(shop(here, 'new.jsonl'), LINE);
    writeFiles(join(here.projects, '-home-anna-notes'), { 'new.jsonl': LINE });
    await saved(here);
    const one = await here.run([...PLAN, '--repo', 'shop']);
    expect([one.code, told(one)]).toEqual([0, [`new.jsonl: copied new ${LINE.length}`]]);
    expect((await here.run([...PLAN, '--repo', 'nothing'])).code).toBe(2);
    // What was done is outdated now; the other part is not.
    const rest = await here.run(PLAN);
    expect([rest.code, told(rest)]).toEqual([3, [`new.jsonl: copied new ${LINE.length}`]]);
    expect(rest.stderr).toContain('mac/shop: the saved plan is outdated');
    await expectCompletes(here);
    const other = await here.run(['backup', '--plan', 'p.plan', '--source', 'pc', '--to', 'kept']);
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('has nothing of what was chosen'),
    ]);
    const nameless = await here.run(['backup', '--plan', 'p.plan', '--to', 'kept']);
    expect([nameless.code, nameless.stderr]).toEqual([2, expect.stringContaining('name it: --source mac')]);
  });

  test('to several targets, each by its own part', async () => {
    const here = new Machine();
    writeSessions(here.projects);
    writeFileSync(join(here.cwd, 'sessionkeep.yaml'), `${CONFIG}  usb: { type: local, path: usb }\n`);
    const plan = await here.run(['plan', '--out', 'p.plan']);
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('usb: mac/shop: 2 new')]);
    expect((await here.run(['backup', '--to', 'usb'])).code).toBe(0);
    const done = await here.run(byConfig);
    expect([done.code, done.summary['copied']]).toEqual([3, 2]);
    expect(done.stderr).toContain('usb: mac/shop: the saved plan is outdated');
    expect(contentsOf(join(here.cwd, 'kept', 'source-mac'))).toEqual(
      contentsOf(join(here.cwd, 'usb', 'source-mac')),
    );
    const picked = await here.run([...byConfig, '--to', 'usb']);
    expect(picked.code).toBe(2);
  });

  test('takes what the plan was made with, and wants --rebind said again', async () => {
    const here = await machine();
    const size = statSync(shop(here, 'new.jsonl')).size;
    await saved(here);
    expect((await here.run([...PLAN, '--checksum'])).code).toBe(2);
    expect((await here.run([...PLAN, '--rebind'])).stderr).toContain('it was made without --rebind');
    const file = shop(here, '3f0c1a52-7d1e-4a53-9c5e-0a1b2c3d4e5f.jsonl');
    const { atimeMs, mtimeMs } = statSync(file);
    writeFileSync(file, 'x'.repeat(statSync(file).size));
    utimesSync(file, atimeMs / 1000, mtimeMs / 1000);
    const plan = await here.run(['plan', ...base, '--checksum', '--out', 'p.plan', '--json']);
    expect(plan.summary).toMatchObject({ copied: 1, superseded: 1 });
    const done = await here.run(PLAN);
    expect([done.code, told(done)]).toEqual([0, told(plan)]);
    expect(size).toBe(LINE.length);

    // As from another machine: planning needs --rebind, and so does doing it, whatever the plan says.
    renameSync(here.projects, join(here.home, 'moved'));
    const moved = ['--from', join(here.home, 'moved'), ...base];
    appendFileSync(join(here.home, 'moved', '-home-anna-shop', 'new.jsonl'), LINE);
    expect((await here.run(['plan', ...moved, '--out', 'p.plan'])).code).toBe(2);
    expect((await here.run(['plan', ...moved, '--rebind', '--out', 'p.plan'])).code).toBe(0);
    const without = await here.run(['backup', '--plan', 'p.plan', ...moved]);
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('it was made with --rebind')]);
    expect((await here.run(['backup', '--plan', 'p.plan', ...moved, '--rebind'])).code).toBe(0);
  });
});

describe('a plan that is none', () => {
  const line = (value: object, prev: string): { text: string; head: string } => {
    const { bytes, sha256: head } = encodeChained(value, prev, nodeSha256);
    return { text: new TextDecoder().decode(bytes), head };
  };
  /** A plan in which somebody changed a step, and all that hangs on it. */
  const forged = (text: string, change: (step: Record<string, unknown>) => object): string => {
    let prev = GENESIS;
    const lines = text
      .trimEnd()
      .split('\n')
      .map((old) => {
        const { prev: _, ...value } = JSON.parse(old) as Record<string, unknown>;
        const made = line(value['kind'] === 'step' ? change(value) : value, prev);
        prev = made.head;
        return made.text;
      });
    return lines.join('');
  };

  const NONE: readonly (readonly [string, (text: string) => string | Uint8Array, RegExp])[] = [
    ['cut off', (text) => text.slice(0, text.lastIndexOf('{')), /is no whole plan: line 5: it is cut off/],
    ['cut off in a line', (text) => text.slice(0, -10), /cut off/],
    ['edited', (text) => text.replace('"bytes":', '"bytes": '), /is no whole plan/],
    ['empty', () => '', /the file is empty/],
    ['a log', () => LINE.repeat(3), /is no whole plan: line 1/],
    ['binary', () => Uint8Array.from({ length: 5000 }, (_, at) => at % 256), /is no whole plan: line 1/],
    ['one huge line', () => 'x'.repeat(3_000_000), /longer than a line may be/],
    ['of another version', (text) => text.replace('"format":1', '"format":2'), /written by a later version/],
    [
      'with a path that leads out',
      (text) => forged(text, (step) => ({ ...step, path: '../../etc/passwd' })),
      /line 4: its fields are not valid/,
    ],
    [
      'with an absolute path',
      (text) => forged(text, (step) => ({ ...step, path: '/etc/passwd' })),
      /not valid/,
    ],
    [
      'with a size beyond counting',
      (text) => forged(text, (step) => ({ ...step, bytes: 1e30 })),
      /not valid/,
    ],
    ['with totals that do not add up', (text) => forged(text, (step) => ({ ...step, bytes: 1 })), /totals/],
  ];

  test('is refused before anything is done', async () => {
    const here = await machine();
    await saved(here);
    const plan = join(here.cwd, 'p.plan');
    const whole = readFileSync(plan, 'utf8');
    const before = stateOf(join(here.cwd, 'kept'));
    for (const [what, change, text] of NONE) {
      writeFileSync(plan, change(whole));
      const done = await here.run(PLAN);
      expect([done.code, told(done)], what).toEqual([2, []]);
      expect(done.stderr, what).toMatch(text);
      expect(stateOf(join(here.cwd, 'kept')), what).toEqual(before);
    }
    writeFileSync(plan, whole);
    expect((await here.run(PLAN)).code).toBe(0);
    await expectCompletes(here);
  });

  test('that was forged leaves out what it says wrongly, and does nothing else', async () => {
    const here = await machine();
    await saved(here);
    const plan = join(here.cwd, 'p.plan');
    const whole = readFileSync(plan, 'utf8');
    for (const change of [
      { outcome: 'superseded', reason: 'rewritten' },
      { reason: 'a-later-reason' },
      { source: { size: 2 ** 50, mtime: '1', identity: '' } },
      { target: { size: 1, mtime: '1', stored: 'elsewhere.jsonl' } },
      { path: 'nobody.jsonl' },
    ]) {
      writeFileSync(
        plan,
        forged(whole, (step) => ({ ...step, ...change })),
      );
      const done = await here.run(PLAN);
      expect([done.code, done.summary['refused'], done.summary['copied']]).toEqual([3, 1, 0]);
      expect(existsSync(kept(here, 'new.jsonl'))).toBe(false);
    }
    await expectCompletes(here);
  });

  test('there is none, or it is no file', async () => {
    const here = await machine();
    const missing = await here.run(['backup', '--plan', 'nowhere.plan', ...base]);
    expect([missing.code, missing.stderr]).toEqual([
      2,
      'error: nowhere.plan: there is no such file or folder; `sessionkeep plan --out FILE` makes one\n',
    ]);
    expect((await here.run(['backup', '--plan', 'kept', ...base])).stderr).toContain('kept is no file');
  });
});
