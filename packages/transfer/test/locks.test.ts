import type { Bytes, RangeRead, Transport } from '@sessionkeep/core';
import { at, wrapTransport, type MemoryDisk } from '@sessionkeep/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventful } from './eventful.js';
import {
  archiveOf,
  ARCHIVE_ID,
  backup,
  createMemoryDisk,
  holder,
  LIVE,
  liveOf,
  META,
  PLACE,
  SMALL,
  SMALL_CHUNKS,
  SMALL_WRITES,
  snapshot,
  sourceOf,
  sourceTexts,
} from './scenario.js';

const LOCK = at(`${META}/lock`);

describe('the lock', () => {
  it('keeps a second run out, names its holder, and lets it in afterwards', async () => {
    const source = sourceOf({ 'a.jsonl': 'a' });
    const target = createMemoryDisk();
    const other = { ...holder(), host: 'laptop', user: 'ann', pid: 4711 };
    const lease = (await target.transport().lease(LOCK, other))._unsafeUnwrap();
    const before = liveOf(target);
    const ran = await backup(source, target);
    expect(ran.failure).toMatchObject({
      kind: 'locked',
      message: expect.stringMatching(/ann@laptop.*4711/) as string,
    });
    expect(liveOf(target)).toEqual(before);
    await lease.release().then((released) => released._unsafeUnwrap());
    expect(await backup(source, target)).toMatchObject({ outcome: 'done', counts: { copied: 1 } });
  });

  it('lets one of two runs at once through, and the archive is as of one run', async () => {
    const source = sourceOf({ 'a.jsonl': 'a', 'b.jsonl': 'b' });
    const target = createMemoryDisk();
    const both = await Promise.all([backup(source, target), backup(source, target)]);
    expect(both.map(({ failure }) => failure?.kind ?? 'done').sort()).toEqual(['done', 'locked']);
    expect(liveOf(target)).toEqual(sourceTexts(source));
    expect(await backup(source, target)).toMatchObject({ outcome: 'done', linesWritten: 0 });
  });

  it('is of one repo: another is backed up at the same time', async () => {
    const source = sourceOf({ 'a.jsonl': 'a' });
    const target = createMemoryDisk();
    const place = { ...PLACE, repo: 'work' };
    const both = await Promise.all([backup(source, target), backup(source, target, { place })]);
    expect(both.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
  });

  it('is given back however a run ends', async () => {
    const source = createMemoryDisk();
    const target = createMemoryDisk();
    expect((await backup(source, target)).failure).toMatchObject({ kind: 'usage' });
    expect(target.heldLeases).toBe(0);
    source.makeFolder('-home');
    expect((await backup(source, target)).failure).toBeNull();
    expect(target.heldLeases).toBe(0);
  });
});

/** Stops a run as a signal would, at the k-th lease check or chunk from the source: all its lanes wait until it is woken. */
class Sleep {
  private passed = 0;
  private asleep: Promise<void> | undefined;

  constructor(
    private readonly k: number,
    private readonly meanwhile: () => Promise<void>,
  ) {}

  get reached(): boolean {
    return this.passed >= this.k;
  }

  target(inner: Transport): Transport {
    const lease: Transport['lease'] = async (folder, holder) => {
      const taken = await inner.lease(folder, holder);
      return taken.map((held) => ({ ...held, check: () => this.pass().then(() => held.check()) }));
    };
    return wrapTransport(inner, (_, run) => run(), { lease });
  }

  source(inner: Transport): Transport {
    const chunksOf = async function* (sleep: Sleep, chunks: Bytes): Bytes {
      for await (const chunk of chunks) {
        await sleep.pass();
        yield chunk;
      }
    };
    const read = async function* (
      sleep: Sleep,
      ...call: Parameters<Transport['read']>
    ): AsyncGenerator<RangeRead> {
      for await (const { range, chunks } of inner.read(...call))
        yield { range, chunks: chunksOf(sleep, chunks) };
    };
    return wrapTransport(inner, (_, run) => run(), { read: (...call) => read(this, ...call) });
  }

  private async pass(): Promise<void> {
    if (++this.passed === this.k) this.asleep = this.sleep();
    await this.asleep;
  }

  private async sleep(): Promise<void> {
    // What the other lanes have been let through to is done first.
    for (let turn = 0; turn < 5; turn++) await new Promise((done) => setImmediate(done));
    await this.meanwhile();
  }
}

describe('a run whose lease is broken while it sleeps, and outlived by another run', () => {
  let before: { source: MemoryDisk; target: MemoryDisk };

  beforeAll(async () => {
    before = await eventful();
  });

  it('touches nothing either that was changed by hand meanwhile', async () => {
    for (let k = 1; ; k++) {
      const target = before.target.clone();
      let outlived: object | undefined;
      const sleep = new Sleep(k, async () => {
        expect((await target.transport().breakLease(LOCK)).isOk()).toBe(true);
        target.remove(`${LIVE}/same.jsonl`);
        for (const path of Object.keys(liveOf(target))) target.touch(`${LIVE}/${path}`, 1n);
        outlived = snapshot(target);
      });
      const to = sleep.target(target.transport(SMALL_WRITES));
      const ran = await backup(before.source, to, { ...SMALL, archive: archiveOf(to, ARCHIVE_ID) });
      if (!sleep.reached) break;
      expect(ran.failure, `asleep at ${k}`).not.toBeNull();
      expect(snapshot(target), `asleep at ${k}`).toEqual(outlived);
    }
  });

  it('does not write into a ledger that somebody added to under its lease', async () => {
    const source = sourceOf({ 'a.jsonl': 'a' });
    const target = createMemoryDisk();
    await backup(source, target);
    source.append('-home/a.jsonl', 'more');
    const ledger = `${META}/ledger/000001.log`;
    const sleep = new Sleep(1, async () => target.append(ledger, 'x'));
    const to = sleep.target(target.transport());
    const ran = await backup(source, to, { archive: archiveOf(to, ARCHIVE_ID) });
    expect(ran).toMatchObject({ linesWritten: 0, failure: { kind: 'lease-lost' } });
    expect(target.text(ledger)).toMatch(/}\nx$/);
  });

  it('writes nothing more, wherever it slept', async () => {
    for (let k = 1; ; k++) {
      const target = before.target.clone();
      let outlived: object | undefined;
      const sleep = new Sleep(k, async () => {
        const broken = await target.transport().breakLease(LOCK);
        expect(broken._unsafeUnwrap()).not.toBeNull();
        expect((await backup(before.source, target, SMALL)).failure).toBeNull();
        outlived = snapshot(target);
      });
      const from = sleep.source(before.source.transport(SMALL_CHUNKS));
      const to = sleep.target(target.transport(SMALL_WRITES));
      const ran = await backup(from, to, { ...SMALL, archive: archiveOf(to, ARCHIVE_ID) });
      if (!sleep.reached) break;
      expect(ran.failure, `asleep at ${k}`).toMatchObject({ kind: 'lease-lost' });
      expect(snapshot(target), `asleep at ${k}`).toEqual(outlived);
      const next = await backup(before.source, target, SMALL);
      expect(next, `asleep at ${k}`).toMatchObject({ outcome: 'done', linesWritten: 0, alarms: [] });
    }
  });
});
