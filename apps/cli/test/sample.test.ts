import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Machine, type Ran } from './helpers/run-built.js';
import { logLine, writeFiles } from './helpers/sessions.js';
import { stateOf } from './helpers/tree.js';

type Fields = Readonly<Record<string, unknown>>;

const FILES = Array.from({ length: 30 }, (_, number) => `log-${number}.jsonl`);

class Kept extends Machine {
  readonly kept = join(this.cwd, 'kept');

  async prepare(): Promise<this> {
    for (const [number, name] of FILES.entries())
      writeFiles(this.projects, {
        [`-home-anna-shop/${name}`]: logLine('/home/anna/shop', name),
        [`-home-anna-notes/${name}`]: logLine('/home/anna/notes', name.repeat(number)),
      });
    expect((await this.run(['backup', ...BASE])).code).toBe(0);
    return this;
  }

  sample(percent: string, ...more: string[]): Promise<Ran> {
    return this.run(['verify', ...BASE, '--sample', percent, '--json', ...more]);
  }

  /** Other bytes of the same length in everything that is kept: whoever reads one back, notices. */
  harmAll(): void {
    for (const repo of ['shop', 'notes'])
      for (const name of FILES) {
        const path = join(this.kept, 'source-mac', `repo-${repo}`, name);
        writeFileSync(
          path,
          readFileSync(path).map((byte) => byte ^ 1),
        );
      }
  }
}

const BASE = ['--source', 'mac', '--to', 'kept'];
const sampleOf = ({ summary }: Ran): Fields => (summary['samples'] as Fields[])[0]!;
const corrupt = ({ events }: Ran): string[] =>
  events
    .filter(({ type, outcome }) => type === 'file' && outcome === 'corrupt')
    .map(({ repo, path }) => `${String(repo)}/${String(path)}`);

test('runs follow on each other until everything was read, and write nothing to the archive', async () => {
  const here = await new Kept().prepare();
  here.harmAll();
  const before = stateOf(here.kept);
  const runs = [await here.sample('30'), await here.sample('30'), await here.sample('40')];
  expect(stateOf(here.kept)).toEqual(before);
  expect(runs.map(({ code }) => code)).toEqual([4, 4, 4]);
  const read = runs.flatMap(corrupt);
  expect(new Set(read).size).toBe(60);
  expect(read).toHaveLength(60);
  const [first, second, third] = runs.map(sampleOf);
  expect(first).toMatchObject({ target: 'kept', percent: 30, keptFiles: 60, runsToCoverAll: 3 });
  expect(second).toMatchObject({ percent: 30, runsToCoverAll: 2 });
  expect(second!['fromPercent']).toBe((Number(first!['fromPercent']) + 30) % 100);
  expect(third).toMatchObject({ percent: 40, runsToCoverAll: 0 });
  expect(runs.map((ran) => Number(sampleOf(ran)['files']))).toEqual(runs.map((ran) => corrupt(ran).length));
  expect(runs[0]!.summary).toMatchObject({ deep: false, corrupt: corrupt(runs[0]!).length });
});

test('a run can be made again, and that does not disturb the others', async () => {
  const here = await new Kept().prepare();
  const first = sampleOf(await here.sample('20'));
  const from = String(first['fromPercent']);
  const again = sampleOf(await here.sample('20', '--sample-from', from));
  expect(again).toEqual({ ...first, runsToCoverAll: null });
  const next = sampleOf(await here.sample('20'));
  expect(next['fromPercent']).toBe((Number(from) + 20) % 100);
  // One repo has a row of its own.
  const one = sampleOf(await here.sample('20', '--repo', 'shop'));
  expect(one).toMatchObject({ keptFiles: 30, runsToCoverAll: 4 });
  // Who remembers nothing begins anew.
  rmSync(join(here.root, 'state'), { recursive: true });
  expect(sampleOf(await here.sample('20'))).toMatchObject({ runsToCoverAll: 4 });
});

test('people read what was read', async () => {
  const here = await new Kept().prepare();
  const { code, stderr } = await here.run(['verify', ...BASE, '--sample', '12.5%', '--sample-from', '50']);
  expect(code).toBe(0);
  const text = stderr.replaceAll('\n', ' ');
  expect(text).toMatch(
    /Read back \d+ of 60 kept files, \S+ K?B of \S+ KB: a sample of 12\.5 % from 50 % on\. Source/,
  );
  expect(text).toContain('Source, archive and ledger agree, and what was read back is as recorded. (');
  expect((await here.run(['verify', ...BASE, '--sample', '50'])).stderr).toMatch(
    /1 more run like this\sreads the rest/,
  );
  const all = await here.run(['verify', ...BASE, '--sample', '50']);
  expect(all.stderr.replaceAll('\n', ' ')).toContain('The last 2 runs have read everything.');
  for (const line of (stderr + all.stderr).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('100 percent is --deep', async () => {
  const here = await new Kept().prepare();
  const all = await here.sample('100');
  expect(all.summary).toMatchObject({ deep: true, samples: [], ok: true });
  const deep = await here.run(['verify', ...BASE, '--deep', '--json']);
  expect(all.summary['bytesRead']).toBe(deep.summary['bytesRead']);
});

test.each([
  [['--sample', '0'], 'above 0 and up to 100'],
  [['--sample', '100.5'], '--sample: "100.5" is no sample'],
  [['--sample', 'some'], 'such as 10 or 2.5'],
  [['--sample', '10', '--deep'], 'give one of them'],
  [['--sample-from', '10'], 'add --sample PERCENT'],
  [['--sample', '10', '--sample-from', '100'], '--sample-from: "100" is no beginning'],
])('%j is refused', async (args, message) => {
  const ran = await new Machine().run(['verify', ...args]);
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(message)]);
});
