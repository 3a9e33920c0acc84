import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keepFilter, type PlannedStep } from '@sessionkeep/core';
import { PlanWorld } from './helpers/plan-world.js';
import { contentsOf } from './helpers/tree.js';

/** Whole seconds, which can be set again exactly. */
const KEPT_AT = 1_700_000_000;
const PLANNED_AT = 1_700_001_000;

const KEPT = 'what was kept before\n';
const MORE = 'and what came then\n';
const OTHER = 'rewritten, and longer than it was before\n';

function write(path: string, text: string, time: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, time, time);
}

/** Another file under the name, as editors do it. */
function replace(path: string, text: string, time?: number): void {
  writeFileSync(`${path}.new`, text);
  if (time !== undefined) utimesSync(`${path}.new`, time, time);
  renameSync(`${path}.new`, path);
}

const bytesOf = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);

interface Planned {
  /** What the first backup kept of `log`. */
  readonly kept: string | null;
  /** What the plan was made from. */
  readonly source: string | null;
  readonly time?: number;
  readonly step: string;
  /** What the archive has when it was done. */
  readonly live: string;
}

/** Every kind of step that reads the source or speaks of it. */
const STEPS: Readonly<Record<string, Planned>> = {
  copy: { kept: null, source: KEPT, step: `copied new ${KEPT.length}`, live: KEPT },
  append: { kept: KEPT, source: KEPT + MORE, step: `appended grew ${MORE.length}`, live: KEPT + MORE },
  replace: { kept: KEPT, source: OTHER, step: `superseded rewritten ${OTHER.length}`, live: OTHER },
  restamp: { kept: KEPT, source: KEPT, step: 'restamped touched 0', live: KEPT },
};

type Change = (path: string, planned: Planned) => void;

const size = (planned: Planned): number => planned.source?.length ?? 0;

/** What becomes of the source's file between plan and execution; each makes its step be refused. */
const REFUSED: Readonly<Record<string, Change>> = {
  shrank: (path, planned) => truncateSync(path, size(planned) - 3),
  'became empty': (path) => truncateSync(path, 0),
  'was touched': (path) => utimesSync(path, PLANNED_AT + 5, PLANNED_AT + 5),
  'was rewritten to the same size': (path, planned) => writeFileSync(path, 'x'.repeat(size(planned))),
  'is another file of the same size and time': (path, planned) =>
    replace(path, 'x'.repeat(size(planned)), PLANNED_AT),
  'is the same bytes in another file': (path, planned) => replace(path, planned.source ?? '', PLANNED_AT),
  'grew by being rewritten': (path, planned) => replace(path, `${planned.source ?? ''}${MORE}`),
  'grew, and is older now': (path) => {
    appendFileSync(path, MORE);
    utimesSync(path, KEPT_AT, KEPT_AT);
  },
  'was deleted': (path) => rmSync(path),
  'became a folder': (path) => {
    rmSync(path);
    write(join(path, 'inside.jsonl'), 'inside', PLANNED_AT);
  },
  'became a link that leads out': (path) => {
    rmSync(path);
    symlinkSync('/etc/hostname', path);
  },
  'became a link to another file': (path) => {
    rmSync(path);
    symlinkSync('still.jsonl', path);
  },
};

/** A world in which `log.jsonl` is as it was planned, beside files of which there is nothing to do and one that is new. */
async function planned(
  step: Planned,
): Promise<{ world: PlanWorld; plan: Awaited<ReturnType<PlanWorld['plan']>> }> {
  const world = new PlanWorld({ 'still.jsonl': 'still\n' });
  const log = world.source('log.jsonl');
  if (step.kept !== null) write(log, step.kept, KEPT_AT);
  expect(await world.backup()).toMatchObject({ outcome: 'done' });
  if (step.source === null) rmSync(log);
  else write(log, step.source, step.time ?? PLANNED_AT);
  write(world.source('beside.jsonl'), 'beside\n', PLANNED_AT);
  const plan = await world.plan();
  expect(plan.told).toEqual(['beside.jsonl: copied new 7', `log.jsonl: ${step.step}`]);
  return { world, plan };
}

/** The archive is whole; an ordinary backup completes it, and then source, archive and ledger agree. */
async function expectCompletes(world: PlanWorld, path = 'log.jsonl'): Promise<void> {
  expect(await world.verify()).toMatchObject({
    alarms: [],
    counts: { corrupt: 0, missing: 0, divergent: 0 },
  });
  const next = await world.backup();
  expect(next).toMatchObject({ failure: null, alarms: [], counts: { failed: 0 } });
  const source = bytesOf(world.source('still.jsonl'));
  expect(bytesOf(world.live('still.jsonl'))).toBe(source);
  const whole = next.counts.refused === 0 && existsSync(world.source(path));
  if (whole) expect(contentsOf(world.live(''))).toMatchObject(contentsOf(world.source('')));
  const verified = await world.verify();
  expect(verified).toMatchObject({ alarms: [], counts: { corrupt: 0, missing: 0, divergent: 0, grown: 0 } });
  // What cannot be kept beside what was, a folder under a file's name, stays new.
  if (next.counts.refused === 0) expect(verified.counts).toMatchObject({ changed: 0, new: 0 });
  expect(await world.backup()).toMatchObject({ linesWritten: 0, bytesMoved: 0 });
}

