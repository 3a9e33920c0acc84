import { describe, expect, it } from 'vitest';
import { backup, createMemoryDisk, LIVE } from './scenario.js';

describe('backupRepo', () => {
  it('copies, appends, supersedes and keeps, and an unchanged run writes no ledger line', async () => {
    const source = createMemoryDisk();
    const target = createMemoryDisk();
    source.write('-home/a.jsonl', 'one\n');
    source.write('-home/b/c.jsonl', 'two\n');
    const first = await backup(source, target);
    expect(first.failure).toBeNull();
    expect(first.counts).toMatchObject({ files: 2, copied: 2 });
    expect(target.text(`${LIVE}/b/c.jsonl`)).toBe('two\n');
    expect(await backup(source, target)).toMatchObject({
      outcome: 'done',
      linesWritten: 0,
      bytesMoved: 0,
      counts: { unchanged: 2 },
    });
    source.write('-home/a.jsonl', 'one\nmore\n');
    expect(await backup(source, target)).toMatchObject({
      outcome: 'done',
      bytesMoved: 5,
      counts: { appended: 1, unchanged: 1 },
    });
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
});
