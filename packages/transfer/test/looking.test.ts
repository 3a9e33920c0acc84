import { keepFilter, wrapTransport, type Repo, type Transport } from '@sessionkeep/core';
import { nodeSha256, withRecorder, type MemoryDisk } from '@sessionkeep/testkit';
import {
  corpusFiles,
  generateCorpus,
  mutateMemory,
  planMutations,
  type CorpusPlan,
} from '@sessionkeep/testkit/corpus';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { diffMoments } from '../src/history/diff-moments.js';
import { fileHistory } from '../src/history/file-history.js';
import { listFiles } from '../src/history/list-files.js';
import { listRuns } from '../src/history/list-runs.js';
import { openFileAt } from '../src/history/open-file-at.js';
import { restoreFiles } from '../src/restore/restore-files.js';
import { listed, look, textAt } from './look.js';
import {
  ARCHIVE_ID,
  archiveOf,
  backup,
  createMemoryDisk,
  momentOf,
  PLACE,
  segmentsOf,
  SMALL,
  SMALL_CHUNKS,
  SMALL_WRITES,
  snapshot,
  sourceOf,
} from './scenario.js';

describe('whatever a corpus goes through', () => {
  const REPO: Repo = { name: 'home', aliases: [], layout: 'folders', projects: ['-*'] };

  /** What one run saw, and all that had been kept by then. */
  interface Seen {
    readonly moment: string;
    readonly present: ReadonlyMap<string, { readonly text: string; readonly mtime: bigint }>;
    readonly kept: ReadonlyMap<string, string>;
  }

  async function live(seed: number, rounds: number): Promise<{ target: MemoryDisk; seen: Seen[] }> {
    const filter = keepFilter();
    const source = createMemoryDisk();
    const target = createMemoryDisk({ clock: 1_900_000_000_000_500_000n });
    const plan: CorpusPlan = generateCorpus({
      seed,
      projects: 2,
      files: 14,
      bytes: 60_000,
      baseTime: Date.UTC(2026, 0, 1),
    });
    for (const { path, bytes, mtime } of corpusFiles(plan)) source.write(path, bytes, mtime);
    const seen: Seen[] = [];
    const kept = new Map<string, string>();
    for (let round = 0; round <= rounds; round++) {
      const there = source.files();
      const files = plan.files.filter(({ path, content }) => there.get(path)?.bytes.length === content.size);
      const counts = { grow: 2, truncate: 1, rewrite: 1, restamp: 1, delete: 1, recreate: 1, move: 1 };
      if (round > 0) mutateMemory(source, planMutations({ ...plan, files }, seed + round, counts, round));
      const ran = await backup(source.transport(), target.transport(SMALL_WRITES), {
        ...SMALL,
        repo: REPO,
      });
      expect(ran).toMatchObject({ failure: null, alarms: [], counts: { failed: 0, refused: 0 } });
      const present = new Map(
        [...source.files()]
          .filter(([path]) => filter.keeps(path as never))
          .map(([path, { bytes, mtime }]) => [path, { text: new TextDecoder().decode(bytes), mtime }]),
      );
      for (const [path, { text }] of present) kept.set(path, text);
      seen.push({ moment: momentOf(target), present, kept: new Map(kept) });
    }
    return { target, seen };
  }

  it('every run is listed as restore has it, and every file of it read byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), async (seed) => {
        const { target, seen } = await live(seed, 4);
        for (const { moment, present, kept } of seen) {
          const files = await listed(target, moment);
          expect(files.map(({ record }) => record.path)).toEqual([...kept.keys()].sort());
          expect(files.filter(({ record }) => !record.gone).map(({ record }) => record.path)).toEqual(
            [...present.keys()].sort(),
          );
          expect(await restoredNames(target, moment)).toEqual([...kept.keys()].sort());
          for (const [path, text] of kept) expect(await textAt(target, path, moment)).toBe(text);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('two runs differ in what their sources differ in', async () => {
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), async (seed) => {
        const { target, seen } = await live(seed, 4);
        for (const [index, before] of seen.entries()) {
          for (const after of seen.slice(index)) {
            const diff = (
              await diffMoments({ ...look(target), since: before.moment, until: after.moment })
            )._unsafeUnwrap();
            const told = new Map(diff.differences.map((one) => [one.path as string, one]));
            for (const path of after.kept.keys()) {
              const [was, is] = [before.present.get(path), after.present.get(path)];
              const [old, now] = [before.kept.get(path), after.kept.get(path)];
              const one = told.get(path);
              if (one !== undefined) kinds.add(one.kind);
              if (old === undefined)
                expect(one).toMatchObject({ kind: 'new', added: Buffer.byteLength(now ?? '') });
              else if (was !== undefined && is === undefined) expect(one?.kind).toBe('gone');
              else if (was === undefined && is !== undefined) expect(one?.kind).toBe('back');
              else if (old !== now) {
                expect(one?.kind).toBe(one?.rewritten === true ? 'rewritten' : 'grown');
                if (one?.kind === 'grown') expect(now?.startsWith(old)).toBe(true);
                else if (now?.startsWith(old) === true) expect(one?.added).toBe(Buffer.byteLength(now));
              } else if (was?.mtime !== is?.mtime) expect(one?.kind).toBe('touched');
              else expect(one).toBeUndefined();
            }
            expect(told.size).toBeLessThanOrEqual(after.kept.size);
          }
        }
      }),
      { numRuns: 8 },
    );
    expect([...kinds].sort()).toEqual(['gone', 'grown', 'new', 'rewritten', 'touched']);
  });

  it("every file's history adds up to what is kept of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), async (seed) => {
        const { target, seen } = await live(seed, 4);
        const kept = seen.at(-1)?.kept ?? new Map<string, string>();
        const all = (await fileHistory({ ...look(target), files: { path: '' } }))._unsafeUnwrap();
        expect(all.files.map(({ path }) => path)).toEqual([...kept.keys()].sort());
        expect(all.alarms).toEqual([]);
        for (const { path, events } of all.files) {
          const one = (await fileHistory({ ...look(target), files: { path } }))._unsafeUnwrap();
          expect(one.files).toEqual([{ path, events }]);
          let size = 0;
          for (const event of events) {
            if (event.kind === 'kept') size = 0;
            size += event.added;
            expect(event.size).toBe(size);
            expect(event.kind).not.toBe('state');
          }
          expect(nodeSha256.of(kept.get(path) ?? '')).toBe(events.at(-1)?.sha256);
        }
      }),
      { numRuns: 5 },
    );
  });
});

