import type { Bytes, Transport } from '@sessionkeep/core';
import {
  FaultInjector,
  wrapTransport,
  type MemoryDisk,
  type MemoryTransportOptions,
} from '@sessionkeep/testkit';
import { describe, expect, it } from 'vitest';
import {
  backup,
  createMemoryDisk,
  fileEvents,
  ledgerState,
  liveOf,
  sourceOf,
  sourceTexts,
  SMALL_WRITES,
  verify,
  versionsOf,
} from './scenario.js';

/** Does something to the disk when the k-th point is reached. */
class Meddler extends FaultInjector {
  constructor(
    private readonly k: number,
    private readonly meddle: () => void,
  ) {
    super({});
  }

  override reach(...point: Parameters<FaultInjector['reach']>): ReturnType<FaultInjector['reach']> {
    const fault = super.reach(...point);
    if (this.points.length === this.k) this.meddle();
    return fault;
  }
}

const LONG = 'one two three four five six seven eight nine ten ';
const FILES = {
  'a.jsonl': LONG,
  'grown.jsonl': LONG,
  'rewritten.jsonl': LONG,
  'short.jsonl': LONG,
  'small.jsonl': 'small',
};

/** A source that has a file of every sort to be read, and the target of the run before. */
async function prepared(): Promise<{ source: MemoryDisk; target: MemoryDisk }> {
  const source = sourceOf(FILES);
  const target = createMemoryDisk();
  await backup(source, target);
  source.append('-home/grown.jsonl', LONG);
  source.replace('-home/rewritten.jsonl', `another ${LONG}`);
  source.write('-home/new.jsonl', `new ${LONG}`);
  source.write('-home/other.jsonl', `other ${LONG}`);
  return { source, target };
}

type Change = (source: MemoryDisk, path: string) => void;

const CHANGES: readonly (readonly [string, Change])[] = [
  ['grows', (source, path) => source.append(path, 'more')],
  ['shrinks', (source, path) => source.truncate(path, 10)],
  ['becomes empty', (source, path) => source.truncate(path, 0)],
  ['vanishes', (source, path) => source.remove(path)],
  ['is replaced by a longer one', (source, path) => source.replace(path, `REPLACED ${LONG} ${LONG} ${LONG}`)],
  ['is replaced by a shorter one', (source, path) => source.replace(path, 'REPLACED')],
  ['is rewritten in place', (source, path) => source.write(path, LONG.toUpperCase() + LONG)],
];

/** `elsewhere`: as a pod's, whose digests come without the hash's state. */
const SOURCES: readonly (readonly [string, MemoryTransportOptions])[] = [
  ['a disk', { chunkSize: 16 }],
  ['a pod', { chunkSize: 16, hashState: false }],
];

describe.each(SOURCES)('a file of %s that is changed while it is backed up', (_, traits) => {
  const read = async (source: MemoryDisk, target: MemoryDisk, meddler: FaultInjector) => {
    return backup(meddler.wrap(source.transport(traits)), target.transport(SMALL_WRITES));
  };

  it.each(CHANGES)('%s: what is kept is what was read, and the next run has it all', async (name, change) => {
    for (const path of ['new.jsonl', 'grown.jsonl', 'rewritten.jsonl']) {
      for (let k = 1; ; k++) {
        const { source, target } = await prepared();
        const seen: string[] = [];
        const remember = () => seen.push(sourceTexts(source)[path] ?? '');
        remember();
        const meddler = new Meddler(k, () => {
          change(source, `-home/${path}`);
          remember();
        });
        const ran = await read(source, target, meddler);
        if (seen.length === 1) break;
        const where = `${path} at ${k}`;
        expect(ran, where).toMatchObject({ failure: null, alarms: [], interrupted: false });
        const failed = fileEvents(ran).filter(({ outcome }) => outcome === 'failed');
        expect(failed.filter((event) => event.path !== path)).toEqual([]);
        for (const other of ['a.jsonl', 'small.jsonl', 'other.jsonl'] as const) {
          expect(liveOf(target)[other], where).toBe(sourceTexts(source)[other]);
        }
        const record = (await ledgerState(target)).records.get(path);
        // Old and new bytes of a file that is rewritten in place cannot be told apart while it is read.
        const torn = name === 'is rewritten in place';
        if (record !== undefined && !torn) {
          const kept = liveOf(target)[path]!.slice(0, record.size);
          expect(
            seen.concat(FILES['grown.jsonl']).some((text) => text.startsWith(kept)),
            `${where}: ${kept}`,
          ).toBe(true);
        }
        expect(await verify(target), where).toMatchObject({ alarms: [], failure: null });
        const next = await backup(source, target);
        expect(next, where).toMatchObject({ failure: null, alarms: [], counts: { failed: 0 } });
        expect(liveOf(target), where).toMatchObject(sourceTexts(source));
        expect(await backup(source, target), where).toMatchObject({ outcome: 'done', linesWritten: 0 });
        const everything = [...Object.values(versionsOf(target)), ...Object.values(liveOf(target))];
        for (const text of Object.values(FILES))
          expect(everything.some((kept) => kept.startsWith(text))).toBe(true);
      }
    }
  });
});

