import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Machine, type Ran } from './helpers/run-built.js';
import { logLine, writeFiles } from './helpers/sessions.js';
import { contentsOf, digestOf } from './helpers/tree.js';

const base = ['--source', 'mac', '--to', 'kept', '--json'];

/** Two repos that three runs kept, with logs that began and grew. */
class Kept extends Machine {
  readonly meta = join(this.cwd, 'kept', '.sessionkeep', 'source-mac');
  readonly ledger = join(this.meta, 'repo-shop', 'ledger', '000001.log');

  async fill(): Promise<void> {
    for (let run = 0; run < 3; run++) {
      for (const repo of ['shop', 'notes']) {
        const line = logLine(`/home/anna/${repo}`, `run ${run}`);
        writeFiles(this.projects, { [`-home-anna-${repo}/run-${run}.jsonl`]: line });
        appendFileSync(join(this.projects, `-home-anna-${repo}`, 'first.jsonl'), line);
      }
      expect((await this.run(['backup', ...base])).code).toBe(0);
    }
  }

  verify(): Promise<Ran> {
    return this.run(['verify', ...base, '--deep']);
  }

  repair(): Promise<Ran> {
    return this.run(['repair', '--to', 'kept', '--source', 'mac', '--repo', 'shop', '--json']);
  }

  lines(): string[] {
    return readFileSync(this.ledger, 'utf8').split('\n').slice(0, -1);
  }

  segments(): string[] {
    return readdirSync(join(this.meta, 'repo-shop', 'ledger')).sort();
  }
}

const HARMS: Readonly<Record<string, (here: Kept) => void>> = {
  'a flipped byte': ({ ledger }) => {
    const bytes = readFileSync(ledger);
    const at = bytes.length >> 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(ledger, bytes);
  },
  'a missing line': (here) =>
    writeFileSync(
      here.ledger,
      `${here
        .lines()
        .filter((_, at) => at !== 3)
        .join('\n')}\n`,
    ),
  'two lines exchanged': (here) => {
    const [first = '', second = '', third = '', ...rest] = here.lines();
    writeFileSync(here.ledger, `${[first, third, second, ...rest].join('\n')}\n`);
  },
  'its last lines cut off': (here) => writeFileSync(here.ledger, `${here.lines().slice(0, -3).join('\n')}\n`),
  'nothing in it': ({ ledger }) => truncateSync(ledger, 0),
  "another repo's ledger in its place": ({ ledger, meta }) =>
    copyFileSync(join(meta, 'repo-notes', 'ledger', '000001.log'), ledger),
  'binary garbage in its place': ({ ledger }) => writeFileSync(ledger, Buffer.alloc(5000, 0xfe)),
};

test.each(Object.entries(HARMS))(
  'a ledger with %s: verify finds it, repair says what it did, and all is well again',
  async (_, harm) => {
    const here = new Kept();
    await here.fill();
    const files = contentsOf(join(here.cwd, 'kept', 'source-mac'));
    harm(here);
    const harmed = readFileSync(here.ledger);

    const found = await here.verify();
    expect([found.code, found.summary['ok']]).toEqual([4, false]);
    expect(found.summary['alarms']).not.toEqual([]);
    const repaired = await here.repair();
    expect([repaired.code, repaired.stderr]).toEqual([0, '']);
    expect(repaired.stdout).toContain('"repo":"shop"');
    expect(repaired.stdout).toMatch(/goes on (in a new segment|from what is there)/);
    // What was damaged stays to be looked at.
    expect(readFileSync(here.ledger)).toEqual(harmed);

    const content = await here.verify();
    expect([content.code, content.summary['alarms']], content.stdout).toEqual([0, []]);
    const backup = await here.run(['backup', ...base]);
    expect([backup.code, backup.summary], backup.stderr).toMatchObject([0, { alarms: [], damaged: 0 }]);
    const after = await here.verify();
    expect([after.code, after.summary], after.stdout).toMatchObject([0, { alarms: [] }]);
    expect(contentsOf(join(here.cwd, 'kept', 'source-mac'))).toEqual(files);
    expect((await here.run(['backup', ...base])).summary).toMatchObject({
      ok: true,
      files: 8,
      unchanged: 8,
      bytesMoved: 0,
    });
    const nothing = await here.repair();
    expect([nothing.code, nothing.stdout]).toEqual([0, expect.stringContaining('nothing was wrong')]);
  },
);

