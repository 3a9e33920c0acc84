import {
  EXTRAS,
  keepFilter,
  ROOT,
  wrapTransport,
  type RelativePath,
  type Transport,
} from '@sessionkeep/core';
import { createMemoryDisk, MemoryDisk, nodeSha256 } from '@sessionkeep/testkit';
import { ok } from 'neverthrow';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { openArchive } from '../src/archive/open-archive.js';
import { backupSource, type BackupSourceOptions, type OpenedExtra } from '../src/backup/backup-source.js';
import { openExtra } from '../src/extras/open-extra.js';
import type { SourceReport } from '../src/report.js';
import { thisRun } from '../src/this-run.js';

const line = (cwd: string): string => `{"cwd":"${cwd}","type":"user"}\n`;

/** Two project folders, each with one log. */
function twoProjects(): MemoryDisk {
  const disk = createMemoryDisk();
  disk.write('-code-shop/1.jsonl', line('/code/shop'));
  disk.write('-code-blog/2.jsonl', line('/code/blog'));
  return disk;
}

async function attempt(
  source: MemoryDisk | Transport,
  target: MemoryDisk,
  more: Partial<BackupSourceOptions> = {},
): ReturnType<typeof backupSource> {
  const opened = { target: target.transport(), sha256: nodeSha256, create: true };
  const archive = (await openArchive(opened))._unsafeUnwrap();
  const from = source instanceof MemoryDisk ? source.transport() : source;
  return backupSource({ source: from, archive, name: 'laptop', origin: 'test', ...more });
}

async function backUp(...args: Parameters<typeof attempt>): Promise<SourceReport> {
  return (await attempt(...args))._unsafeUnwrap();
}

const paths = (disk: MemoryDisk): string[] =>
  [...disk.files().keys()].filter((path) => path.startsWith('source-'));

