import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Transport } from '@sessionkeep/core';
import { startFaultProxy, type FaultProxy } from '@sessionkeep/testkit/proxy';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ArchiveOnShare, digestsIn, LIVE, patient } from './engine.js';
import { describeOnSamba, open } from './servers.js';
import { ShareDisk } from './share-disk.js';
import { MiB, pattern } from './tools.js';

describeOnSamba('a share as source', { shares: { mac: {}, share: {} } }, (samba) => {
  let sessions: ShareDisk;
  let kept: ShareDisk;
  let proxy: FaultProxy;
  let source: Transport;
  let archive: ArchiveOnShare;

  beforeEach(async () => {
    sessions = new ShareDisk(samba().folders.mac);
    kept = new ShareDisk(samba().folders.share);
    proxy = await startFaultProxy({ to: samba() });
    for (let index = 0; index < 60; index++) {
      sessions.writeQuietly(`-home/s-${index}.jsonl`, pattern(30_000, index + 1));
    }
    // As macOS and Samba's own clients write what Windows forbids.
    sessions.writeQuietly('-home/a\uf03ab.jsonl', 'odd');
    sessions.write('-home/deep/er/large.jsonl', pattern(12 * MiB, 5));
    archive = new ArchiveOnShare(() => open(samba(), { share: 'share', folder: kept.folder }));
  });

  afterEach(async () => {
    await source.close();
    await proxy.close();
    for (const disk of [sessions, kept]) disk.remove();
  });

  async function openSource(): Promise<void> {
    source = patient(await open(samba(), { share: 'mac', folder: sessions.folder, port: proxy.port }));
  }

  function expectSame(): void {
    expect(digestsIn(join(kept.root, LIVE))).toEqual(digestsIn(join(sessions.root, '-home')));
  }

  it('is backed up to another, and again when it has grown', async () => {
    await openSource();
    expect(await archive.backup(source)).toMatchObject({ outcome: 'done', counts: { copied: 62 } });
    expectSame();
    expect(await archive.backup(source)).toMatchObject({ outcome: 'done', counts: { unchanged: 62 } });
    appendFileSync(sessions.at('-home/s-3.jsonl'), 'more');
    appendFileSync(sessions.at('-home/deep/er/large.jsonl'), pattern(2 * MiB, 6));
    expect(await archive.backup(source)).toMatchObject({
      outcome: 'done',
      counts: { appended: 2, unchanged: 60 },
      bytesMoved: 2 * MiB + 4,
    });
    expectSame();
    expect(await samba().openFiles()).toEqual([]);
  });

  it.each([3_000, 500_000, 9_000_000])(
    'is read to the end though its connection was cut after %i bytes',
    async (byte) => {
      proxy.setFaults([{ kind: 'cut', direction: 'down', at: { byte }, connection: 1 }]);
      await openSource();
      expect(await archive.backup(source)).toMatchObject({
        outcome: 'done',
        counts: { copied: 62, failed: 0 },
      });
      expect(proxy.connections).toBe(2);
      expectSame();
    },
  );
});