test('a rewrite whose lines were lost: told of once, and both its versions stay', async () => {
  const here = new Kept();
  await here.fill();
  const first = join(here.projects, '-home-anna-shop', 'first.jsonl');
  const old = digestOf(first);
  writeFileSync(first, logLine('/home/anna/shop', 'written anew'));
  const lines = here.lines().length;
  expect((await here.run(['backup', ...base])).summary).toMatchObject({ ok: true, superseded: 1 });
  writeFileSync(here.ledger, `${here.lines().slice(0, lines).join('\n')}\n`);
  expect((await here.repair()).code).toBe(0);
  const met = await here.run(['backup', ...base]);
  expect([met.code, met.summary['failed'], met.summary['damaged']]).toEqual([4, 0, 0]);
  expect((await here.run(['backup', ...base])).summary).toMatchObject({ ok: true, unchanged: 8, alarms: [] });
  expect((await here.verify()).code).toBe(0);
  expect(digestOf(join(here.cwd, 'kept', 'source-mac', 'repo-shop', 'first.jsonl'))).toBe(digestOf(first));
  expect(readdirSync(join(here.meta, 'repo-shop', 'versions'))).toContain(old);
});

test('a torn last line is no damage: the next run cuts it off and goes on', async () => {
  const here = new Kept();
  await here.fill();
  const { size } = statSync(here.ledger);
  writeFileSync(here.ledger, '{"kind":"kept","pa', { flag: 'a' });
  expect((await here.verify()).code).toBe(0);
  writeFiles(here.projects, { '-home-anna-shop/more.jsonl': 'x\n' });
  expect((await here.run(['backup', ...base])).summary).toMatchObject({ ok: true, copied: 1, alarms: [] });
  expect(readFileSync(here.ledger).subarray(0, size).toString()).not.toContain('"pa{');
  expect(readFileSync(here.ledger, 'utf8')).not.toContain('{"kind":"kept","pa{');
  expect(here.segments()).toEqual(['000001.log']);
  expect((await here.verify()).code).toBe(0);
});

test('a backup that meets a damaged ledger keeps everything, exits 4 once, and goes on in a new segment', async () => {
  const here = new Kept();
  await here.fill();
  HARMS['a flipped byte']?.(here);
  writeFiles(here.projects, { '-home-anna-shop/more.jsonl': 'x\n' });
  const met = await here.run(['backup', ...base]);
  expect([met.code, met.summary['failed'], met.summary['damaged']]).toEqual([4, 0, 0]);
  expect(here.segments()).toEqual(['000001.log', '000002.log']);
  const header = JSON.parse(
    readFileSync(join(here.meta, 'repo-shop', 'ledger', '000002.log'), 'utf8').split('\n')[0] ?? '',
  ) as Record<string, unknown>;
  expect(header).toMatchObject({ kind: 'header', segment: 2, broken: { segment: 1 } });
  const next = await here.run(['backup', ...base]);
  expect([next.code, next.summary]).toMatchObject([0, { files: 9, unchanged: 9, bytesMoved: 0, alarms: [] }]);
  expect(contentsOf(join(here.cwd, 'kept', 'source-mac', 'repo-shop'))).toEqual(
    contentsOf(join(here.projects, '-home-anna-shop')),
  );
});

test('a damaged run list: found, put aside by repair, begun anew', async () => {
  const here = new Kept();
  await here.fill();
  const runs = join(here.meta, 'repo-shop', 'runs.log');
  const [, ...rest] = readFileSync(runs, 'utf8').split('\n');
  writeFileSync(runs, rest.join('\n'));
  expect((await here.verify()).code).toBe(4);
  const repaired = await here.repair();
  expect([repaired.code, repaired.stdout]).toEqual([0, expect.stringContaining('put aside')]);
  expect((await here.verify()).code).toBe(0);
  expect((await here.run(['backup', ...base])).code).toBe(0);
  expect((await here.verify()).code).toBe(0);
});