describe('the backup of a whole source', () => {
  it('keeps every project folder as a repo of its own, named after its working folder', async () => {
    const target = createMemoryDisk();
    const report = await backUp(twoProjects(), target);
    expect(paths(target)).toEqual(['source-laptop/repo-blog/2.jsonl', 'source-laptop/repo-shop/1.jsonl']);
    expect(report).toMatchObject({ source: 'laptop', outcome: 'done', counts: { files: 2, copied: 2 } });
    expect(report.repos.map(({ repo }) => repo)).toEqual(['blog', 'shop']);
    expect(report.bytesMoved).toBe(line('/code/shop').length + line('/code/blog').length);
  });

  it('keeps only the repos it is given, by the filter it is given', async () => {
    const source = twoProjects();
    source.write('-code-shop/notes.md', 'x');
    const target = createMemoryDisk();
    const repos = [{ name: 'store', aliases: [], layout: 'flat' as const, projects: ['-code-shop'] }];
    await backUp(source, target, { repos, filter: keepFilter({ exclude: ['*.md'] }) });
    expect(paths(target)).toEqual(['source-laptop/repo-store/1.jsonl']);
  });

  it('says who ran it', async () => {
    const target = createMemoryDisk();
    await backUp(twoProjects(), target);
    const [run = ''] = target.text('.sessionkeep/source-laptop/repo-shop/runs.log')?.split('\n') ?? [];
    expect(JSON.parse(run)).toMatchObject({ host: hostname(), version: 'library', origin: 'test' });
  });

  it('goes on after a repo that fails, and its outcome is the worst', async () => {
    const target = createMemoryDisk();
    await backUp(twoProjects(), target);
    const ledger = '.sessionkeep/source-laptop/repo-blog/ledger/000001.log';
    target.write(ledger, target.text(ledger)!.replace('"format":1', '"format":9'));
    const source = twoProjects();
    source.append('-code-shop/1.jsonl', line('/code/shop'));
    const report = await backUp(source, target);
    expect(report).toMatchObject({ outcome: 'failed', counts: { appended: 1 } });
    expect(report.repos.map(({ outcome }) => outcome)).toEqual(['failed', 'done']);
  });

  it('looks once for where the source was kept from, not for each new repo', async () => {
    const listings = async (projects: number): Promise<number> => {
      const source = createMemoryDisk();
      for (let at = 0; at < projects; at++) source.write(`-code-p${at.toString()}/1.jsonl`, 'x\n');
      let listed = 0;
      const target = wrapTransport(createMemoryDisk().transport(), (call, run) => {
        if (call.operation === 'list' && call.paths.includes('.sessionkeep/source-laptop' as RelativePath))
          listed++;
        return run();
      });
      const archive = (await openArchive({ target, sha256: nodeSha256, create: true }))._unsafeUnwrap();
      const options = { source: source.transport(), archive, name: 'laptop', origin: 'test' };
      expect((await backupSource(options))._unsafeUnwrap()).toMatchObject({ outcome: 'done' });
      return listed;
    };
    expect(await listings(30)).toBe(await listings(5));
  });

  it('says that a project folder which is a link is not kept, be it new or linked since', async () => {
    const [source, target] = [twoProjects(), createMemoryDisk()];
    source.link('-code-moved', '/elsewhere/-code-moved');
    const fresh = await backUp(source, target);
    expect(fresh).toMatchObject({ outcome: 'partial', counts: { copied: 2, failed: 1 } });
    source.remove('-code-shop/1.jsonl');
    source.remove('-code-shop');
    source.link('-code-shop', '/elsewhere/-code-shop');
    const later = await backUp(source, target);
    expect(later.repos.map(({ repo, outcome }) => [repo, outcome])).toEqual([
      ['blog', 'done'],
      ['code-moved', 'partial'],
      ['shop', 'partial'],
    ]);
    expect(paths(target)).toContain('source-laptop/repo-shop/1.jsonl');
  });

  it('says that a project folder whose name is no UTF-8 is not kept', async () => {
    const name = 'caf\ufffd (bytes 636166e9)' as RelativePath;
    const inner = twoProjects().transport();
    const asked: (boolean | undefined)[] = [];
    const source = wrapTransport(inner, (_, run) => run(), {
      async *scan(folder, options) {
        if (folder !== ROOT) {
          yield* inner.scan(folder, options);
          return;
        }
        asked.push(
          ...[name, '-code-shop', `${name}/a`].map((path) => options?.skip?.(path as RelativePath, true)),
        );
        yield ok([{ kind: 'refused', path: name, reason: 'name-not-utf8' }]);
      },
    });
    const report = await backUp(source, createMemoryDisk());
    expect(report).toMatchObject({ outcome: 'partial', counts: { copied: 2 }, refused: [{ path: name }] });
    expect(asked).toEqual([false, true, true]);
  });

  it('keeps extras that are there, behind the rest, and notes when one was deleted', async () => {
    const [claude, target] = [createMemoryDisk(), createMemoryDisk()];
    claude.write('history.jsonl', 'one\n');
    const extras: OpenedExtra[] = [];
    for (const extra of [EXTRAS.history, EXTRAS.plans]) {
      const opened = await openExtra(extra, async (folder) =>
        ok((folder === ROOT ? claude : createMemoryDisk()).transport()),
      );
      extras.push({ extra, source: opened._unsafeUnwrap() });
    }
    const report = await backUp(twoProjects(), target, { extras });
    expect(report).toMatchObject({ outcome: 'done', counts: { copied: 3 }, refused: [] });
    expect(report.repos.map(({ repo }) => repo)).toEqual(['blog', 'shop', '_history']);
    expect(target.text('source-laptop/repo-_history/history.jsonl')).toBe('one\n');
    claude.remove('history.jsonl');
    expect(await backUp(twoProjects(), target, { extras })).toMatchObject({ counts: { retained: 1 } });
  });

  it('stops at once when it is aborted', async () => {
    const target = createMemoryDisk();
    const controller = new AbortController();
    const first = { done: false };
    const report = await backUp(twoProjects(), target, {
      signal: controller.signal,
      onEvent: ({ type }) => {
        if (type === 'file' && !first.done) controller.abort();
        first.done ||= type === 'file';
      },
    });
    expect(report.outcome).toBe('interrupted');
    expect(report.repos.map(({ repo }) => repo)).toEqual(['blog']);
  });

  it('refuses a name that could lead elsewhere, and says when there is no source', async () => {
    const target = createMemoryDisk();
    expect((await attempt(twoProjects(), target, { name: '../x' }))._unsafeUnwrapErr()).toMatchObject({
      kind: 'usage',
    });
    const source = createMemoryDisk();
    source.makeUnreadable('');
    expect((await attempt(source, target))._unsafeUnwrapErr().kind).toBe('denied');
    expect(paths(target)).toEqual([]);
  });
});

it('runs have names that differ and sort by time', () => {
  const [early, late] = [thisRun(0), thisRun(86_400_000)];
  expect(early.run).toMatch(/^19700101T000000-[0-9a-f]{8}$/);
  expect(early.run < late.run).toBe(true);
  expect(thisRun(0).run).not.toBe(early.run);
  expect(early).toMatchObject({ pid: process.pid, since: '1970-01-01T00:00:00.000Z' });
});