async function restoredNames(target: MemoryDisk, at: string): Promise<string[]> {
  const names: string[] = [];
  await restoreFiles({
    archive: archiveOf(target.transport(), ARCHIVE_ID),
    places: [PLACE],
    into: createMemoryDisk().transport(),
    run: 'restore',
    at,
    onEvent: (event) => {
      if (event.type === 'file') names.push(event.path);
    },
  });
  return names.sort();
}

describe('looking', () => {
  let source: MemoryDisk;
  let target: MemoryDisk;
  let moments: string[];
  const run = async (more: object = SMALL): Promise<string> => {
    expect(await backup(source, target.transport(SMALL_WRITES), more)).toMatchObject({ failure: null });
    return momentOf(target);
  };

  beforeEach(async () => {
    moments = [];
    source = sourceOf({ 'a.jsonl': 'first', 'b.jsonl': 'b', 'folder/c.jsonl': 'c' });
    target = createMemoryDisk();
    moments.push(await run());
    source.append('-home/a.jsonl', ' more');
    source.remove('-home/b.jsonl');
    moments.push(await run());
    source.replace('-home/a.jsonl', 'rewritten to other bytes');
    moments.push(await run({ segmentBytes: 0 }));
  });

  it('writes nothing, takes no lease and probes nothing', async () => {
    const recorder = withRecorder(target.transport());
    const before = snapshot(target);
    const on = look(recorder);
    expect((await listFiles(on)).isOk()).toBe(true);
    expect((await fileHistory({ ...on, files: { path: 'a.jsonl' } })).isOk()).toBe(true);
    expect((await diffMoments({ ...on, since: moments[0] ?? '' })).isOk()).toBe(true);
    for await (const one of listRuns({ ...on, places: [PLACE] })) expect(one.isOk()).toBe(true);
    for (const at of moments) await textAt(recorder, 'a.jsonl', at);
    expect(Object.keys(recorder.recording.counts()).sort()).toEqual(['list', 'read', 'stat']);
    expect(snapshot(target)).toEqual(before);
  });

  it('finds what was before the newest segment', async () => {
    expect((await segmentsOf(target)).length).toBeGreaterThan(1);
    expect(await textAt(target, 'a.jsonl', moments[0])).toBe('first');
    expect(await textAt(target, 'a.jsonl', moments[1])).toBe('first more');
    expect(await textAt(target, 'a.jsonl')).toBe('rewritten to other bytes');
    const { files } = (await fileHistory({ ...look(target), files: { path: 'a.jsonl' } }))._unsafeUnwrap();
    expect(files[0]?.events.map(({ kind, added }) => `${kind} ${added}`)).toEqual([
      'kept 5',
      'grown 5',
      'aside 0',
      'kept 24',
    ]);
  });

  it('gives what the source deleted, and says when something was not kept yet', async () => {
    expect(await textAt(target, 'b.jsonl')).toBe('b');
    expect((await listed(target)).map(({ record }) => record.gone)).toEqual([false, true, false]);
    const present = (await listFiles({ ...look(target), present: true }))._unsafeUnwrap();
    expect(Array.from(present.files, ({ record }) => record.path)).toEqual(['a.jsonl', 'folder/c.jsonl']);
    const missing = await openFileAt({ ...look(target), path: 'z.jsonl' });
    expect(missing._unsafeUnwrapErr()).toMatchObject({ kind: 'not-found' });
    const early = await openFileAt({ ...look(target), path: 'a.jsonl', at: '2000-01-01T00:00:00.000Z' });
    expect(early._unsafeUnwrapErr().message).toContain('was not kept as of 2000-01-01T00:00:00.000Z');
    expect((await openFileAt({ ...look(target), path: 'folder' })).isErr()).toBe(true);
    expect((await openFileAt({ ...look(target), path: '' })).isErr()).toBe(true);
  });

  it('narrows to a folder, and to what only looks the same', async () => {
    source.write('-home/cafe\u0301.jsonl', 'nfd');
    source.write('-home/es\u001bcape.jsonl', 'esc');
    await run();
    const only = async (path: string): Promise<string[]> =>
      Array.from(
        (await listFiles({ ...look(target), files: { path } }))._unsafeUnwrap().files,
        ({ record }) => record.path,
      );
    expect(await only('folder')).toEqual(['folder/c.jsonl']);
    expect(await only('caf\u00e9.jsonl')).toEqual(['cafe\u0301.jsonl']);
    expect(await only(String.raw`es\x1bcape.jsonl`)).toEqual(['es\u001bcape.jsonl']);
    expect(await only('a')).toEqual([]);
    expect(await textAt(target, 'es\u001bcape.jsonl')).toBe('esc');
  });

  describe.each(['stat', 'read'] as const)('while backups go on behind a %s', (operation) => {
    const NOW = 'rewritten to other bytes';
    const GROWN = `${NOW}, and more`;
    const OTHER = 'other bytes altogether, and more of them than there ever were';

    /** The archive, where two backups come behind the n-th call: the file grows, and is replaced. */
    function meddled(nth: number): Transport {
      const [from, to] = [source.clone(), target.clone()];
      const inner = to.transport(SMALL_CHUNKS);
      let calls = 0;
      const meddle = async (): Promise<void> => {
        if (++calls !== nth) return;
        from.append('-home/a.jsonl', ', and more');
        expect(await backup(from, to)).toMatchObject({ failure: null });
        momentOf(to);
        from.replace('-home/a.jsonl', OTHER);
        expect(await backup(from, to)).toMatchObject({ failure: null });
      };
      return wrapTransport(inner, (_, call) => call(), {
        ...(operation === 'stat' && {
          stat: async (path) => {
            const found = await inner.stat(path);
            await meddle();
            return found;
          },
        }),
        ...(operation === 'read' && {
          read: async function* (ranges, options) {
            await meddle();
            yield* inner.read(ranges, options);
          },
        }),
      });
    }

    it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('number %i, the bytes are those of some run', async (nth) => {
      expect([NOW, GROWN, OTHER]).toContain(await textAt(meddled(nth), 'a.jsonl'));
    });

    it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('number %i, those of a past run are those', async (nth) => {
      expect(await textAt(meddled(nth), 'a.jsonl', moments[2])).toBe(NOW);
    });
  });
});
