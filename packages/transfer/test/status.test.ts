import { keepFilter } from '@sessionkeep/core';
import type { MemoryDisk } from '@sessionkeep/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RepoStatus } from '../src/report.js';
import { unsavedOf, type AskedSource, type SourceAnswer } from '../src/status/ask-source.js';
import { repoStatus } from '../src/status/repo-status.js';
import {
  ARCHIVE_ID,
  archiveOf,
  backup,
  createMemoryDisk,
  PLACE,
  REPO,
  runRecords,
  snapshot,
  sourceOf,
} from './scenario.js';

const HOUR = 3_600_000;
const nanoseconds = (ms: number): bigint => BigInt(ms) * 1_000_000n;

describe('status with the source', () => {
  let source: MemoryDisk;
  let target: MemoryDisk;
  /** When the last run began. */
  let began: number;

  beforeEach(async () => {
    source = sourceOf({ 'a.jsonl': 'aaaa', 'b.jsonl': 'bbbb', 'c.jsonl': 'cccc' });
    target = createMemoryDisk();
    await backup(source, target);
    began = Date.parse(runRecords(target).at(-1)!.begin);
  });

  const asked = (more: Partial<AskedSource> = {}): AskedSource => ({
    transport: source.transport(),
    repo: REPO,
    filter: keepFilter(),
    origin: 'test:/home',
    now: began + 5 * HOUR,
    ...more,
  });
  const status = async (ask?: AskedSource): Promise<RepoStatus> =>
    (await repoStatus(archiveOf(target.transport(), ARCHIVE_ID), PLACE, ask))._unsafeUnwrap();
  const answer = async (ask = asked()): Promise<SourceAnswer> => (await status(ask)).atSource;

  it('has nothing unsaved behind a backup, and touches neither side', async () => {
    const [here, there] = [snapshot(source), snapshot(target)];
    expect(await status(asked())).toMatchObject({
      files: 3,
      bytes: 12,
      lastOutcome: 'done',
      lastSuccessBegan: new Date(began).toISOString(),
      clockOffsetMs: expect.any(Number) as number,
      damage: null,
      atSource: {
        asked: true,
        files: 3,
        refused: 0,
        unreadable: 0,
        unsaved: { files: 0, bytes: 0, since: null, certain: true },
      },
    });
    expect([snapshot(source), snapshot(target)]).toEqual([here, there]);
  });

  it('counts new files, growth, rewrites and other times; what is gone is nobody’s', async () => {
    const later = nanoseconds(began + HOUR);
    source.append('-home/a.jsonl', '++', later);
    source.replace('-home/b.jsonl', 'B', later);
    source.remove('-home/c.jsonl');
    source.write('-home/new.jsonl', 'new', later);
    source.write('-home/empty.jsonl', '', later);
    source.write('-home/noise.lock', 'noise', later);
    expect(await answer()).toEqual({
      asked: true,
      files: 4,
      refused: 0,
      unreadable: 0,
      unsaved: { files: 3, bytes: 2 + 1 + 3, since: nanoseconds(began), certain: true },
      ages: new Map([[0, { sessions: 3, files: 3, bytes: 2 + 1 + 3 }]]),
    });
  });

  it('an unsaved byte is as old as the last run at most, unless its file has not changed since before', async () => {
    source.append('-home/a.jsonl', '++', nanoseconds(began + HOUR));
    expect(await answer()).toMatchObject({ unsaved: { since: nanoseconds(began) } });
    source.write('-home/moved.jsonl', 'moved', nanoseconds(began - 48 * HOUR));
    expect(await answer()).toMatchObject({ unsaved: { since: nanoseconds(began - 48 * HOUR) } });
  });

  it('a run that could not read a file is no success; one that met a pipe is', async () => {
    source.special('-home/pipe', 'pipe');
    await backup(source, target);
    expect(await status()).toMatchObject({ lastOutcome: 'partial' });
    const [first, second] = runRecords(target);
    expect((await status()).lastSuccess).toBe(second!.end);
    source.append('-home/a.jsonl', '++');
    source.makeUnreadable('-home/a.jsonl');
    await backup(source, target);
    const third = runRecords(target).at(-1)!;
    expect([third.outcome, third.counts.failed]).toEqual(['partial', 1]);
    expect(await status()).toMatchObject({ lastRun: third.end, lastSuccess: second!.end });
    expect(first!.outcome).toBe('done');
  });

  it('before any success the time of the file is all there is, and it says so', async () => {
    const empty = createMemoryDisk();
    source.makeUnreadable('-home/a.jsonl');
    await backup(source, empty);
    target = empty;
    source.append('-home/b.jsonl', '++', nanoseconds(began + HOUR));
    expect(await status(asked())).toMatchObject({
      lastSuccess: null,
      lastSuccessBegan: null,
      atSource: { unsaved: { files: 2, certain: false } },
    });
  });

  it('does not compare with a source from elsewhere, and says when one cannot be read', async () => {
    expect(await answer(asked({ origin: 'test:/other' }))).toEqual({ asked: false, why: 'elsewhere' });
    expect((await status()).atSource).toEqual({ asked: false, why: 'nobody' });
    const gone = createMemoryDisk();
    gone.makeUnreadable('');
    expect(await answer(asked({ transport: gone.transport() }))).toMatchObject({
      asked: false,
      why: 'failed',
      error: { kind: 'denied' },
    });
  });

  it('says how many parts could not be looked at, and what no backup reads', async () => {
    source.write('-home/sub/d.jsonl', 'd');
    source.makeUnreadable('-home/sub');
    source.special('-home/pipe', 'pipe');
    expect(await answer()).toMatchObject({ asked: true, files: 3, refused: 1, unreadable: 1 });
  });

  it('ends when it is interrupted', async () => {
    const signal = AbortSignal.abort();
    const ended = await repoStatus(archiveOf(target.transport(), ARCHIVE_ID), PLACE, asked({ signal }));
    expect(ended._unsafeUnwrapErr()).toMatchObject({ kind: 'aborted' });
  });

  it('of a repo that the archive does not have, all is unsaved', async () => {
    const { origin: _, ...rest } = asked();
    const found = await unsavedOf(rest, new Map(), null);
    expect(found._unsafeUnwrap()).toMatchObject({
      files: 3,
      unsaved: { files: 3, bytes: 12, certain: false },
    });
  });
});
