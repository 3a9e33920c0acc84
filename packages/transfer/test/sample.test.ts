import { keepFilter, SAMPLE_PARTS, type SampleWindow } from '@sessionkeep/core';
import type { MemoryDisk } from '@sessionkeep/testkit';
import { describe, expect, it } from 'vitest';
import type { TransferEvent } from '../src/events.js';
import type { VerifyReport } from '../src/report.js';
import { verifyRepo } from '../src/verify/verify-repo.js';
import {
  ARCHIVE_ID,
  archiveOf,
  backup,
  createMemoryDisk,
  LIVE,
  META,
  PLACE,
  REPO,
  snapshot,
  sourceOf,
  verify,
} from './scenario.js';

const QUARTER = SAMPLE_PARTS / 4;
const quarters = [0, 1, 2, 3].map((number): SampleWindow => ({ from: number * QUARTER, parts: QUARTER }));
const names = (count: number, prefix = 'log'): string[] =>
  Array.from({ length: count }, (_, number) => `${prefix}-${number}.jsonl`);

async function sampled(
  target: MemoryDisk,
  sample: SampleWindow,
): Promise<VerifyReport & { readonly corrupt: readonly string[] }> {
  const events: TransferEvent[] = [];
  const report = await verifyRepo({
    source: null,
    archive: archiveOf(target.transport(), ARCHIVE_ID),
    place: PLACE,
    repo: REPO,
    filter: keepFilter(),
    sample,
    onEvent: (event) => events.push(event),
  });
  const corrupt = events.flatMap((event) =>
    event.type === 'file' && event.outcome === 'corrupt' ? [event.path] : [],
  );
  return { ...report, corrupt };
}

/** Other bytes of the same length in everything that is kept: whoever reads one back, notices. */
function harmAll(target: MemoryDisk): MemoryDisk {
  const harmed = target.clone();
  for (const [path, { bytes, mtime }] of harmed.files()) {
    if (path.startsWith(`${LIVE}/`) || path.startsWith(`${META}/versions/`))
      harmed.write(
        path,
        bytes.map((byte) => byte ^ 1),
        mtime,
      );
  }
  return harmed;
}

describe('a sample', () => {
  it('has every kept file and version once in a round, and no other', async () => {
    const source = sourceOf(Object.fromEntries(names(40).map((name) => [name, name.repeat(5)])));
    const target = createMemoryDisk();
    await backup(source, target);
    for (const name of names(10)) source.replace(`-home/${name}`, 'anew');
    await backup(source, target);
    const whole = await verify(target);
    expect(whole.readBack).toEqual({
      files: 50,
      bytes: whole.bytesRead,
      keptFiles: 50,
      keptBytes: whole.bytesRead,
    });
    const before = snapshot(target);
    const reports = await Promise.all(quarters.map((quarter) => sampled(harmAll(target), quarter)));
    expect(snapshot(target)).toEqual(before);
    const read = reports.flatMap(({ corrupt }) => corrupt);
    expect(new Set(read).size).toBe(50);
    expect(read).toHaveLength(50);
    for (const { readBack, corrupt, counts, bytesRead } of reports) {
      expect(readBack).toMatchObject({ files: corrupt.length, bytes: bytesRead, keptFiles: 50 });
      expect(counts.corrupt).toBe(corrupt.length);
      expect(corrupt.length).toBeGreaterThan(3);
    }
    expect(await sampled(target, quarters[1]!)).toMatchObject({ corrupt: [], failure: null, alarms: [] });
  });

  it('reads what is kept of a path together, so that a rewrite moves nothing past it', async () => {
    const source = sourceOf({ 'a.jsonl': 'first' });
    const target = createMemoryDisk();
    await backup(source, target);
    const windows = Array.from({ length: 20 }, (_, number) => ({
      from: (number * SAMPLE_PARTS) / 20,
      parts: SAMPLE_PARTS / 20,
    }));
    const found = await Promise.all(windows.map((window) => sampled(harmAll(target), window)));
    const [mine] = windows.filter((_, number) => found[number]!.corrupt.length > 0);
    for (const text of ['second', 'third', 'first']) {
      source.replace('-home/a.jsonl', text);
      await backup(source, target);
    }
    const { corrupt } = await sampled(harmAll(target), mine!);
    expect(corrupt.filter((path) => path.startsWith('versions/'))).toHaveLength(3);
    expect(corrupt).toContain('a.jsonl');
    // Another path that had the same bytes does not take them along.
    source.write('-home/b.jsonl', 'third');
    await backup(source, target);
    source.replace('-home/b.jsonl', 'other');
    await backup(source, target);
    const again = await sampled(harmAll(target), mine!);
    expect(again.corrupt.filter((path) => path.startsWith('versions/'))).toHaveLength(3);
  });

  it('leaves nothing out when files come, grow and are rewritten between the nights', async () => {
    const source = sourceOf(Object.fromEntries(names(12).map((name) => [name, name])));
    const target = createMemoryDisk();
    await backup(source, target);
    const seen = new Set<string>();
    for (const [night, quarter] of quarters.entries()) {
      for (const path of (await sampled(harmAll(target), quarter)).corrupt) seen.add(path);
      for (const name of names(3, `night-${night}`)) source.write(`-home/${name}`, name);
      for (const name of names(12)) source.append(`-home/${name}`, ' more');
      source.replace(`-home/${names(12)[night]!}`, `night ${night}`);
      await backup(source, target);
    }
    expect(names(12).filter((name) => !seen.has(name))).toEqual([]);
    // What came in the first round has been read by the end of the second.
    for (const quarter of quarters)
      for (const path of (await sampled(harmAll(target), quarter)).corrupt) seen.add(path);
    const { readBack } = await verify(target);
    expect(seen.size).toBe(readBack.keptFiles);
  });

  it('of everything is what deep reads', async () => {
    const source = sourceOf(Object.fromEntries(names(7).map((name) => [name, name])));
    const target = createMemoryDisk();
    await backup(source, target);
    const all = await sampled(target, { from: 123, parts: SAMPLE_PARTS });
    expect(all.readBack).toEqual((await verify(target)).readBack);
    expect(all.readBack.files).toBe(7);
  });
});
