import {
  corpusFiles,
  generateCorpus,
  mutateFolder,
  planMutations,
  writeCorpus,
  type CorpusPlan,
} from '@sessionkeep/testkit/corpus';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Kept, kept, LOG, TO } from './helpers/kept.js';
import { logLine, SESSION, writeFiles } from './helpers/sessions.js';
import { contentsOf } from './helpers/tree.js';

describe('a corpus that lives through several runs', () => {
  const ROUNDS = 3;

  test.each([11, 12])(
    'every run is read back file by file, and listed as restore has it (seed %i)',
    async (seed) => {
      const here = new Kept();
      const plan: CorpusPlan = generateCorpus({
        seed,
        projects: ['/home/anna/shop'],
        files: 9,
        bytes: 120_000,
        baseTime: Date.UTC(2026, 0, 1),
      });
      expect((await writeCorpus(plan, here.projects)).isOk()).toBe(true);
      const sizes = new Map([...corpusFiles(plan)].map(({ path, bytes }) => [path, bytes.length]));
      const runs: { moment: string; files: Map<string, Buffer> }[] = [];
      for (let round = 0; round <= ROUNDS; round++) {
        const whole = plan.files.filter(
          ({ path }) =>
            statSync(join(here.projects, path), { throwIfNoEntry: false })?.size === sizes.get(path),
        );
        const counts = { grow: 2, truncate: 1, rewrite: 1, restamp: 1, delete: 1, recreate: 1 };
        if (round > 0) {
          const mutations = planMutations({ ...plan, files: whole }, seed * round, counts, round);
          expect((await mutateFolder(here.projects, mutations)).isOk()).toBe(true);
        }
        const moment = await here.keep();
        const names = Object.keys(contentsOf(here.shop)).filter(
          (name) => !/\.lock$|sessions-index/.test(name),
        );
        runs.push({
          moment,
          files: new Map(names.map((name) => [name, readFileSync(join(here.shop, name))])),
        });
      }
      const all = new Map<string, Buffer>();
      for (const { moment, files } of runs) {
        for (const [name, bytes] of files) all.set(name, bytes);
        const listed = await here.json('ls', '--at', moment);
        expect(listed.code).toBe(0);
        const told = listed.events.filter(({ type }) => type === 'file');
        expect(told.map(({ path }) => path)).toEqual([...all.keys()].sort());
        expect(told.filter(({ gone }) => gone === false).map(({ path }) => path)).toEqual(
          [...files.keys()].sort(),
        );
        const restored = await here.run([
          'restore',
          ...TO,
          '--into',
          'back',
          '--dry-run',
          '--at',
          moment,
          '--json',
        ]);
        expect(restored.events.filter(({ type }) => type === 'file').map(({ path }) => path)).toEqual(
          told.map(({ path }) => `-home-anna-shop/${path as string}`),
        );
        for (const [name, bytes] of all) {
          const { code, bytes: given, stderr } = here.cat(`mac/shop/${name}`, '--at', moment);
          expect([name, code, stderr]).toEqual([name, 0, '']);
          expect(given.equals(bytes), name).toBe(true);
        }
      }
      const since = runs[0]?.moment ?? '';
      const diff = await here.json('diff', since);
      expect(diff.summary).toMatchObject({ ok: true, since, until: null });
      const [first, last] = [runs[0]?.files, runs.at(-1)?.files];
      const differ = [...all.keys()].filter(
        (name) => first?.get(name)?.equals(last?.get(name) ?? Buffer.of()) !== true,
      );
      const named = diff.events.filter(({ type, kind }) => type === 'difference' && kind !== 'touched');
      const absent = [...all.keys()].filter((name) => first?.has(name) !== true && last?.has(name) !== true);
      expect(named.map(({ path }) => path)).toEqual(
        expect.arrayContaining(differ.filter((name) => !absent.includes(name))),
      );
    },
  );
});

