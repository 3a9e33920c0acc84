import { keepFilter } from '@sessionkeep/core';
import { createMemoryDisk, nodeSha256, type MemoryDisk } from '@sessionkeep/testkit';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { openArchive } from '../src/archive/open-archive.js';
import { backupSource, type BackupSourceOptions } from '../src/backup/backup-source.js';
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
  source: MemoryDisk,
  target: MemoryDisk,
  more: Partial<BackupSourceOptions> = {},
): ReturnType<typeof backupSource> {
  const opened = { target: target.transport(), sha256: nodeSha256, create: true };
  const archive = (await openArchive(opened))._unsafeUnwrap();
  return backupSource({ source: source.transport(), archive, name: 'laptop', origin: 'test', ...more });
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
