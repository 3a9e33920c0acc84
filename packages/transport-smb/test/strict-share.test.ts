import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMemoryDisk, nodeSha256 } from '@sessionkeep/testkit';
import { needSamba, startSamba } from '@sessionkeep/testkit/samba';
import { openArchive } from '@sessionkeep/transfer';
import { describe, expect, it } from 'vitest';
import { ArchiveOnShare, digestsIn, digestsOf, LIVE, patient } from './engine.js';
import { describeOnSamba, open, USER } from './servers.js';
import { MiB, pattern } from './tools.js';

describe('the engine on a share whose disk is full', () => {
  it('keeps what fits, says what does not, and the next run does the rest when there is room', async (context) => {
    needSamba(context, { smallDisk: true });
    await using samba = await startSamba({ ...USER, shares: { share: { diskBytes: 4 * MiB } } });
    const filler = join(samba.folders.share, 'filler');
    writeFileSync(filler, pattern(2.5 * MiB));
    const source = createMemoryDisk();
    for (let index = 0; index < 40; index++) source.write(`-home/${index}.jsonl`, pattern(40_000, index + 1));
    source.write('-home/large.jsonl', pattern(1.3 * MiB, 99));
    const archive = new ArchiveOnShare(async () => patient(await open(samba)));
    const report = await archive.backup(source.transport());
    expect(report.outcome).toBe('partial');
    expect(report.repos.some(({ stopped }) => stopped > 0)).toBe(true);
    // What has its name is whole, however little it was.
    const wanted = digestsOf(source);
    for (const [path, digest] of Object.entries(digestsIn(join(samba.folders.share, LIVE))))
      expect(wanted[path]).toBe(digest);
    rmSync(filler);
    expect(await archive.backup(source.transport())).toMatchObject({
      outcome: 'done',
      counts: { failed: 0 },
    });
    await archive.expectKept(source);
    expect(await samba.openFiles()).toEqual([]);
  });
});

describeOnSamba(
  'the engine on a share that may only be read',
  { shares: { share: { readOnly: true } } },
  (samba) => {
    it('makes no archive there, and says why', async () => {
      const target = patient(await open(samba()));
      const opened = await openArchive({ target, sha256: nodeSha256, create: true });
      expect(opened._unsafeUnwrapErr()).toMatchObject({ kind: 'read-only', retry: false });
      expect(opened._unsafeUnwrapErr().hint).toContain('only read');
      await target.close();
    });
  },
);