test('every kind of thing that happens to a file is in its log, and in the difference', async () => {
  const here = new Kept();
  const line = logLine('/home/anna/shop');
  writeFiles(here.shop, { 'a.jsonl': line, 'b.jsonl': line, 'c.jsonl': line, 'there.jsonl': line });
  mkdirSync(here.kept, { recursive: true });
  writeFileSync(join(here.kept, 'there.jsonl'), line);
  const first = await here.keep();
  appendFileSync(join(here.shop, 'a.jsonl'), 'more\n');
  writeFileSync(join(here.shop, 'b.jsonl'), 'other bytes\n');
  rmSync(join(here.shop, 'c.jsonl'));
  utimesSync(join(here.shop, 'there.jsonl'), 1, 1);
  writeFiles(here.shop, { 'new.jsonl': 'new\n' });
  const second = await here.keep();
  writeFiles(here.shop, { 'c.jsonl': line });
  await here.keep();

  const kinds = async (name: string): Promise<string[]> => {
    const { code, events } = await here.json('log', `mac/shop/${name}.jsonl`);
    expect(code).toBe(0);
    return events.filter(({ type }) => type === 'event').map(({ kind }) => kind as string);
  };
  expect(await kinds('a')).toEqual(['kept', 'grown']);
  expect(await kinds('b')).toEqual(['kept', 'aside', 'kept']);
  expect(await kinds('c')).toEqual(expect.arrayContaining(['kept', 'gone', 'back']));
  expect(await kinds('there')).toEqual(['adopted', 'restamped']);
  const people = (await here.run(['log', 'mac/shop/a.jsonl', ...TO])).stdout.split('\n');
  expect(people[0]).toBe('mac/shop/a.jsonl');
  expect(people[1]).toMatch(/^when +what +size +added +sha256 +run$/);
  expect(people[2]).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}kept +\d+ B +\+\d+ B {2}[0-9a-f]{8} {2}[0-9a-f]{8}$/,
  );
  expect(people[3]).toMatch(/ {2}grown +\d+ B +\+5 B {2}/);
  expect(people.every((one) => one.length <= 80)).toBe(true);

  const difference = async (...moments: string[]): Promise<string[]> => {
    const { events } = await here.json('diff', ...moments);
    const differences = events.filter(({ type }) => type === 'difference');
    return differences.map(
      ({ path, kind, added }) => `${path as string} ${kind as string} ${added as number}`,
    );
  };
  expect(await difference(first, second)).toEqual([
    'new.jsonl new 4',
    'a.jsonl grown 5',
    'b.jsonl rewritten 12',
    'c.jsonl gone 0',
    'there.jsonl touched 0',
  ]);
  expect(await difference(second)).toEqual(['c.jsonl back 0']);
  const lines = await here.lines('diff', first, second);
  expect(lines[0]).toBe('mac/shop: 1 new, 1 grown, 1 rewritten, 1 gone, 1 touched; 21 B added');
  expect(lines[2]).toBe('  grown       +5 B  mac/shop/a.jsonl');
  const nothing = await here.run(['diff', '0s', ...TO]);
  expect([nothing.code, nothing.stdout, nothing.stderr]).toEqual([0, '', 'nothing is different\n']);
  expect((await here.run(['diff', second, first, ...TO])).stderr).toContain('is before');
  expect((await here.run(['diff', 'yesterday', ...TO])).code).toBe(2);
});

