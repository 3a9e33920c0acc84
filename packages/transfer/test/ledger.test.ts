import { keepFilter, LEDGER_FORMAT } from '@sessionkeep/core';
import { nodeSha256, type MemoryDisk } from '@sessionkeep/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { openMemory, type Memory } from '../src/memory/memory.js';
import { discoverRepos } from '../src/discover/discover-repos.js';
import { repairRepo } from '../src/repair/repair-repo.js';
import { repoStatus } from '../src/status/repo-status.js';
import { verifyRepo } from '../src/verify/verify-repo.js';
import {
  archiveOf,
  ARCHIVE_ID,
  backup,
  createMemoryDisk,
  holder,
  ledgerState,
  LIVE,
  liveOf,
  META,
  PLACE,
  runRecords,
  segmentsOf,
  snapshot,
  sourceOf,
  sourceTexts,
  verify,
  versionsOf,
} from './scenario.js';

const NEWEST = `${META}/ledger/000001.log`;
const SECOND = `${META}/ledger/000002.log`;
const RUNS = `${META}/runs.log`;
/** How the archive alone is verified. */
const VERIFY = { source: null, repo: null, place: PLACE, filter: keepFilter() };

describe('a ledger that was harmed', () => {
  let source: MemoryDisk;
  let target: MemoryDisk;
  let memory: Memory;
  const run = () => backup(source, target, { memory });

  beforeEach(async () => {
    source = sourceOf({ 'a.jsonl': 'a', 'b.jsonl': 'b', 'c.jsonl': 'c' });
    target = createMemoryDisk();
    memory = openMemory(createMemoryDisk().transport(), nodeSha256);
    await run();
    source.append('-home/a.jsonl', ' more');
    source.replace('-home/b.jsonl', 'B');
    await run();
  });

  const lines = (path = NEWEST): string[] => target.text(path)!.split('\n').slice(0, -1);
  const rewrite = (edited: readonly string[], path = NEWEST) =>
    target.write(path, edited.map((line) => `${line}\n`).join(''));

  /** Nothing is lost, the archive is whole again, and the run after has nothing to say. */
  async function expectHealed(): Promise<void> {
    expect(liveOf(target)).toEqual(sourceTexts(source));
    expect(Object.values(versionsOf(target))).toContain('b');
    const { records } = await ledgerState(target);
    for (const [path, text] of Object.entries(sourceTexts(source))) {
      expect(records.get(path)).toMatchObject({ sha256: nodeSha256.of(text), status: 'live' });
    }
    expect(await run()).toMatchObject({
      outcome: 'done',
      alarms: [],
      linesWritten: 0,
      counts: { unchanged: 3 },
    });
    expect(await verify(target, source)).toMatchObject({ failure: null, alarms: [] });
  }

  it.each<[string, () => void]>([
    ['a line is missing', () => rewrite(lines().toSpliced(2, 1))],
    ['two lines are swapped', () => rewrite(lines().toSpliced(1, 2, lines()[2]!, lines()[1]!))],
    ['a line is no JSON', () => rewrite(lines().toSpliced(2, 1, '{'))],
    [
      'a line is no UTF-8',
      () =>
        target.write(
          NEWEST,
          target.read(NEWEST)!.map((byte, at) => (at === 900 ? 0xff : byte)),
        ),
    ],
    ['the header is missing', () => rewrite(lines().slice(1))],
    ['a header comes twice', () => rewrite([...lines().slice(0, 1), ...lines()])],
    ['it is empty', () => target.write(NEWEST, '')],
    ['a line is far too long', () => target.append(NEWEST, `${'x'.repeat(70_000)}\n`)],
  ])('is gone on with in a new segment that names it: %s', async (_, harm) => {
    harm();
    const broken = target.read(NEWEST)!;
    const ran = await run();
    expect(ran).toMatchObject({ outcome: 'damage', failure: null, bytesMoved: 0 });
    expect(ran.alarms[0]).toContain('ledger segment 1 is damaged at line ');
    expect(target.read(NEWEST)).toEqual(broken);
    const { header } = await ledgerState(target);
    expect(header).toMatchObject({ segment: 2, broken: { segment: 1, sha256: nodeSha256.of(broken) } });
    await expectHealed();
  });

  it('is cut where a line is torn, without a word: a crash does that', async () => {
    target.append(NEWEST, '{"kind":"kept","path":"a.jso');
    expect(await run()).toMatchObject({ outcome: 'done', linesWritten: 0, alarms: [] });
    source.write('-home/d.jsonl', 'd');
    expect(await run()).toMatchObject({ outcome: 'done', linesWritten: 1, alarms: [] });
    expect(lines().every((line) => line.startsWith('{') && line.endsWith('}'))).toBe(true);
    await ledgerState(target);
  });

  it.each<[string, () => void]>([
    ['to the run before, as the run list knows', () => rewrite(lines().slice(0, 4))],
    ['by its last line', () => rewrite(lines().slice(0, -1))],
    ['to its header', () => rewrite(lines().slice(0, 1))],
  ])('is told when it is rolled back %s', async (_, harm) => {
    harm();
    const ran = await run();
    expect(ran).toMatchObject({ outcome: 'damage', failure: null, bytesMoved: 0 });
    expect(ran.alarms.filter((alarm) => alarm.includes('rolled back'))).toHaveLength(2);
    expect((await segmentsOf(target)).length).toBe(1);
    await expectHealed();
  });

  it('is told when the whole archive is rolled back to the run before, as this machine remembers', async () => {
    const yesterday = target.clone();
    source.write('-home/d.jsonl', 'd');
    await run();
    target = yesterday;
    const archive = { ...archiveOf(target.transport(), ARCHIVE_ID), memory };
    const status = await repoStatus(archive, PLACE);
    expect(status._unsafeUnwrap().damage).toMatch(/does not extend what this machine wrote/);
    expect((await verifyRepo({ ...VERIFY, archive })).alarms).toHaveLength(1);
    const ran = await run();
    expect(ran.alarms).toEqual([expect.stringMatching(/does not extend what this machine wrote/)]);
    expect(ran.counts).toMatchObject({ copied: 1, unchanged: 3 });
    expect(await run()).toMatchObject({ outcome: 'done', alarms: [] });
  });

  it('is told when its newest segment is deleted, and once only', async () => {
    source.write('-home/d.jsonl', 'd');
    await backup(source, target, { memory, segmentBytes: 0 });
    const [, newest] = await segmentsOf(target);
    target.remove(newest!);
    const ran = await backup(source, target, { memory });
    expect(ran.alarms.filter((alarm) => alarm.includes('does not reach as far'))).toHaveLength(2);
    expect(ran).toMatchObject({ bytesMoved: 0, counts: { adopted: 1, unchanged: 3 } });
    expect(await run()).toMatchObject({ outcome: 'done', alarms: [], linesWritten: 0 });
  });

  it('is told once only, also when there is nothing to write', async () => {
    const [ledger, records] = [target.read(NEWEST)!, target.read(RUNS)!];
    const [at] = [...source.files()]
      .filter(([path]) => path === '-home/c.jsonl')
      .map(([, { mtime }]) => mtime);
    source.touch('-home/c.jsonl', 1_700_000_000_000_000_000n);
    await run();
    // All as it was before that run, but for what this machine remembers.
    source.touch('-home/c.jsonl', at!);
    target.touch(`${LIVE}/c.jsonl`, at!);
    target.write(NEWEST, ledger);
    target.write(RUNS, records);
    const alarms = [expect.stringContaining('what this machine wrote')];
    expect(await run()).toMatchObject({ outcome: 'damage', linesWritten: 0, alarms });
    expect(await run()).toMatchObject({ outcome: 'done', alarms: [] });
  });

  it('is cut where a line is torn before the first of several groups', async () => {
    target.append(NEWEST, '{"kind":"kept","path":"a.jso');
    for (const name of ['d', 'e', 'f']) source.write(`-home/${name}.jsonl`, name);
    expect(await backup(source, target, { memory, groupLines: 1 })).toMatchObject({
      outcome: 'done',
      linesWritten: 3,
    });
    await ledgerState(target);
  });

  it('that has lost its newest segment to damage goes on from what the earlier ones know', async () => {
    source.write('-home/d.jsonl', 'd');
    await backup(source, target, { memory, segmentBytes: 0 });
    const [, newest] = await segmentsOf(target);
    target.write(newest!, '');
    const ran = await run();
    expect(ran.alarms[0]).toContain('ledger segment 2 is damaged');
    expect(ran).toMatchObject({ bytesMoved: 0, counts: { adopted: 1, unchanged: 3 } });
    expect(await run()).toMatchObject({ outcome: 'done', alarms: [], linesWritten: 0 });
  });

  it.each<[string, () => void]>([
    ['of another archive', () => target.write('.sessionkeep/target.json', '{"format":1,"id":"another-id"}')],
    ['under another number', () => target.write(NEWEST.replace('1.log', '2.log'), target.read(NEWEST)!)],
  ])('%s is not believed', async (_, harm) => {
    harm();
    const ran = await run();
    expect(ran.alarms[0]).toMatch(/damaged at line 1: it is (the ledger of another archive|another segment)/);
    expect(ran).toMatchObject({ failure: null, bytesMoved: 0, counts: { failed: 0 } });
    expect(liveOf(target)).toEqual(sourceTexts(source));
    expect(await run()).toMatchObject({ outcome: 'done', alarms: [], linesWritten: 0 });
  });

  it('of another repo is not believed', async () => {
    const other = createMemoryDisk();
    await backup(source, other, { place: { ...PLACE, repo: 'work' } });
    target.write(NEWEST, other.read(NEWEST.replace('home', 'work'))!);
    const ran = await run();
    expect(ran.alarms[0]).toContain('it is the ledger of another repo');
    expect(ran).toMatchObject({ failure: null, bytesMoved: 0, counts: { adopted: 3 } });
    expect(await run()).toMatchObject({ outcome: 'done', alarms: [], linesWritten: 0 });
  });

  it.each<[string, (line: string) => string, number]>([
    ['a later format', (line) => line.replace(`"format":${LEDGER_FORMAT}`, '"format":2'), 0],
    ['an unknown kind', (line) => line.replace('"kind":"kept"', '"kind":"forgotten"'), 1],
  ])('of a later version is refused, and nothing is written: %s', async (_, edit, at) => {
    rewrite([...lines().slice(0, at), edit(lines()[at]!)]);
    target.write(`${META}/tmp/theirs`, 'a later version may need it');
    const before = target.files();
    expect((await run()).failure).toMatchObject({ kind: 'unsupported' });
    expect(target.files()).toEqual(before);
  });

  it.each<[string, number, () => void]>([
    ['in the newest segment', 2, () => target.remove(RUNS)],
    ['before a segment that is damaged', 1, () => target.write(SECOND, '{')],
    ['before one that is whole', 1, () => undefined],
  ])('of a later version is no damage to a reader: %s', async (where, segment, edit) => {
    source.write('-home/d.jsonl', 'd');
    await backup(source, target, { memory, segmentBytes: 0 });
    edit();
    const path = segment === 1 ? NEWEST : SECOND;
    const later = lines(path)
      .at(-1)!
      .replace(/"kind":"\w+"/, '"kind":"forgotten"');
    rewrite(lines(path).with(-1, later), path);
    const before = snapshot(target);
    const verified = await verify(target, source);
    expect(verified).toMatchObject({ failure: { kind: 'unsupported' }, alarms: [] });
    expect(verified.failure?.message).toContain(`by a later version (segment ${segment}, line `);
    const status = await repoStatus(archiveOf(target.transport(), ARCHIVE_ID), PLACE);
    if (where === 'before one that is whole') {
      // The newest segment has the whole state: who goes on from it needs no other.
      expect(status._unsafeUnwrap()).toMatchObject({ damage: null, files: 4 });
      return;
    }
    expect(status._unsafeUnwrapErr()).toMatchObject({ kind: 'unsupported' });
    expect((await run()).failure).toMatchObject({ kind: 'unsupported' });
    expect(snapshot(target)).toEqual(before);
  });

  it('is told of by status, be it only its last line, which no line confirms', async () => {
    const archive = archiveOf(target.transport(), ARCHIVE_ID);
    expect((await repoStatus(archive, PLACE))._unsafeUnwrap().damage).toBeNull();
    rewrite(
      lines().with(
        -1,
        lines()
          .at(-1)!
          .replace(/"mtime":"\d/, '"mtime":"9'),
      ),
    );
    expect((await repoStatus(archive, PLACE))._unsafeUnwrap().damage).toContain('is damaged at line');
  });

  it('costs nothing that was kept, whichever byte is flipped', async () => {
    const whole = target.read(NEWEST)!;
    const before = target;
    for (let at = 0; at < whole.length; at += 7) {
      target = before.clone();
      target.write(
        NEWEST,
        whole.map((byte, index) => (index === at ? byte ^ 4 : byte)),
      );
      const ran = await run();
      const refused = ran.failure?.kind === 'unsupported' || ran.failure?.kind === 'foreign';
      if (!refused) expect(ran.alarms.length, `byte ${at}`).toBeGreaterThan(0);
      expect(liveOf(target), `byte ${at}`).toMatchObject(sourceTexts(source));
      expect(Object.values(versionsOf(target)), `byte ${at}`).toContain('b');
      if (!refused) expect(await run(), `byte ${at}`).toMatchObject({ failure: null, bytesMoved: 0 });
    }
  });
});

describe('something else in the place of a file of the ledger', () => {
  const archive = (target: MemoryDisk) => archiveOf(target.transport(), ARCHIVE_ID);
  const said = { kind: 'damaged', hint: expect.stringContaining('move it out of the archive') as string };
  let source: MemoryDisk;
  let target: MemoryDisk;

  beforeEach(async () => {
    source = sourceOf({ 'a.jsonl': 'a' });
    target = createMemoryDisk();
    await backup(source, target);
  });

  it.each(['folder', 'link'])(
    'a %s for a segment ends each command, and it is said what to do',
    async (kind) => {
      target.remove(NEWEST);
      if (kind === 'folder') target.makeFolder(NEWEST);
      else target.link(NEWEST, 'elsewhere');
      const before = snapshot(target);
      expect((await backup(source, target)).failure).toMatchObject(said);
      expect((await verify(target)).failure).toMatchObject(said);
      expect((await repoStatus(archive(target), PLACE))._unsafeUnwrapErr()).toMatchObject(said);
      const found = await discoverRepos({
        source: source.transport(),
        archive: archive(target),
        sourceName: PLACE.source,
      });
      expect(found.isOk(), 'the other repos go on').toBe(true);
      expect(snapshot(target)).toEqual(before);
    },
  );

  it.each(['folder', 'link'])('a %s for the run list is damage, and it is said what to do', async (kind) => {
    target.remove(RUNS);
    if (kind === 'folder') target.makeFolder(RUNS);
    else target.link(RUNS, 'elsewhere');
    expect((await backup(source, target)).failure).toMatchObject(said);
    expect((await verify(target)).alarms).toEqual([expect.stringContaining(`it is a ${kind}`)]);
  });
});

describe('a run list that was harmed', () => {
  let source: MemoryDisk;
  let target: MemoryDisk;

  beforeEach(async () => {
    source = sourceOf({ 'a.jsonl': 'a' });
    target = createMemoryDisk();
    await backup(source, target);
    await backup(source, target);
  });

  it('is cut where its last line is torn', async () => {
    target.append(RUNS, '{"kind":"run","num');
    expect(await backup(source, target)).toMatchObject({ outcome: 'done', alarms: [] });
    expect(runRecords(target)).toHaveLength(3);
  });

  it.each(['', '{"kind":"run","num'])(
    'is found to be harmed where it has no whole line: "%s"',
    async (text) => {
      target.write(RUNS, text);
      const said = expect.stringContaining('it has no whole line') as string;
      expect((await verify(target)).alarms).toEqual([said]);
      const status = await repoStatus(archiveOf(target.transport(), ARCHIVE_ID), PLACE);
      expect(status._unsafeUnwrap().damage).toEqual(said);
      expect(await backup(source, target)).toMatchObject({ outcome: 'damage', alarms: [said] });
      expect(runRecords(target)).toHaveLength(1);
      expect(await backup(source, target)).toMatchObject({ outcome: 'done', alarms: [] });
      expect((await verify(target)).alarms).toEqual([]);
    },
  );

  it.each([0, 1, 2])('is told of by the machine that recorded more than its first %i runs', async (left) => {
    const memory = openMemory(createMemoryDisk().transport(), nodeSha256);
    source.write('-home/b.jsonl', 'b');
    await backup(source, target, { memory });
    const lines = target.text(RUNS)!.split('\n').slice(0, left);
    if (left === 0) target.remove(RUNS);
    else target.write(RUNS, lines.map((line) => `${line}\n`).join(''));
    const said = expect.stringContaining('runs.log does not reach as far') as string;
    const archive = { ...archiveOf(target.transport(), ARCHIVE_ID), memory };
    expect((await verifyRepo({ ...VERIFY, archive })).alarms).toEqual([said]);
    expect((await repoStatus(archive, PLACE))._unsafeUnwrap().damage).toEqual(said);
    const repaired = target.clone();
    const there = { ...archiveOf(repaired.transport(), ARCHIVE_ID), memory };
    const done = await repairRepo({ archive: there, place: PLACE, holder: holder(), version: '0.0.0' });
    expect(done._unsafeUnwrap()).toEqual([said]);
    expect((await verifyRepo({ ...VERIFY, archive: there })).alarms).toEqual([]);
    expect(await backup(source, target, { memory })).toMatchObject({ outcome: 'damage', alarms: [said] });
    expect(await backup(source, target, { memory })).toMatchObject({ outcome: 'done', alarms: [] });
    expect((await verifyRepo({ ...VERIFY, archive })).alarms).toEqual([]);
  });

  it('is noted elsewhere where the ledger goes on behind it, as after a run that was killed', async () => {
    source.write('-home/b.jsonl', 'b');
    await backup(source, target);
    target.write(RUNS, `${target.text(RUNS)!.split('\n').slice(0, 2).join('\n')}\n`);
    const notes: string[] = [];
    const report = await verifyRepo({
      ...VERIFY,
      archive: archiveOf(target.transport(), ARCHIVE_ID),
      onEvent: (event) => event.type === 'notice' && notes.push(event.message),
    });
    expect([report.alarms, notes]).toEqual([[], [expect.stringContaining('behind the last run recorded')]]);
  });

  it('is put aside when its end cannot be read, and the run says so', async () => {
    target.append(RUNS, 'nonsense\n');
    const damaged = target.read(RUNS)!;
    const ran = await backup(source, target);
    expect(ran).toMatchObject({
      outcome: 'damage',
      alarms: [expect.stringContaining('runs.log is damaged')],
    });
    expect(runRecords(target)).toHaveLength(1);
    const aside = [...target.files()].filter(([path]) => path.includes('runs.damaged-'));
    expect(aside.map(([, { bytes }]) => bytes)).toEqual([damaged]);
    expect(await backup(source, target)).toMatchObject({ outcome: 'done', alarms: [] });
  });

  it('of a later version is refused, and nothing is written', async () => {
    target.append(RUNS, `${JSON.stringify({ kind: 'later', prev: '0'.repeat(64) })}\n`);
    const before = snapshot(target);
    expect((await backup(source, target)).failure).toMatchObject({ kind: 'unsupported' });
    expect(snapshot(target)).toEqual(before);
  });

  it('records empty runs too, who made them and how far the ledger reached', async () => {
    const records = runRecords(target);
    expect(records.map(({ number, counts }) => [number, counts.unchanged, counts.copied])).toEqual([
      [1, 0, 1],
      [2, 1, 0],
    ]);
    const size = target.read(NEWEST)!.length;
    expect(records.map(({ ledger }) => ledger.size)).toEqual([size, size]);
    expect(records[1]).toMatchObject({ host: 'test', user: 'test', version: '0.0.0', outcome: 'done' });
  });
});
