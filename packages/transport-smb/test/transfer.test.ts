import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepFilter, type Repo, type Transport } from '@sessionkeep/core';
import { createMemoryDisk, nodeSha256, type MemoryDisk } from '@sessionkeep/testkit';
import { startFaultProxy, type FaultProxy } from '@sessionkeep/testkit/proxy';
import {
  backupSource,
  openArchive,
  restoreFiles,
  verifyRepo,
  withRetry,
  type Archive,
  type SourceReport,
} from '@sessionkeep/transfer';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { must } from './results.js';
import { describeOnSamba, open } from './servers.js';
import { ShareDisk } from './share-disk.js';
import { MiB, pattern } from './tools.js';

const REPO: Repo = { name: 'home', aliases: [], layout: 'flat', projects: ['-home'] };
const PLACE = { source: 'mac', repo: 'home' };
const SMALL_FILES = 80;
/** As the source has them, and as a share can hold them. */
const ODD = {
  'a:b?.jsonl': 'a\uf03ab\uf03f.jsonl',
  'tail.': 'tail\uf02e',
  'e\u0301.jsonl': '\u00e9.jsonl',
  'CON.jsonl': '\uf043ON.jsonl',
};

type Texts = Readonly<Record<string, string>>;
const digest = (bytes: Uint8Array): string => nodeSha256.of(bytes);

function sessions(): MemoryDisk {
  const disk = createMemoryDisk();
  disk.makeFolder('-home');
  for (let index = 0; index < SMALL_FILES; index++) {
    disk.write(`-home/session-${index}.jsonl`, pattern(20_000 + index, index + 1));
  }
  for (const name of Object.keys(ODD)) disk.write(`-home/${name}`, name);
  disk.write('-home/deep/er/large.jsonl', pattern(9 * MiB, 99));
  return disk;
}

/** What has happened at the source since: a log has grown much, one a little, and one was rewritten. */
function goOn(disk: MemoryDisk): void {
  disk.append('-home/deep/er/large.jsonl', pattern(5 * MiB, 7));
  disk.append('-home/session-1.jsonl', 'grown');
  disk.write('-home/session-2.jsonl', 'rewritten');
}

function textsOf(disk: MemoryDisk): Texts {
  return Object.fromEntries(
    [...disk.files()].map(([path, { bytes }]) => [path.slice('-home/'.length), digest(bytes)]),
  );
}

describeOnSamba('the engine on a share', {}, (samba) => {
  let disk: ShareDisk;
  let proxy: FaultProxy;

  beforeEach(async () => {
    disk = new ShareDisk(samba().folders.share);
    proxy = await startFaultProxy({ to: samba() });
  });

  afterEach(async () => {
    await proxy.close();
    disk.remove();
  });

  async function patient(): Promise<Transport> {
    const transport = await open(samba(), { folder: disk.folder, port: proxy.port });
    return withRetry(transport, {
      attempts: 6,
      wait: (attempt) => sleep(20 * 2 ** attempt),
      sha256: nodeSha256,
    });
  }

  async function withArchive<T>(use: (archive: Archive) => Promise<T>): Promise<T> {
    const target = await patient();
    try {
      return await use(must(await openArchive({ target, sha256: nodeSha256, create: true })));
    } finally {
      await target.close();
    }
  }

  function backup(source: MemoryDisk): Promise<SourceReport> {
    return withArchive(async (archive) =>
      must(
        await backupSource({
          source: source.transport(),
          archive,
          name: PLACE.source,
          origin: 'test:/home',
          repos: [REPO],
        }),
      ),
    );
  }

  /** The archive holds the source's files, byte for byte, on the server's own disk, verified, and brought back. */
  async function expectKept(source: MemoryDisk): Promise<void> {
    const wanted = textsOf(source);
    const live = join(disk.root, 'source-mac/repo-home');
    const there = readdirSync(live, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(live, path)).isFile())
      .map((path) => [path, digest(readFileSync(join(live, path)))] as const);
    const stored = (path: string): string => (ODD as Texts)[path] ?? path;
    expect(Object.fromEntries(there)).toEqual(
      Object.fromEntries(Object.entries(wanted).map(([path, text]) => [stored(path), text])),
    );
    await withArchive(async (archive) => {
      const filter = keepFilter();
      const verified = await verifyRepo({
        source: source.transport(),
        archive,
        place: PLACE,
        repo: REPO,
        filter,
        deep: true,
      });
      expect(verified).toMatchObject({
        failure: null,
        counts: { matching: Object.keys(wanted).length, corrupt: 0, missing: 0 },
      });
      const into = createMemoryDisk();
      const restored = await restoreFiles({
        archive,
        places: [PLACE],
        into: into.transport(),
        run: 'restore',
      });
      expect(restored).toMatchObject({ failure: null, alarms: [], interrupted: false });
      expect(textsOf(into)).toEqual(wanted);
    });
  }

  it('keeps odd names, verifies deeply and restores, and does nothing when nothing has changed', async () => {
    const source = sessions();
    expect(await backup(source)).toMatchObject({ outcome: 'done', counts: { copied: SMALL_FILES + 5 } });
    await expectKept(source);
    goOn(source);
    expect(await backup(source)).toMatchObject({
      outcome: 'done',
      counts: { appended: 2, superseded: 1, unchanged: SMALL_FILES + 2 },
    });
    await expectKept(source);
    const before = proxy.traffic.up.bytes;
    expect(await backup(source)).toMatchObject({ outcome: 'done', bytesMoved: 0 });
    expect(proxy.traffic.up.bytes - before).toBeLessThan(100_000);
    const leftovers = readdirSync(join(disk.root, '.sessionkeep'), { recursive: true, encoding: 'utf8' });
    expect(leftovers.filter((path) => /(?:lock|tmp)\//.test(path))).toEqual([]);
  });

  // From the first words to the last lines of a run, while small files, a large one, an append and the ledger are written.
  it.each([2_000, 8_000, 200_000, 700_000, 1_200_000, 1_700_000, 4_000_000, 9_000_000, 10_500_000])(
    'ends with the same archive though the connection was cut after %i bytes',
    async (byte) => {
      const source = sessions();
      proxy.setFaults([{ kind: 'cut', direction: 'up', at: { byte }, connection: 1 }]);
      expect(await backup(source)).toMatchObject({
        outcome: 'done',
        counts: { copied: SMALL_FILES + 5, failed: 0 },
      });
      expect(proxy.connections).toBe(2);
      await expectKept(source);
      goOn(source);
      const next = proxy.connections + 1;
      proxy.setFaults([
        { kind: 'cut', direction: 'up', at: { byte: Math.floor(byte / 2) }, connection: next },
      ]);
      expect(await backup(source)).toMatchObject({ outcome: 'done', counts: { failed: 0 } });
      await expectKept(source);
    },
  );

  it('ends with the same archive though the server was killed and came back in the middle', async () => {
    const source = sessions();
    proxy.setFaults([]);
    const running = backup(source);
    await expect.poll(() => proxy.traffic.up.bytes, { interval: 1 }).toBeGreaterThan(1_000_000);
    await samba().kill();
    await sleep(100);
    await samba().restart();
    const report = await running;
    if (report.outcome !== 'done') expect(await backup(source)).toMatchObject({ outcome: 'done' });
    await expectKept(source);
  });
});
