import { wrapTransport } from '@sessionkeep/core';
import { nodeSha256, type MemoryDisk } from '@sessionkeep/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { diffMoments } from '../src/history/diff-moments.js';
import { fileHistory } from '../src/history/file-history.js';
import { listFiles } from '../src/history/list-files.js';
import { listRuns } from '../src/history/list-runs.js';
import { openFileAt } from '../src/history/open-file-at.js';
import { openMemory } from '../src/memory/memory.js';
import { eventful } from './eventful.js';
import { drained, listed, look, textAt } from './look.js';
import {
  ARCHIVE_ID,
  backup,
  createMemoryDisk,
  LIVE,
  META,
  momentOf,
  PLACE,
  REPO,
  sourceOf,
} from './scenario.js';

describe('looking into an archive that was harmed', () => {
  let source: MemoryDisk;
  let target: MemoryDisk;
  let moments: string[];
  const NEWEST = `${META}/ledger/000001.log`;
  const A = nodeSha256.of('AAAA');
  const run = async (): Promise<void> => {
    await backup(source, target);
    moments.push(momentOf(target));
  };
  const opened = (path: string, at?: string) =>
    openFileAt({ ...look(target), path, ...(at !== undefined && { at }) });

  beforeEach(async () => {
    source = sourceOf({ 'a.jsonl': 'AAAA', 'b.jsonl': 'b' });
    target = createMemoryDisk();
    moments = [];
    await run();
    source.replace('-home/a.jsonl', 'BBBB');
    await run();
    source.replace('-home/a.jsonl', 'AAAA');
    await run();
  });

  it('other bytes than recorded are given to the end, and then told of', async () => {
    target.write(`${LIVE}/b.jsonl`, 'x');
    expect(await drained((await opened('b.jsonl'))._unsafeUnwrap().bytes)).toEqual({
      text: 'x',
      error: 'damaged',
    });
    target.write(`${META}/versions/${nodeSha256.of('BBBB')}`, 'BBxB');
    expect(await drained((await opened('a.jsonl', moments[1]))._unsafeUnwrap().bytes)).toEqual({
      text: 'BBxB',
      error: 'damaged',
    });
  });

  it('where the archive has the right bytes elsewhere, those are given', async () => {
    target.write(`${LIVE}/a.jsonl`, 'AxAA');
    expect(await textAt(target, 'a.jsonl')).toBe('AAAA');
    target.remove(`${LIVE}/a.jsonl`);
    expect(await textAt(target, 'a.jsonl')).toBe('AAAA');
    target.write(`${LIVE}/a.jsonl`, 'AAAA');
    target.remove(`${META}/versions/${A}`);
    expect(await textAt(target, 'a.jsonl', moments[0])).toBe('AAAA');
  });

  it('where it has them nowhere, nothing is given', async () => {
    target.write(`${LIVE}/a.jsonl`, 'AxAA');
    target.remove(`${META}/versions/${A}`);
    expect((await opened('a.jsonl', moments[0]))._unsafeUnwrapErr()).toMatchObject({ kind: 'damaged' });
    target.remove(`${LIVE}/b.jsonl`);
    expect((await opened('b.jsonl'))._unsafeUnwrapErr()).toMatchObject({ kind: 'damaged' });
    target.write(`${LIVE}/b.jsonl`, '');
    expect((await opened('b.jsonl'))._unsafeUnwrapErr()).toMatchObject({ kind: 'damaged' });
  });

  it('bytes that were reported lost are never made up from what replaced them', async () => {
    source.write('-home/c.jsonl', 'cccc');
    await run();
    target.remove(`${LIVE}/c.jsonl`);
    source.replace('-home/c.jsonl', 'other bytes');
    await backup(source, target);
    expect((await opened('c.jsonl', moments[3]))._unsafeUnwrapErr().kind).toBe('damaged');
    expect(await textAt(target, 'c.jsonl')).toBe('other bytes');
    const { files } = (await fileHistory({ ...look(target), files: { path: 'c.jsonl' } }))._unsafeUnwrap();
    expect(files[0]?.events.map(({ kind, lost }) => `${kind} ${lost.toString()}`)).toEqual([
      'kept false',
      'aside true',
      'kept false',
    ]);
  });

  it('a rewrite that was cut off between its line and its move is read where it still lies', async () => {
    const { target: disk } = await eventful();
    target = disk;
    const cut = (await listed(target)).filter(({ record }) => record.status === 'aside');
    expect(cut).not.toEqual([]);
    for (const { record } of cut) {
      const text = await textAt(target, record.path);
      expect([record.size, record.sha256]).toEqual([text.length, nodeSha256.of(text)]);
    }
  });

  it('what the ledger says up to its damage is told, and the damage too', async () => {
    const lines = target.text(NEWEST)!.split('\n').slice(0, -1);
    const broken = lines.with(4, lines[4]!.replace('"kept"', '"KEPT"'));
    target.write(NEWEST, broken.map((line) => `${line}\n`).join(''));
    const damage = [expect.stringContaining('ledger segment 1 is damaged at line 5')];
    const listing = (await listFiles(look(target)))._unsafeUnwrap();
    expect(Array.from(listing.files, ({ record }) => record.path)).toEqual(['a.jsonl', 'b.jsonl']);
    expect(listing.alarms).toEqual(expect.arrayContaining(damage));
    const diff = (await diffMoments({ ...look(target), since: '2000-01-01T00:00:00.000Z' }))._unsafeUnwrap();
    expect(diff.differences).toHaveLength(2);
    expect(diff.alarms).toEqual(expect.arrayContaining(damage));
    const history = (await fileHistory({ ...look(target), files: { path: 'a.jsonl' } }))._unsafeUnwrap();
    expect(history.files[0]?.events.map(({ kind }) => kind)).toEqual(['kept', 'aside']);
    expect(history.alarms).toEqual(expect.arrayContaining(damage));
    expect((await opened('b.jsonl'))._unsafeUnwrap().alarms).toEqual(expect.arrayContaining(damage));
  });

  it('a changed last line, and an end that was cut off, are told of by the run list', async () => {
    const whole = target.text(NEWEST)!;
    target.write(
      NEWEST,
      whole.replace(
        /"mtime":"\d(\d*","targetMtime":"\d+","at":"[^"]*","run":"[^"]*","prev":"[^"]*"}\n)$/,
        '"mtime":"9$1',
      ),
    );
    expect(target.text(NEWEST)).not.toBe(whole);
    expect((await listFiles(look(target)))._unsafeUnwrap().alarms).not.toEqual([]);
    target.write(NEWEST, `${whole.split('\n').slice(0, -2).join('\n')}\n`);
    expect((await listFiles(look(target)))._unsafeUnwrap().alarms).toEqual([
      expect.stringContaining('the ledger does not extend what the last run recorded'),
    ]);
  });

  it('what a machine remembers is held against it', async () => {
    const memory = openMemory(createMemoryDisk().transport(), nodeSha256);
    const archive = { ...look(target).archive, memory };
    await backup(source, target, { archive: { ...archive, target: target.transport() } });
    await memory.rememberHead(ARCHIVE_ID, PLACE, { segment: 9, size: 1, head: A });
    expect((await listFiles({ ...look(target), archive }))._unsafeUnwrap().alarms).toEqual([
      expect.stringContaining('this machine wrote'),
    ]);
  });

  it('a torn last line is nothing to tell of: a crash does that, and a run that is writing', async () => {
    target.append(NEWEST, '{"kind":"kept","path":"a.jso');
    expect(await listed(target)).toHaveLength(2);
  });

  it('a reading that finds damage is made again: a run may have been writing', async () => {
    const whole = target.read(NEWEST)!;
    const inner = target.transport();
    let reads = 0;
    const unsteady = wrapTransport(inner, (_, call) => call(), {
      read: async function* (ranges, options) {
        const ledger = ranges.some(({ path }) => path === NEWEST);
        if (ledger)
          target.write(NEWEST, reads++ === 0 ? whole.map((byte, at) => (at === 900 ? 0 : byte)) : whole);
        yield* inner.read(ranges, options);
      },
    });
    expect((await listFiles(look(unsteady)))._unsafeUnwrap().alarms).toEqual([]);
    expect(reads).toBe(2);
  });

  it('of a later version is told what could be read, and that it was written by one', async () => {
    const lines = target.text(NEWEST)!.split('\n').slice(0, -1);
    const later = lines.with(-1, lines.at(-1)!.replace(/"kind":"[a-z]+"/, '"kind":"forgotten"'));
    target.write(NEWEST, later.map((line) => `${line}\n`).join(''));
    target.remove(`${META}/runs.log`);
    const listing = (await listFiles(look(target)))._unsafeUnwrap();
    expect(listing.later).toMatchObject({ kind: 'unsupported' });
    expect([...listing.files]).toHaveLength(2);
  });
});

