import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepFilter, type Repo, type Transport } from '@sessionkeep/core';
import { createMemoryDisk, nodeSha256, type MemoryDisk } from '@sessionkeep/testkit';
import {
  backupSource,
  openArchive,
  restoreFiles,
  verifyRepo,
  withRetry,
  type Archive,
  type SourceReport,
  type TransferEvent,
} from '@sessionkeep/transfer';
import { expect } from 'vitest';
import { must } from './results.js';
import { MiB, pattern } from './tools.js';

const REPO: Repo = { name: 'home', aliases: [], layout: 'flat', projects: ['-home'] };
const PLACE = { source: 'mac', repo: 'home' };
/** Where the archive has the files of {@link sessions}. */
export const LIVE = 'source-mac/repo-home';
const SMALL_FILES = 80;
/** As the source has them, and as a share can hold them. */
export const ODD: Readonly<Record<string, string>> = {
  'a:b?.jsonl': 'a\uf03ab\uf03f.jsonl',
  'tail.': 'tail\uf02e',
  'e\u0301.jsonl': '\u00e9.jsonl',
  'CON.jsonl': '\uf043ON.jsonl',
  'fo"ld*er /x<y>|z.jsonl': 'fo\uf022ld\uf02aer\uf020/x\uf03cy\uf03e\uf07cz.jsonl',
  'line\nbreak\u0001.jsonl': 'line\uf00abreak\uf001.jsonl',
};
export const FILES = SMALL_FILES + Object.keys(ODD).length + 1;

/** A source with small logs, a large one in deep folders, and {@link ODD} names. */
export function sessions(): MemoryDisk {
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
export function goOn(disk: MemoryDisk): void {
  disk.append('-home/deep/er/large.jsonl', pattern(5 * MiB, 7));
  disk.append('-home/session-1.jsonl', 'grown');
  disk.write('-home/session-2.jsonl', 'rewritten');
}

/** As the CLI waits for a share, in less time. */
export function patient(transport: Transport): Transport {
  return withRetry(transport, {
    attempts: 7,
    wait: (attempt) => sleep(20 * 2 ** attempt),
    sha256: nodeSha256,
  });
}

/** An archive on a share: `open` gives its transport, a fresh one for each thing that is done. */
export class ArchiveOnShare {
  /** Every file that something was told of in the last backup, but unchanged ones: its outcome and reason. */
  told: Readonly<Record<string, string>> = {};

  constructor(readonly open: () => Promise<Transport>) {}

  async backup(source: Transport): Promise<SourceReport> {
    const told: Record<string, string> = {};
    const onEvent = (event: TransferEvent): void => {
      if (event.type === 'file') told[event.path] = `${event.outcome} ${event.reason ?? ''}`.trim();
    };
    const report = await this.#use(async (archive) =>
      must(
        await backupSource({
          source,
          archive,
          name: PLACE.source,
          origin: 'test:/home',
          repos: [REPO],
          onEvent,
        }),
      ),
    );
    this.told = told;
    return report;
  }

  /** That the archive has what the source has: every byte of it is read back and compared, and everything is restored. */
  async expectKept(source: MemoryDisk, wanted: Digests = digestsOf(source)): Promise<void> {
    await this.#use(async (archive) => {
      const verified = await verifyRepo({
        source: source.transport(),
        archive,
        place: PLACE,
        repo: REPO,
        filter: keepFilter(),
        deep: true,
      });
      expect(verified).toMatchObject({
        failure: null,
        alarms: [],
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
      expect(digestsOf(into)).toEqual(wanted);
    });
  }

  async #use<T>(use: (archive: Archive) => Promise<T>): Promise<T> {
    const target = await this.open();
    try {
      return await use(must(await openArchive({ target, sha256: nodeSha256, create: true })));
    } finally {
      await target.close();
    }
  }
}

/** Files by their path in the project folder. */
export type Digests = Readonly<Record<string, string>>;

export function digestsOf(disk: MemoryDisk): Digests {
  return Object.fromEntries(
    [...disk.files()].map(([path, { bytes }]) => [path.slice('-home/'.length), nodeSha256.of(bytes)]),
  );
}

/** What lies in a folder of the server's own disk. */
export function digestsIn(folder: string): Digests {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [path, nodeSha256.of(readFileSync(join(folder, path)))]),
  );
}
