import {
  corpusBytes,
  demoCorpus,
  mutateFolder,
  planMutations,
  writeCorpus,
} from '@sessionkeep/testkit/corpus';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { linesOf, runExample, temporaryFolder } from './run-example.ts';

const plan = demoCorpus(Date.UTC(2026, 5, 1));
/** Locks and indexes are noise, and are not kept. */
const kept = plan.files.filter(({ content }) => content.kind !== 'lock' && content.kind !== 'index');

/** A generated corpus, and where an archive of it may go. */
async function folders(): Promise<{ source: string; archive: string }> {
  const folder = temporaryFolder();
  const source = join(folder, 'projects');
  expect((await writeCorpus(plan, source)).isOk()).toBe(true);
  return { source, archive: join(folder, 'archive') };
}

/** Every file below a folder, its bytes by its path. */
function tree(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [file.slice(folder.length + 1), readFileSync(file)]));
}

describe('back-up.ts', () => {
  test('keeps every file, says so, and has nothing to do the next time', async () => {
    const { source, archive } = await folders();
    const first = await runExample('back-up.ts', source, archive);
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    expect(first.stdout.match(/^copied /gm)).toHaveLength(kept.length);
    const bytes = corpusBytes({ ...plan, files: kept });
    expect(linesOf(first.stdout).at(-1)).toBe(
      `done: ${plan.projects.length} repos, ${kept.length} files, ${bytes} bytes moved`,
    );
    const digests = [...tree(join(archive, 'source-laptop')).values()].map((file) => file.toString('base64'));
    const originals = kept.map(({ path }) => readFileSync(join(source, path)).toString('base64'));
    expect(digests.sort()).toEqual(originals.sort());

    const second = await runExample('back-up.ts', source, archive);
    expect(linesOf(second.stdout).at(-1)).toContain(`${kept.length} files, 0 bytes moved`);
    expect(second.stdout).not.toContain('copied');
  });

  test('says what was wrong, and keeps what it can', async () => {
    const { source, archive } = await folders();
    expect(await runExample('back-up.ts', join(source, 'missing'), archive)).toMatchObject({ code: 1 });
    expect(await runExample('back-up.ts')).toMatchObject({ code: 2 });
    await runExample('back-up.ts', source, archive);
    const ledgers = [...tree(archive).keys()].filter((path) => path.endsWith('ledger/000001.log'));
    const broken = join(archive, ledgers[0]!);
    writeFileSync(broken, readFileSync(broken, 'utf8').replace('"format":1', '"format":9'));
    const ran = await runExample('back-up.ts', source, archive);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stderr).toContain('later version');
    expect(linesOf(ran.stdout).at(-1)).toMatch(/^failed: /);
  });
});

describe('back-up-by-config.ts', () => {
  const written = (source: string, archive: string): string => {
    const config = join(temporaryFolder(), 'sessionkeep.yaml');
    const text = `sources:\n  mac: { type: local, path: ${source}, repos: auto }\ntargets:\n  disk: { type: local, path: ${archive} }\n`;
    writeFileSync(config, text);
    return config;
  };

  test('keeps what the configuration says, and has nothing to do the next time', async () => {
    const { source, archive } = await folders();
    const config = written(source, archive);
    const first = await runExample('back-up-by-config.ts', config, 'disk');
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout.match(/^copied /gm)).toHaveLength(kept.length);
    const again = await runExample('back-up-by-config.ts', config);
    expect(linesOf(again.stdout).at(-1)).toMatch(/^done: 0 bytes moved, \d+ repos$/);
  });

  test('says what is wrong with it', async () => {
    const { source, archive } = await folders();
    const ran = await runExample('back-up-by-config.ts', written(source, archive), 'dsk');
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain('there is no target "dsk"');
  });
});

test('plan-by-hand.ts says what would be done to each file, and why', async () => {
  const { stdout, stderr, code } = await runExample('plan-by-hand.ts');
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const steps = linesOf(stdout)
    .filter((line) => line.includes('.jsonl'))
    .map((line) => line.split(/\s+/).slice(0, 4));
  expect(steps).toEqual([
    ['deleted.jsonl', 'retained', 'deleted-at-source', '0'],
    ['grown.jsonl', 'adopted', 'partly-there', '4'],
    ['new.jsonl', 'copied', 'new', '6'],
    ['rewritten.jsonl', 'superseded', 'other-file-there', '8'],
    ['same.jsonl', 'adopted', 'already-there', '0'],
  ]);
});

test('meter-a-backup.ts shows that only what is new leaves the source', async () => {
  const { source, archive } = await folders();
  const bytes = corpusBytes({ ...plan, files: kept });
  const meters = (stdout: string) =>
    Object.fromEntries<number[]>(
      linesOf(stdout)
        .map((line) => line.split('│').map((cell) => cell.trim()))
        .filter(([, name]) => name === 'source' || name === 'archive')
        .map(([, name = '', ...cells]) => [name, cells.slice(0, 3).map(Number)] as const),
    );
  const first = meters((await runExample('meter-a-backup.ts', source, archive)).stdout);
  // New projects are looked into for their names, too.
  expect(first['source']![1]).toBeGreaterThanOrEqual(bytes);
  expect(first['source']![2]).toBe(0);
  expect(first['archive']![2]).toBeGreaterThan(bytes);

  const [grown] = planMutations(plan, 1, { grow: 1 });
  expect((await mutateFolder(source, [grown!])).isOk()).toBe(true);
  const second = meters((await runExample('meter-a-backup.ts', source, archive)).stdout);
  expect(grown).toMatchObject({ kind: 'grow' });
  expect(second['source']!.slice(1)).toEqual([grown?.kind === 'grow' ? grown.content.size : -1, 0]);
});

test('read-an-archive.ts lists every session by its title, deleted ones too, and proves their bytes', async () => {
  const { source, archive } = await folders();
  await runExample('back-up.ts', source, archive);
  const sessions = kept.filter(({ content }) => content.kind === 'session');
  const before = await runExample('read-an-archive.ts', archive);
  expect(before).toMatchObject({ code: 0, stderr: '' });
  const listed = linesOf(before.stdout).filter((line) => line.startsWith('  '));
  expect(listed).toHaveLength(sessions.length);
  expect(listed.filter((line) => line.includes('(no title)'))).toEqual([]);

  const [gone] = sessions;
  rmSync(join(source, gone!.path));
  await runExample('back-up.ts', source, archive);
  const after = linesOf((await runExample('read-an-archive.ts', archive)).stdout);
  expect(after.filter((line) => line.includes('deleted'))).toHaveLength(1);
  expect(after.filter((line) => line.startsWith('  '))).toHaveLength(sessions.length);
  const yesterday = linesOf((await runExample('read-an-archive.ts', archive, '1d')).stdout);
  expect(yesterday.filter((line) => line.startsWith('  '))).toEqual([]);

  const [path] = [...tree(join(archive, 'source-laptop')).keys()].filter((name) => name.endsWith('.jsonl'));
  const file = join(archive, 'source-laptop', path!);
  writeFileSync(file, readFileSync(file).fill('x', 0, 10));
  expect(await runExample('read-an-archive.ts', archive)).toMatchObject({ code: 1 });
  expect((await runExample('read-an-archive.ts', archive, 'someday')).stderr).toContain('is no time');
});
