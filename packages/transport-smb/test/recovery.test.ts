import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MemoryDisk } from '@sessionkeep/testkit';
import { startFaultProxy, type FaultProxy } from '@sessionkeep/testkit/proxy';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ArchiveOnShare, FILES, goOn, LIVE, patient, sessions } from './engine.js';
import { describeOnSamba, open } from './servers.js';
import { ShareDisk } from './share-disk.js';

describeOnSamba('a run whose share is lost in the middle', {}, (samba) => {
  let disk: ShareDisk;
  let proxy: FaultProxy;
  let archive: ArchiveOnShare;

  beforeEach(async () => {
    disk = new ShareDisk(samba().folders.share);
    proxy = await startFaultProxy({ to: samba() });
    archive = new ArchiveOnShare(async () =>
      patient(await open(samba(), { folder: disk.folder, port: proxy.port, timeouts: { silence: 500 } })),
    );
  });

  afterEach(async () => {
    await proxy.close();
    disk.remove();
  });

  /** Backs up until a run is done; in how many. A run that is not done has lost the share, and says so. */
  async function runsUntilDone(source: MemoryDisk, most: number): Promise<number> {
    for (let runs = 1; runs <= most; runs++) {
      const report = await archive.backup(source.transport());
      if (report.outcome === 'done') return runs;
      expect(report).toMatchObject({
        outcome: 'failed',
        repos: [{ failure: { kind: expect.stringMatching(/^(?:unreachable|timeout)$/) as string } }],
      });
    }
    return most + 1;
  }

  // From the first words to the last lines of a run, while small files, a large one, an append and the ledger are written.
  it.each([8_000, 1_700_000, 10_500_000])(
    'ends with the same archive though the connection was cut after %i bytes',
    async (byte) => {
      const source = sessions();
      proxy.setFaults([{ kind: 'cut', direction: 'up', at: { byte }, connection: 1 }]);
      expect(await archive.backup(source.transport())).toMatchObject({
        outcome: 'done',
        counts: { copied: expect.any(Number) as number, failed: 0, files: FILES },
      });
      expect(proxy.connections).toBe(2);
      await archive.expectKept(source);
      goOn(source);
      const next = proxy.connections + 1;
      proxy.setFaults([
        { kind: 'cut', direction: 'up', at: { byte: Math.floor(byte / 2) }, connection: next },
      ]);
      expect(await archive.backup(source.transport())).toMatchObject({
        outcome: 'done',
        counts: { failed: 0 },
      });
      await archive.expectKept(source);
    },
  );

  it.each([5, 17, 47, 61, 100])(
    'ends with the same archive though the connection that appends and supersedes was cut at answer %i',
    async (message) => {
      const source = sessions();
      await archive.backup(source.transport());
      goOn(source);
      proxy.setFaults([
        { kind: 'cut', direction: 'down', at: { message }, connection: proxy.connections + 1 },
      ]);
      // Before anything was asked for it is no run yet, and the caller has the error.
      if (message > 5) expect(await runsUntilDone(source, 1)).toBe(1);
      proxy.setFaults([]);
      expect(await runsUntilDone(source, 1)).toBe(1);
      await archive.expectKept(source);
    },
  );

  it.each([30, 70])('comes to an end though every connection is cut at its message %i', async (message) => {
    const source = sessions();
    proxy.setFaults([{ kind: 'cut', direction: 'up', at: { message } }]);
    await runsUntilDone(source, 3);
    proxy.setFaults([]);
    expect(await runsUntilDone(source, 1)).toBe(1);
    goOn(source);
    proxy.setFaults([{ kind: 'cut', direction: 'down', at: { message } }]);
    await runsUntilDone(source, 3);
    proxy.setFaults([]);
    expect(await runsUntilDone(source, 1)).toBe(1);
    await archive.expectKept(source);
  });

  it.each([75])(
    'goes on after a network that froze at message %i, though the server has not heard of it',
    async (message) => {
      const source = sessions();
      proxy.setFaults([{ kind: 'freeze', direction: 'up', at: { message }, connection: 1 }]);
      // The frozen connection keeps its lock; only the fresh one can tell the server to end it.
      expect(await archive.backup(source.transport())).toMatchObject({
        outcome: 'done',
        counts: { failed: 0 },
      });
      expect(proxy.connections).toBe(2);
      await archive.expectKept(source);
    },
  );

  it('goes on after the server was killed and came back in the middle', async () => {
    const source = sessions();
    const running = archive.backup(source.transport());
    await expect.poll(() => proxy.traffic.up.bytes, { interval: 1 }).toBeGreaterThan(1_000_000);
    await samba().kill();
    await sleep(100);
    await samba().restart();
    expect((await running).outcome).toBe('done');
    await archive.expectKept(source);
  });

  it('ends when the server is killed and does not come back, and the next run does the rest', async () => {
    const source = sessions();
    await archive.backup(source.transport());
    rmSync(join(disk.root, LIVE, 'session-7.jsonl'));
    goOn(source);
    const before = proxy.traffic.up.bytes;
    const running = archive.backup(source.transport());
    await expect.poll(() => proxy.traffic.up.bytes - before, { interval: 1 }).toBeGreaterThan(1_000_000);
    await samba().kill();
    expect(await running).toMatchObject({
      outcome: 'failed',
      repos: [{ failure: { kind: 'unreachable' } }],
    });
    await samba().restart();
    expect((await archive.backup(source.transport())).counts.failed).toBe(0);
    expect(await runsUntilDone(source, 1)).toBe(1);
    await archive.expectKept(source);
  });
});