describe.each(Object.entries(STEPS))('a planned %s', (name, step) => {
  test('is done as it was planned', async () => {
    const { world, plan } = await planned(step);
    const done = await world.backup(plan);
    expect(done.told).toEqual(plan.told);
    expect(done).toMatchObject({ outcome: 'done', notices: [] });
    expect(bytesOf(world.live('log.jsonl'))).toBe(step.live);
    await expectCompletes(world);
    expect((await world.plan()).told).toEqual([]);
  });

  test('is done as it was planned where the source has grown since, and the next run has the rest', async () => {
    const { world, plan } = await planned(step);
    appendFileSync(world.source('log.jsonl'), MORE);
    const done = await world.backup(plan);
    expect(done.told).toEqual(plan.told);
    expect(done).toMatchObject({ outcome: 'done', notices: [] });
    expect(bytesOf(world.live('log.jsonl'))).toBe(step.live);
    expect((await world.plan()).told).toEqual([`log.jsonl: appended grew ${MORE.length}`]);
    await expectCompletes(world);
  });

  test.each(Object.entries(REFUSED))('is refused alone where the source %s', async (_, change) => {
    const { world, plan } = await planned(step);
    change(world.source('log.jsonl'), step);
    const done = await world.backup(plan);
    expect(done).toMatchObject({ outcome: 'partial', failure: null, counts: { refused: 1, copied: 1 } });
    expect(done.told).toEqual([
      'beside.jsonl: copied new 7',
      'log.jsonl: refused source-changed-since-plan 0',
    ]);
    expect(bytesOf(world.live('log.jsonl'))).toBe(step.kept);
    expect(bytesOf(world.live('beside.jsonl'))).toBe('beside\n');
    await expectCompletes(world);
  });

  test('notices that the kept part was changed while it grew', async () => {
    const { world, plan } = await planned(step);
    const log = world.source('log.jsonl');
    writeFileSync(log, `CHANGED${(step.source ?? '').slice(7)}${MORE}`);
    const done = await world.backup(plan);
    if (name === 'append' || name === 'restamp') {
      expect(done.told).toContain('log.jsonl: refused not-as-planned 0');
      expect(bytesOf(world.live('log.jsonl'))).toBe(step.kept);
    } else {
      // Nothing of it was kept before: what was planned is its first bytes, whatever they are now.
      expect(done.told).toEqual(plan.told);
      expect(bytesOf(world.live('log.jsonl'))).toBe(`CHANGED${step.live.slice(7)}`);
    }
    await expectCompletes(world);
  });
});

/** What becomes of the file in the archive between plan and execution. */
const HARM: Readonly<Record<string, Change>> = {
  grew: (path) => appendFileSync(path, 'x'),
  shrank: (path) => truncateSync(path, 3),
  'was touched': (path) => utimesSync(path, PLANNED_AT, PLANNED_AT),
  'was deleted': (path) => rmSync(path),
  'was replaced': (path) => replace(path, OTHER),
};

describe.each(Object.entries(STEPS).filter(([, { kept }]) => kept !== null))(
  'a planned %s',
  (_name, step) => {
    test.each(Object.entries(HARM))(
      'is refused alone where the file in the archive %s, and the next run sees to that',
      async (_, change) => {
        const { world, plan } = await planned(step);
        change(world.live('log.jsonl'), step);
        const harmed = bytesOf(world.live('log.jsonl'));
        const done = await world.backup(plan);
        expect(done).toMatchObject({ outcome: 'partial', failure: null, alarms: [], counts: { refused: 1 } });
        expect(done.told).toEqual([
          'beside.jsonl: copied new 7',
          'log.jsonl: refused archive-changed-since-plan 0',
        ]);
        expect(bytesOf(world.live('log.jsonl'))).toBe(harmed);
        expect(await world.backup()).toMatchObject({ failure: null, counts: { failed: 0, damaged: 0 } });
        await expectCompletes(world);
      },
    );
  },
);

test('a planned copy is refused where the archive has got a file of that name', async () => {
  const { world, plan } = await planned(STEPS['copy']!);
  write(world.live('log.jsonl'), 'somebody was here', PLANNED_AT);
  expect((await world.backup(plan)).told).toContain('log.jsonl: refused archive-changed-since-plan 0');
  expect(bytesOf(world.live('log.jsonl'))).toBe('somebody was here');
  await expectCompletes(world);
});

