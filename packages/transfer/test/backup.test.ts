import { describe, expect, it } from 'vitest';
import { nodeSha256, withRecorder } from '@sessionkeep/testkit';
import { archiveOn, backup, createMemoryDisk, LIVE, META, sourceOf, versionsOf } from './scenario.js';

describe('backupRepo', () => {
  it('copies, appends, supersedes and keeps, and an unchanged run writes no ledger line', async () => {
    const source = createMemoryDisk();
    const target = createMemoryDisk();
    source.write('-home/a.jsonl', 'one\n');
    source.write('-home/b/c.jsonl', 'two\n');
    const first = await backup(source, target);
    expect(first.failure).toBeNull();
    expect(first.counts).toMatchObject({ files: 2, copied: 2 });
    expect(first.ledger).toMatchObject({
      segment: 1,
      head: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(target.text(`${LIVE}/b/c.jsonl`)).toBe('two\n');
    expect(await backup(source, target)).toMatchObject({
      outcome: 'done',
      linesWritten: 0,
      ledger: first.ledger,
      bytesMoved: 0,
      counts: { unchanged: 2 },
    });
    source.write('-home/a.jsonl', 'one\nmore\n');
    const grown = await backup(source, target);
    expect(grown).toMatchObject({ outcome: 'done', bytesMoved: 5, counts: { appended: 1, unchanged: 1 } });
    expect(grown.ledger?.segment).toBe(first.ledger?.segment);
    expect(grown.ledger?.size).toBeGreaterThan(first.ledger?.size ?? Infinity);
    expect(grown.ledger?.head).not.toBe(first.ledger?.head);
    source.write('-home/a.jsonl', 'other');
    expect(await backup(source, target)).toMatchObject({
      outcome: 'done',
      counts: { superseded: 1, unchanged: 1 },
    });
    expect(target.text(`${LIVE}/a.jsonl`)).toBe('other');
    expect(await backup(source, target)).toMatchObject({
      outcome: 'done',
      linesWritten: 0,
      counts: { unchanged: 2 },
    });
  });

  it('rewrites in the order that a crash can be taken up from', async () => {
    const source = sourceOf({ 'a.jsonl': 'one' });
    const target = createMemoryDisk();
    await backup(source, target);
    source.replace('-home/a.jsonl', 'two');
    const to = withRecorder(target.transport({ traits: { publishLimit: 0 } }));
    const archive = await archiveOn(to);
    to.recording.clear();
    await backup(source, to, { archive });
    const changes = to.recording.of('create', 'append', 'rename', 'flush', 'publish', 'remove');
    const place = (path: string) => path.replace(`${META}/`, '').replace(/(tmp|versions)\/.*/, '$1');
    expect(changes.map(({ operation, paths }) => `${operation} ${paths.map(place).join(' ')}`)).toEqual([
      'create tmp',
      expect.stringMatching(/^flush ledger /),
      'append ledger/000001.log',
      `rename ${LIVE}/a.jsonl versions`,
      expect.stringMatching(new RegExp(`^flush versions .* ${LIVE}$`)),
      `rename tmp ${LIVE}/a.jsonl`,
      expect.stringMatching(new RegExp(`^flush ${LIVE} `)),
      'append ledger/000001.log',
      'append runs.log',
    ]);
  });

  it('keeps a version whose place is taken by other bytes, and those too', async () => {
    const source = sourceOf({ 'a.jsonl': 'one' });
    const target = createMemoryDisk();
    await backup(source, target);
    const version = `${META}/versions/${nodeSha256.of('one')}`;
    for (const spoiled of ['two', '', 'longer than it']) {
      const found = target.clone();
      found.write(version, spoiled);
      source.replace('-home/a.jsonl', 'rewritten');
      expect(await backup(source, found)).toMatchObject({ failure: null, counts: { superseded: 1 } });
      expect(found.text(version)).toBe('one');
      expect(Object.values(versionsOf(found)).sort()).toEqual([spoiled, 'one'].sort());
    }
  });

  it('keeps a file whose time is centuries away, and can read its ledger again', async () => {
    const [source, target] = [createMemoryDisk(), createMemoryDisk()];
    source.write('-home/a.jsonl', 'one', 13_569_465_600_000_000_000n);
    expect(await backup(source, target)).toMatchObject({ outcome: 'done', counts: { copied: 1 } });
    expect(await backup(source, target)).toMatchObject({ outcome: 'done', alarms: [], linesWritten: 0 });
  });
});