describe('a source that fails', () => {
  it('fails for the files that cannot be read, and for no other', async () => {
    const source = sourceOf(FILES);
    const target = createMemoryDisk();
    source.makeUnreadable('-home/a.jsonl');
    const ran = await backup(source, target);
    expect(ran).toMatchObject({ outcome: 'partial', failure: null, counts: { failed: 1, copied: 4 } });
    source.makeUnreadable('-home/a.jsonl', false);
    expect(await backup(source, target)).toMatchObject({
      outcome: 'done',
      counts: { copied: 1, unchanged: 4 },
    });
  });

  it('keeps what it had of a folder that cannot be read, and calls nothing in it deleted', async () => {
    const source = sourceOf({ 'folder/a.jsonl': 'a', 'b.jsonl': 'b' });
    const target = createMemoryDisk();
    await backup(source, target);
    source.makeUnreadable('-home/folder');
    expect(await backup(source, target)).toMatchObject({
      outcome: 'partial',
      linesWritten: 0,
      counts: { failed: 1, retained: 1 },
    });
    expect(liveOf(target)).toEqual({ 'folder/a.jsonl': 'a', 'b.jsonl': 'b' });
  });

  it('is not written to', async () => {
    const { source, target } = await prepared();
    const before = source.files();
    await backup(source, target);
    expect(source.files()).toEqual(before);
  });

  it('keeps the name that the target has for a file when it is looked at twice', async () => {
    const source = sourceOf({ 'ü.jsonl': LONG });
    const target = createMemoryDisk({ rules: { normalizes: true } });
    target.write('source-mac/repo-home/u\u0308.jsonl', 'o');
    let replaced = 0;
    const replacing = wrapTransport(source.transport(), (_, run) => run(), {
      read: (ranges, options) => {
        if (++replaced === 1) source.replace('-home/ü.jsonl', `other ${LONG}`);
        return source.transport().read(ranges, options);
      },
    });
    expect(await backup(replacing, target)).toMatchObject({
      outcome: 'done',
      counts: { failed: 0, files: 1 },
    });
    expect(replaced).toBe(2);
    const { records } = await ledgerState(target);
    expect([...records.values()]).toMatchObject([{ path: 'ü.jsonl', stored: 'u\u0308.jsonl' }]);
    expect(Object.values(liveOf(target))).toEqual([`other ${LONG}`]);
  });

  it('that hands out other bytes than it digested does not mend a file with them', async () => {
    const source = sourceOf({ 'a.jsonl': LONG });
    const target = createMemoryDisk();
    await backup(source, target);
    target.truncate('source-mac/repo-home/a.jsonl', 20);
    const inner = source.transport({ chunkSize: 16 });
    const lying: Transport = {
      ...new FaultInjector({}).wrap(inner),
      read: async function* (ranges, options) {
        for await (const { range, chunks } of inner.read(ranges, options)) {
          yield { range, chunks: garbled(chunks) };
        }
      },
    };
    const ran = await backup(lying, target);
    expect(ran).toMatchObject({ outcome: 'damage', counts: { failed: 1, mended: 0 } });
    expect(ran.alarms).toEqual(['a.jsonl: short-in-archive']);
    const next = await backup(source, target);
    expect(next.failure).toBeNull();
    expect(liveOf(target)).toEqual({ 'a.jsonl': LONG });
    expect(await verify(target)).toMatchObject({ alarms: [] });
  });
});

async function* garbled(chunks: Bytes): Bytes {
  for await (const chunk of chunks) yield chunk.map((bytes) => bytes.map((byte) => byte ^ 1));
}