describe('a planned note of a deletion', () => {
  const GONE: Planned = { kept: KEPT, source: null, step: 'retained deleted-at-source 0', live: KEPT };

  test('is written where the file is still away', async () => {
    const { world, plan } = await planned(GONE);
    expect((await world.backup(plan)).told).toEqual(plan.told);
    expect((await world.plan()).told).toEqual([]);
    await expectCompletes(world);
  });

  test('is refused where the file is there again', async () => {
    const { world, plan } = await planned(GONE);
    write(world.source('log.jsonl'), KEPT, KEPT_AT);
    expect((await world.backup(plan)).told).toContain('log.jsonl: refused source-changed-since-plan 0');
    expect((await world.plan()).told).toEqual([]);
    await expectCompletes(world);
  });
});

describe('a planned refusal', () => {
  test('is told again, and a link that has become a file is not read', async () => {
    const world = new PlanWorld({ 'still.jsonl': 'still\n' });
    symlinkSync('/etc/hostname', world.source('link.jsonl'));
    const plan = await world.plan();
    expect((await world.backup(plan)).told).toEqual([
      'link.jsonl: refused link-out 0',
      'still.jsonl: copied new 6',
    ]);
    const next = await world.plan();
    rmSync(world.source('link.jsonl'));
    write(world.source('link.jsonl'), 'a file', PLANNED_AT);
    expect((await world.backup(next)).told).toEqual(['link.jsonl: refused source-changed-since-plan 0']);
    expect(bytesOf(world.live('link.jsonl'))).toBeNull();
    await expectCompletes(world, 'link.jsonl');
  });
});

test('what the plan does not name is left alone, whatever became of it', async () => {
  const world = new PlanWorld({ 'still.jsonl': 'still\n', 'deleted.jsonl': 'd\n', 'grown.jsonl': 'g\n' });
  await world.backup();
  appendFileSync(world.source('still.jsonl'), 'planned\n');
  const plan = await world.plan();
  expect(plan.told).toEqual(['still.jsonl: appended grew 8']);
  rmSync(world.source('deleted.jsonl'));
  appendFileSync(world.source('grown.jsonl'), 'more\n');
  write(world.source('new.jsonl'), 'new\n', PLANNED_AT);
  const done = await world.backup(plan);
  expect(done).toMatchObject({ outcome: 'done', linesWritten: 1, counts: { appended: 1, retained: 0 } });
  expect(done.told).toEqual(plan.told);
  expect(done.notices).toEqual([
    '3 files that are not in the plan may be new or changed: left for a backup without it',
  ]);
  expect(bytesOf(world.live('grown.jsonl'))).toBe('g\n');
  expect(bytesOf(world.live('new.jsonl'))).toBeNull();
  expect((await world.plan()).told).toEqual([
    'deleted.jsonl: retained deleted-at-source 0',
    'grown.jsonl: appended grew 5',
    'new.jsonl: copied new 4',
  ]);
  await expectCompletes(world);
});

