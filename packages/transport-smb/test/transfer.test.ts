import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createMemoryDisk, type MemoryDisk } from '@sessionkeep/testkit';
import { startFaultProxy, type FaultProxy } from '@sessionkeep/testkit/proxy';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ArchiveOnShare, digestsIn, digestsOf, FILES, goOn, LIVE, ODD, patient, sessions } from './engine.js';
import { describeOnSamba, open } from './servers.js';
import { ShareDisk } from './share-disk.js';
import { MiB, pattern } from './tools.js';

describeOnSamba('the engine on a share', {}, (samba) => {
  let disk: ShareDisk;
  let proxy: FaultProxy;
  let archive: ArchiveOnShare;

  beforeEach(async () => {
    disk = new ShareDisk(samba().folders.share);
    proxy = await startFaultProxy({ to: samba() });
    archive = new ArchiveOnShare(async () =>
      patient(await open(samba(), { folder: disk.folder, port: proxy.port })),
    );
  });

  afterEach(async () => {
    await proxy.close();
    disk.remove();
  });

  /** On the server's own disk lie the source's files under the names that a share can hold. */
  function expectStored(source: MemoryDisk): void {
    const stored = Object.entries(digestsOf(source)).map(([path, digest]) => [ODD[path] ?? path, digest]);
    expect(digestsIn(join(disk.root, LIVE))).toEqual(Object.fromEntries(stored));
  }

  it('keeps odd names, verifies deeply and restores, and does nothing when nothing has changed', async () => {
    const source = sessions();
    expect(await archive.backup(source.transport())).toMatchObject({
      outcome: 'done',
      counts: { copied: FILES },
    });
    expectStored(source);
    await archive.expectKept(source);
    goOn(source);
    expect(await archive.backup(source.transport())).toMatchObject({
      outcome: 'done',
      counts: { appended: 2, superseded: 1, unchanged: FILES - 3 },
    });
    expectStored(source);
    await archive.expectKept(source);
    expect(await archive.backup(source.transport())).toMatchObject({ outcome: 'done', bytesMoved: 0 });
    const leftovers = readdirSync(join(disk.root, '.sessionkeep'), { recursive: true, encoding: 'utf8' });
    expect(leftovers.filter((path) => /(?:lock|tmp)\//.test(path))).toEqual([]);
    expect(await samba().openFiles()).toEqual([]);
  });

  it('refuses one by one the names that would be one on the share, and keeps the others', async () => {
    const source = createMemoryDisk();
    const kept = ['A.jsonl', 'Folder/x', 'e\u0301.jsonl', 'a:b', 'other'];
    const refused = {
      'a.jsonl': 'refused name-collision',
      'folder/y': 'refused name-collision',
      '\u00e9.jsonl': 'refused name-collision',
      'a\uf03ab': 'refused name-collision',
      other: 'copied new',
    };
    for (const name of [...kept, ...Object.keys(refused)]) source.write(`-home/${name}`, name);
    const long = `${'l'.repeat(256)}.jsonl`;
    source.write(`-home/${long}`, 'long');
    const report = await archive.backup(source.transport());
    expect(report).toMatchObject({ outcome: 'partial', counts: { copied: 5, refused: 5, failed: 0 } });
    expect(archive.told).toMatchObject({ ...refused, [long]: 'refused name-not-storable' });
    expect(Object.keys(digestsIn(join(disk.root, LIVE))).sort()).toEqual(
      ['A.jsonl', 'Folder/x', '\u00e9.jsonl', 'a\uf03ab', 'other'].sort(),
    );
    // The same again: who has a name keeps it.
    expect((await archive.backup(source.transport())).counts).toMatchObject({ unchanged: 5, refused: 5 });
    for (const name of [...Object.keys(refused), long]) if (name !== 'other') source.remove(`-home/${name}`);
    await archive.expectKept(source);
  });

  it('asks little of a share: nothing for a file that is unchanged, one message for a small one, two for one that has grown', async () => {
    const source = sessions();
    await archive.backup(source.transport());
    const cost = async (): Promise<{ messages: number; bytes: number }> => {
      const { messages, bytes } = proxy.traffic.up;
      expect((await archive.backup(source.transport())).outcome).toBe('done');
      return { messages: proxy.traffic.up.messages - messages, bytes: proxy.traffic.up.bytes - bytes };
    };
    const unchanged = await cost();
    // Connecting, the lease, the ledger, the probe and a listing a folder; and as many again for what is not thought of here.
    expect(unchanged.messages).toBeLessThan(60);
    expect(unchanged.bytes).toBeLessThan(20_000);
    for (let index = 0; index < 50; index++) source.write(`-home/new-${index}.jsonl`, pattern(5000, index));
    const small = await cost();
    expect(small.messages - unchanged.messages).toBeLessThan(50 + 20);
    expect(small.bytes).toBeLessThan(50 * 6500 + 60_000);
    for (let index = 0; index < 50; index++) source.append(`-home/new-${index}.jsonl`, pattern(1000, index));
    const grown = await cost();
    expect(grown.messages - unchanged.messages).toBeLessThan(50 * 2 + 20);
    source.append('-home/deep/er/large.jsonl', pattern(MiB, 5));
    // Of a log of 9 MiB only what is new is sent, and nothing is read back.
    const down = proxy.traffic.down.bytes;
    expect((await cost()).bytes).toBeLessThan(1.05 * MiB);
    expect(proxy.traffic.down.bytes - down).toBeLessThan(300_000);
  });
});
