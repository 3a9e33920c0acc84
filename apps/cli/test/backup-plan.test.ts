import { encodeChained, GENESIS } from '@sessionkeep/core';
import { nodeSha256 } from '@sessionkeep/transport-local';
import {
  appendFileSync,
  existsSync,
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
import { describe, expect, test } from 'vitest';
import {
  BASE,
  expectCompletes,
  kept,
  LINE,
  machine,
  PLAN,
  saved,
  shop,
  THEN,
  told,
} from './helpers/plan-machine.js';
import { Machine } from './helpers/run-built.js';
import { writeFiles, writeSessions } from './helpers/sessions.js';
import { contentsOf, stateOf } from './helpers/tree.js';

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
    expect((await here.run(['backup', ...BASE])).code).toBe(0);
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
    const mended = await here.run(['backup', ...BASE, '--json']);
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
    await here.run(['backup', ...BASE]);
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
    const plan = await here.run(['plan', ...BASE, '--checksum', '--out', 'p.plan', '--json']);
    expect(plan.summary).toMatchObject({ copied: 1, superseded: 1 });
    const done = await here.run(PLAN);
    expect([done.code, told(done)]).toEqual([0, told(plan)]);
    expect(size).toBe(LINE.length);

    // As from another machine: planning needs --rebind, and so does doing it, whatever the plan says.
    renameSync(here.projects, join(here.home, 'moved'));
    const moved = ['--from', join(here.home, 'moved'), ...BASE];
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
    const missing = await here.run(['backup', '--plan', 'nowhere.plan', ...BASE]);
    expect([missing.code, missing.stderr]).toEqual([
      2,
      'error: nowhere.plan: there is no such file or folder; `sessionkeep plan --out FILE` makes one\n',
    ]);
    expect((await here.run(['backup', '--plan', 'kept', ...BASE])).stderr).toContain('kept is no file');
  });
});