test('ls: one line a file, narrowed in every spelling; --long has what is known, and a sum beside it', async () => {
  const here = await kept();
  const all = [
    'mac/notes/6b1d5c64-2f0e-4c0e-8d35-9e8f7a6b5c4d.jsonl',
    LOG,
    `mac/shop/${SESSION}/subagents/agent-1.jsonl`,
  ];
  expect(await here.lines('ls')).toEqual(all);
  const [note = '', log = '', agent = ''] = all;
  for (const [path, expected] of [
    ['mac', all],
    ['mac/', all],
    ['source-mac', all],
    ['kept', all],
    ['mac/shop', [log, agent]],
    ['source-mac/repo-shop/', [log, agent]],
    ['kept/source-mac/repo-shop', [log, agent]],
    [here.kept, [log, agent]],
    [SESSION, [log, agent]],
    [SESSION.slice(0, 8), [log, agent]],
    [LOG, [log]],
    [`source-mac/repo-shop/${SESSION}.jsonl`, [log]],
    [`./kept/source-mac/repo-shop/${SESSION}`, [agent]],
    [`mac/shop/${SESSION}/subagents`, [agent]],
    [`${SESSION}/subagents`, [agent]],
  ] as const)
    expect([path, await here.lines('ls', path)]).toEqual([path, expected]);
  expect(await here.lines('ls', '--repo', 'notes')).toEqual([note]);
  rmSync(join(here.shop, `${SESSION}.jsonl`));
  await here.keep();
  const long = await here.run(['ls', '--long', ...TO]);
  const [first = '', gone = ''] = long.stdout.split('\n');
  expect(long.stdout.split('\n').slice(0, -1)).toHaveLength(3);
  expect(first).toMatch(/^ *\d+ B {2}\d{4}-\d\d-\d\d \d\d:\d\d {8}mac\/notes\//);
  expect(gone).toMatch(/^\d\.\d KB {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}gone {2}mac\/shop\//);
  expect(long.stderr).toMatch(/^3 files, \d\.\d KB; 1 gone at the source\n$/);
  expect(await here.lines('ls', '--present')).toEqual([note, agent]);
  const { summary, events } = await here.json('ls', LOG);
  expect(summary).toMatchObject({ command: 'ls', ok: true, files: 1, gone: 1 });
  expect(events[0]).toMatchObject({
    type: 'file',
    source: 'mac',
    repo: 'shop',
    path: `${SESSION}.jsonl`,
    gone: true,
    sha256: contentsOf(here.kept)[`${SESSION}.jsonl`],
    liesAt: `source-mac/repo-shop/${SESSION}.jsonl`,
  });
});

test('a PATH that means nothing is said with what may have been meant', async () => {
  const here = await kept();
  for (const [args, text] of [
    [['ls', 'mac/shopp'], 'did you mean shop?'],
    [['ls', `mac/shop/${SESSION}.json`], `did you mean ${LOG}?`],
    [['cat', `mac/shop/${SESSION}/subagents/agent-2.jsonl`], 'agent-1.jsonl?'],
    [['log', 'max/shop'], 'did you mean the source mac?'],
    [['cat', 'mac/shop'], 'is no file, but a folder'],
    [['cat', `mac/shop/${SESSION}`], 'is no file, but a folder'],
    [['cat', 'ffffffff'], 'nothing is kept as ffffffff'],
    [['ls', LOG, '--at', '1d'], 'it was kept later'],
    [['cat', LOG, '--at', '1d'], 'it was kept later'],
    [['ls', '--at', 'noon'], '--at: "noon" is no time'],
    [['cat'], 'cat needs a PATH'],
  ] as const) {
    const { code, stdout, stderr } = await here.run([...args, ...TO]);
    expect([args, code, stdout, stderr]).toEqual([args, 2, '', expect.stringContaining(text)]);
  }
  const empty = await here.run(['ls', '--to', 'elsewhere']);
  expect([empty.code, empty.stderr]).toEqual([6, expect.stringContaining('is no archive')]);
});

test('a session is read by its id: its own log, where the source last had it', async () => {
  const here = await kept();
  const bytes = readFileSync(join(here.shop, `${SESSION}.jsonl`));
  expect(here.cat(SESSION)).toMatchObject({ code: 0, bytes });
  mkdirSync(join(here.projects, '-home-anna-notes'), { recursive: true });
  renameSync(
    join(here.shop, `${SESSION}.jsonl`),
    join(here.projects, '-home-anna-notes', `${SESSION}.jsonl`),
  );
  appendFileSync(join(here.projects, '-home-anna-notes', `${SESSION}.jsonl`), 'moved\n');
  await here.keep();
  expect(here.cat(SESSION).bytes.toString()).toBe(`${bytes.toString()}moved\n`);
  writeFiles(here.shop, { [`${SESSION}.jsonl`]: 'in both\n' });
  await here.keep();
  const both = here.cat(SESSION);
  expect([both.code, both.bytes.length]).toEqual([2, 0]);
  expect(both.stderr).toContain(`means 2 files; name one: mac/notes/${SESSION}.jsonl, ${LOG}`);
});

test('log lists the runs of all repos or of one, the newest last', async () => {
  const here = await kept();
  appendFileSync(join(here.shop, `${SESSION}.jsonl`), 'more\n');
  await here.keep();
  const lines = await here.lines('log');
  expect(lines[0]).toMatch(/^when +repo +new +grown +other +moved +took +ended$/);
  expect(lines).toHaveLength(5);
  expect(lines.every((line) => line.length <= 80)).toBe(true);
  expect(lines.at(-1)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d {2}mac\/(shop|notes)/);
  expect((await here.lines('log', 'mac/shop')).slice(1)).toEqual([
    expect.stringMatching(/mac\/shop +2 +0 +0 +\d\.\d KB +\d\.\d s {2}done$/),
    expect.stringMatching(/mac\/shop +0 +1 +0 +5 B +\d\.\d s {2}done$/),
  ]);
  const { events, summary } = await here.json('log', 'source-mac/repo-shop');
  expect(events.filter(({ type }) => type === 'run')).toHaveLength(2);
  expect(events[1]).toMatchObject({ number: 2, outcome: 'done', bytesMoved: 5, source: 'mac', repo: 'shop' });
  expect(summary).toMatchObject({ command: 'log', ok: true, runs: 2 });
  symlinkSync('/etc/passwd', join(here.shop, 'out.jsonl'));
  expect((await here.run(['backup', '--source', 'mac', ...TO])).code).toBe(3);
  expect((await here.lines('log', 'mac/shop')).at(-1)).toMatch(/ {2}partial, 1 refused$/);
  const long = await here.lines('log', '--long', '--repo', 'shop');
  expect(long[0]).toMatch(/^run \S+ {2}mac\/shop, number 1$/);
  expect(long.every((line) => line.length <= 80)).toBe(true);
});