const DAMAGED =
  'home damaged: runs.log is damaged at line 2: the line after it does not name its digest, or is another line';

describe('the runs of several repos', () => {
  const OTHER = { source: 'mac', repo: 'work' };
  let source: MemoryDisk;
  let target: MemoryDisk;

  beforeEach(async () => {
    source = sourceOf({ 'a.jsonl': 'a' });
    target = createMemoryDisk();
    for (let round = 0; round < 3; round++) {
      for (const place of [PLACE, OTHER]) {
        expect(await backup(source, target, { place, repo: { ...REPO, name: place.repo } })).toMatchObject({
          failure: null,
        });
        await new Promise((done) => setTimeout(done, 2));
      }
    }
  });

  const runs = async (): Promise<string[]> => {
    const told: string[] = [];
    for await (const one of listRuns({ ...look(target), places: [PLACE, OTHER] })) {
      told.push(
        one.match(
          ({ place, run }) => `${place.repo} ${run.number.toString()}`,
          ({ place, error }) => `${place.repo} ${error.kind}: ${error.message}`,
        ),
      );
    }
    return told;
  };

  it('come merged, oldest first', async () => {
    expect(await runs()).toEqual(['home 1', 'work 1', 'home 2', 'work 2', 'home 3', 'work 3']);
  });

  it('are told as far as a list can be believed, and the other lists go on', async () => {
    const path = `${META}/runs.log`;
    target.write(path, target.text(path)!.replace('"number":2', '"number":7'));
    expect(await runs()).toEqual(['home 1', DAMAGED, 'work 1', 'work 2', 'work 3']);
  });

  it('none where there is no list', async () => {
    target.remove(`${META}/runs.log`);
    expect(await runs()).toEqual(['work 1', 'work 2', 'work 3']);
  });
});
