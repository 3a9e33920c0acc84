import { createRandom } from '@sessionkeep/testkit/corpus';
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Machine, type Ran } from './helpers/run-built.js';
import { logLine, writeFiles } from './helpers/sessions.js';
import { contentsOf } from './helpers/tree.js';

const base = ['--source', 'mac', '--to', 'kept', '--json'];
const LINE = logLine('/home/anna/shop', 'moving');
const LINES = 60_000;

type Change = (path: string, turn: number) => void;

const CHANGES: Readonly<Record<string, Change>> = {
  grows: (path) => appendFileSync(path, LINE),
  shrinks: (path, turn) => truncateSync(path, Math.max(0, LINE.length * (LINES - turn * 100))),
  vanishes: (path) => rmSync(path, { force: true }),
  'is replaced': (path, turn) => {
    writeFileSync(`${path}.compact.tmp.1`, `${turn}\n`.repeat(LINES));
    renameSync(`${path}.compact.tmp.1`, path);
  },
  'is rewritten in place': (path, turn) => writeFileSync(path, logLine('/x', `${turn}`).repeat(LINES)),
};

/** A backup during which something happens to the source again and again, from the plan to the end. */
async function whileChanging(here: Machine, change: (turn: number) => void): Promise<Ran> {
  let timer: NodeJS.Timeout | undefined;
  let turn = 0;
  try {
    return await here.run(['backup', ...base], {
      onStdout: (text) => {
        if (timer !== undefined || !text.includes('"type":"planned"')) return;
        change(turn++);
        timer = setInterval(() => change(turn++), 2);
      },
    });
  } finally {
    clearInterval(timer);
  }
}

/** Whatever was kept is whole; and once the source stands still, so is everything. */
async function expectSettles(here: Machine): Promise<void> {
  const after = await here.run(['verify', ...base, '--deep']);
  expect(after.summary).toMatchObject({ missing: 0, corrupt: 0, alarms: [] });
  const next = await here.run(['backup', ...base]);
  expect([next.code, next.summary['alarms'], next.stderr]).toEqual([0, [], '']);
  const source = contentsOf(join(here.projects, '-home-anna-shop'));
  expect(contentsOf(join(here.cwd, 'kept', 'source-mac', 'repo-shop'))).toMatchObject(source);
  expect((await here.run(['verify', ...base, '--deep'])).code).toBe(0);
}

test.each(Object.entries(CHANGES))('a large log that %s while it is copied', async (_, change) => {
  const here = new Machine();
  const shop = join(here.projects, '-home-anna-shop');
  writeFiles(shop, {
    'still.jsonl': LINE,
    'moving.jsonl': LINE.repeat(LINES),
    'other.jsonl': LINE.repeat(LINES),
  });
  const backup = await whileChanging(here, (turn) => change(join(shop, 'moving.jsonl'), turn));
  expect([0, 3]).toContain(backup.code);
  // What stands still is kept whatever happens beside it.
  expect(contentsOf(join(here.cwd, 'kept', 'source-mac', 'repo-shop'))).toMatchObject({
    'still.jsonl': contentsOf(shop)['still.jsonl'],
    'other.jsonl': contentsOf(shop)['other.jsonl'],
  });
  await expectSettles(here);
});

test.each(Object.entries(CHANGES))(
  'a kept log that has grown, and %s while its end is appended',
  async (_, change) => {
    const here = new Machine();
    const shop = join(here.projects, '-home-anna-shop');
    writeFiles(shop, { 'still.jsonl': LINE, 'moving.jsonl': LINE.repeat(1000) });
    expect((await here.run(['backup', ...base])).code).toBe(0);
    appendFileSync(join(shop, 'moving.jsonl'), LINE.repeat(LINES - 1000));
    const backup = await whileChanging(here, (turn) => change(join(shop, 'moving.jsonl'), turn));
    expect([0, 3]).toContain(backup.code);
    expect(backup.summary).toMatchObject({ damaged: 0, alarms: [] });
    await expectSettles(here);
  },
);

test('many logs that all move at once', async () => {
  const here = new Machine();
  const shop = join(here.projects, '-home-anna-shop');
  const random = createRandom(7);
  const changes = Object.values(CHANGES);
  const names = Array.from({ length: 12 }, (_, at) => join(shop, `log-${at}.jsonl`));
  writeFiles(shop, { 'first.jsonl': LINE });
  for (const name of names) writeFileSync(name, LINE.repeat(5000));
  for (let round = 0; round < 3; round++) {
    const backup = await whileChanging(here, (turn) => {
      const path = random.pick(names);
      try {
        random.pick(changes)(path, turn);
      } catch {
        // It was deleted before.
      }
    });
    expect([0, 3]).toContain(backup.code);
    expect(backup.summary).toMatchObject({ damaged: 0, alarms: [] });
    await expectSettles(here);
  }
});
