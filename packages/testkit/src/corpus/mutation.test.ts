import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryDisk, type MemoryDisk } from '../memory/memory-disk.js';
import { generateCorpus } from './generate-corpus.js';
import { mutateFolder } from './mutate-folder.js';
import { mutateMemory, planMutations, type Mutation, type MutationKind } from './mutation.js';
import { corpusFiles, writeCorpus } from './write-corpus.js';

const plan = generateCorpus({
  seed: 8,
  projects: 3,
  sessions: 20,
  bytes: 2_000_000,
  baseTime: Date.UTC(2026, 7, 1),
});
const all = { grow: 3, truncate: 2, rewrite: 2, restamp: 2, delete: 2, recreate: 2, move: 2 };

function diskOf(): MemoryDisk {
  const disk = createMemoryDisk();
  for (const { path, bytes, mtime } of corpusFiles(plan)) disk.write(path, bytes, mtime);
  return disk;
}

function only(kind: MutationKind): Mutation {
  const mutation = planMutations(plan, 5, { [kind]: 1 })[0];
  if (mutation?.kind !== kind) throw new TypeError(kind);
  return mutation;
}

describe('mutations', () => {
  it('are the same for the same seed, and hit each log once at most', () => {
    const mutations = planMutations(plan, 1, all);
    expect(mutations).toEqual(planMutations(plan, 1, all));
    expect(mutations).not.toEqual(planMutations(plan, 2, all));
    expect(mutations.length).toBe(15);
    expect(new Set(mutations.map((mutation) => mutation.path)).size).toBe(15);
  });

  it('grow keeps what was there and adds whole lines', () => {
    const disk = diskOf();
    const mutation = only('grow');
    const before = disk.text(mutation.path) ?? '';
    mutateMemory(disk, [mutation]);
    const after = disk.text(mutation.path) ?? '';
    expect(after.startsWith(before)).toBe(true);
    expect(after.length).toBeGreaterThan(before.length);
    for (const line of after.slice(before.length, -1).split('\n'))
      expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  it('truncate leaves a proper prefix', () => {
    const disk = diskOf();
    const mutation = only('truncate');
    const before = disk.text(mutation.path) ?? '';
    mutateMemory(disk, [mutation]);
    const after = disk.text(mutation.path) ?? '';
    expect(before.startsWith(after) && after.length < before.length).toBe(true);
  });

  it.each(['rewrite', 'recreate'] as const)('%s puts other content under the name', (kind) => {
    const disk = diskOf();
    const mutation = only(kind);
    const before = disk.text(mutation.path) ?? '';
    mutateMemory(disk, [mutation]);
    const after = disk.text(mutation.path) ?? '';
    expect(after.startsWith(before) || before.startsWith(after)).toBe(false);
  });

  it('restamp changes the time and no byte', () => {
    const disk = diskOf();
    const mutation = only('restamp');
    const before = disk.files().get(mutation.path);
    mutateMemory(disk, [mutation]);
    const after = disk.files().get(mutation.path);
    expect(after?.bytes).toEqual(before?.bytes);
    expect(after?.mtime).not.toBe(before?.mtime);
  });

  it('delete and move take the name away, move to another project', () => {
    const disk = diskOf();
    const gone = only('delete');
    mutateMemory(disk, [gone]);
    expect(disk.read(gone.path)).toBeUndefined();
    const moved = only('move');
    if (moved.kind !== 'move') throw new TypeError('no move');
    const bytes = diskOf().read(moved.path);
    const other = diskOf();
    mutateMemory(other, [moved]);
    expect(other.read(moved.path)).toBeUndefined();
    expect(other.read(moved.to)).toEqual(bytes);
    expect(moved.to.split('/')[0]).not.toBe(moved.path.split('/')[0]);
  });
});

describe('on a real disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sessionkeep-corpus-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('a corpus and its mutations are what they are in memory', async () => {
    expect((await writeCorpus(plan, folder))._unsafeUnwrap().files).toBe(plan.files.length);
    const disk = diskOf();
    expectSame(disk);
    const mutations = planMutations(plan, 1, all);
    const identity = (path: string) => statSync(join(folder, path)).ino;
    const replaced = mutations
      .filter(({ kind }) => kind === 'rewrite')
      .map(({ path }) => ({ path, before: identity(path) }));
    const inPlace = mutations
      .filter(({ kind }) => kind === 'grow' || kind === 'truncate' || kind === 'restamp')
      .map(({ path }) => ({ path, before: identity(path) }));
    expect((await mutateFolder(folder, mutations)).isOk()).toBe(true);
    mutateMemory(disk, mutations);
    expectSame(disk);
    for (const { path, before } of replaced) expect(identity(path)).not.toBe(before);
    for (const { path, before } of inPlace) expect(identity(path)).toBe(before);
  });

  it('says what it could not do', async () => {
    const result = await mutateFolder(folder, [{ kind: 'delete', path: 'nothing' }]);
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'io', operation: 'change corpus' });
  });

  function expectSame(disk: MemoryDisk): void {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    const files = disk.files();
    expect(names.toSorted()).toEqual([...files.keys()].toSorted());
    for (const [path, { bytes, mtime }] of files) {
      const whole = join(folder, path);
      expect(Buffer.compare(readFileSync(whole), bytes), path).toBe(0);
      expect(statSync(whole, { bigint: true }).mtimeNs).toBe(mtime);
    }
  }
});