describe('a plan is outdated as a whole', () => {
  type World = PlanWorld;
  const OUTDATED: Readonly<Record<string, readonly [(world: World) => Promise<void> | void, RegExp]>> = {
    'when another run has kept something': [
      async (world) => {
        write(world.source('other.jsonl'), 'other', PLANNED_AT);
        await world.backup();
      },
      /the ledger has moved/,
    ],
    'when it was carried out already': [
      async (world) => {
        await world.backup(await world.plan());
      },
      /the ledger has moved/,
    ],
    'when another archive lies there': [
      (world) => {
        const file = join(world.archive, '.sessionkeep', 'target.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace(/"id":"[^"]+"/, '"id":"00000000-other"'));
      },
      /it is for another archive/,
    ],
    'when its ledger was taken away': [
      (world) => rmSync(join(world.archive, '.sessionkeep', 'source-mac'), { recursive: true }),
      /the ledger has moved/,
    ],
    'when the source is another': [
      (world) => {
        world.options = { origin: 'test:/elsewhere' };
      },
      /made for test:\/home, this is test:\/elsewhere/,
    ],
    'when the repo has other project folders': [
      (world) => {
        world.options = { repo: { name: 'home', aliases: [], layout: 'folders', projects: ['-home', '-x'] } };
      },
      /project folders -home, these are -home, -x/,
    ],
    'when other files are kept': [
      (world) => {
        world.options = { filter: keepFilter({ exclude: ['log*'] }) };
      },
      /include, exclude/,
    ],
    'when the ledger is to be bound anew': [
      (world) => {
        world.options = { rebind: true };
      },
      /without --rebind/,
    ],
  };

  test.each(Object.entries(OUTDATED))('%s', async (_, [change, text]) => {
    const { world, plan } = await planned(STEPS['append']!);
    await change(world);
    const before = contentsOf(world.archive);
    const done = await world.backup(plan);
    expect(done.failure).toMatchObject({ kind: 'outdated' });
    expect(done.failure?.message).toMatch(text);
    expect(done.told).toEqual([]);
    expect(contentsOf(world.archive)).toEqual(before);
  });

  test('when an archive has been made where there was none; it makes one where there is still none', async () => {
    const world = new PlanWorld({ 'log.jsonl': KEPT });
    const plan = await world.plan();
    expect(plan.basis.archive).toBeNull();
    expect(await world.backup(plan)).toMatchObject({ outcome: 'done', told: plan.told });
    await expectCompletes(world);

    const other = new PlanWorld({ 'log.jsonl': KEPT });
    const late = await other.plan();
    other.options = { place: { source: 'mac', repo: 'elsewhere' } };
    await other.backup();
    other.options = {};
    const before = contentsOf(other.archive);
    expect((await other.backup(late)).failure).toMatchObject({
      kind: 'outdated',
      message: expect.stringContaining('there was no archive then, and there is one now') as string,
    });
    expect(contentsOf(other.archive)).toEqual(before);
  });

  test('when its archive is not there any more', async () => {
    const { world, plan } = await planned(STEPS['append']!);
    rmSync(world.archive, { recursive: true });
    expect((await world.backup(plan)).failure).toMatchObject({ kind: 'outdated' });
    expect(bytesOf(world.live('log.jsonl'))).toBeNull();
  });
});

describe('a forged plan', () => {
  const FORGED: Readonly<Record<string, Partial<PlannedStep>>> = {
    'another outcome': { outcome: 'superseded', reason: 'rewritten' },
    'an outcome that reads nothing': { outcome: 'restamped', reason: 'touched', bytes: 0 },
    'a deletion': { outcome: 'retained', reason: 'deleted-at-source', bytes: 0, source: null },
    'huge bytes': { bytes: 2 ** 52 },
    'a huge size': { source: { size: 2 ** 52, mtime: BigInt(PLANNED_AT) * 10n ** 9n, identity: '' } },
    'another identity': { source: { size: 40, mtime: BigInt(PLANNED_AT) * 10n ** 9n, identity: 'x' } },
    'no source': { source: null },
    'no target': { target: null },
    'another target': { target: { size: 1, mtime: 1n } },
    'a target under another name': { target: { size: 21, mtime: 1n, stored: 'still.jsonl' as never } },
  };

  test.each(Object.entries(FORGED))('that says %s of a file leaves it out', async (_, forged) => {
    const { world, plan } = await planned(STEPS['append']!);
    const step = plan.steps.get('log.jsonl')!;
    const steps = new Map(plan.steps).set('log.jsonl', { ...step, ...forged });
    const done = await world.backup({ ...plan, steps });
    expect(done).toMatchObject({ outcome: 'partial', counts: { refused: 1 } });
    expect(bytesOf(world.live('log.jsonl'))).toBe(KEPT);
    await expectCompletes(world);
  });

  test('that names files that nobody has, or that nothing is to be done for, does nothing to them', async () => {
    const { world, plan } = await planned(STEPS['append']!);
    const step = plan.steps.get('log.jsonl')!;
    const steps = new Map(plan.steps)
      .set('nobody.jsonl', { ...step, path: 'nobody.jsonl' as never })
      .set('still.jsonl', { ...step, path: 'still.jsonl' as never });
    const done = await world.backup({ ...plan, steps });
    expect(done).toMatchObject({ outcome: 'partial', counts: { refused: 2, appended: 1, copied: 1 } });
    expect(bytesOf(world.live('still.jsonl'))).toBe('still\n');
    await expectCompletes(world);
  });

  test('that says a log was shorter keeps its beginning, and the next run has the rest', async () => {
    const { world, plan } = await planned(STEPS['copy']!);
    const step = plan.steps.get('log.jsonl')!;
    const source = { ...step.source!, size: 5, mtime: 1n };
    const done = await world.backup({
      ...plan,
      steps: new Map([['log.jsonl', { ...step, bytes: 5, source }]]),
    });
    expect(done.told).toEqual(['log.jsonl: copied new 5']);
    await expectCompletes(world);
    expect(bytesOf(world.live('log.jsonl'))).toBe(KEPT);
  });
});

test('a dry run of a plan says what would be refused now, and writes nothing', async () => {
  const { world, plan } = await planned(STEPS['append']!);
  truncateSync(world.source('log.jsonl'), 3);
  const before = contentsOf(world.archive);
  world.options = { saved: plan };
  expect((await world.plan()).told).toEqual([
    'beside.jsonl: copied new 7',
    'log.jsonl: refused source-changed-since-plan 0',
  ]);
  expect(contentsOf(world.archive)).toEqual(before);
});
