import {
  AsOf,
  decodeRun,
  GENESIS,
  keepFilter,
  type LeaseHolder,
  type LedgerState,
  type Line,
  type Repo,
  type RunRecord,
  type Transport,
} from '@sessionkeep/core';
import { createMemoryDisk, MemoryDisk, nodeSha256, type MemoryTransportOptions } from '@sessionkeep/testkit';
import { expect } from 'vitest';
import { repoPaths, segmentPath } from '../src/archive/archive-paths.js';
import { archiveOf as madeOf, openArchive, type Archive } from '../src/archive/open-archive.js';
import { backupRepo, type BackupOptions } from '../src/backup/backup-repo.js';
import type { FileDone, TransferEvent } from '../src/events.js';
import { readHistory } from '../src/history/read-history.js';
import { listSegments } from '../src/ledger/load-ledger.js';
import { NO_MEMORY, type Memory } from '../src/memory/memory.js';
import type { BackupReport, VerifyReport } from '../src/report.js';
import { restoreFiles } from '../src/restore/restore-files.js';
import { verifyRepo } from '../src/verify/verify-repo.js';

export const PLACE = { source: 'mac', repo: 'home' };
export const REPO: Repo = { name: 'home', aliases: [], layout: 'flat', projects: ['-home'] };
/** Where the scenario's repo has its files in the archive. */
export const LIVE = 'source-mac/repo-home';
export const META = '.sessionkeep/source-mac/repo-home';
export const ARCHIVE_ID = '0123456789abcdef';

/** A small ledger in many groups and several segments, so that every turn of the road is in a short run. */
export const SMALL = { segmentBytes: 4000, groupLines: 3 } as const;
/** Chunks and limits so small that small files take every path through the engine. */
export const SMALL_CHUNKS: MemoryTransportOptions = { chunkSize: 16 };
export const SMALL_WRITES: MemoryTransportOptions = {
  chunkSize: 4096,
  traits: { publishLimit: 24, lanes: 2 },
};

let runs = 0;

export function holder(): LeaseHolder {
  return {
    run: `run-${(++runs).toString()}`,
    host: 'test',
    user: 'test',
    pid: 1,
    since: '2026-01-01T00:00:00.000Z',
  };
}

/** An archive of this id, whatever lies there. */
export function archiveOf(target: Transport, id: string | null): Archive {
  return madeOf(target, id, { sha256: nodeSha256, memory: NO_MEMORY });
}

/** An archive on a memory disk, opened as a backup opens it. */
export async function archiveOn(target: Transport): Promise<Archive> {
  const options = { target, create: true, newId: () => ARCHIVE_ID, sha256: nodeSha256 };
  return (await openArchive(options))._unsafeUnwrap();
}

export interface Ran extends BackupReport {
  readonly events: readonly TransferEvent[];
}

/** What a run said of its files. */
export function fileEvents({ events }: Ran): FileDone[] {
  return events.filter((event) => event.type === 'file');
}

/** The scenario's files at a source that has only its flat project folder. */
export function sourceOf(files: Readonly<Record<string, string>>): MemoryDisk {
  const disk = createMemoryDisk();
  disk.makeFolder('-home');
  for (const [path, text] of Object.entries(files)) disk.write(`-home/${path}`, text);
  return disk;
}

/** One backup of the scenario's repo from one memory disk to another. */
export async function backup(
  source: MemoryDisk | Transport,
  target: MemoryDisk | Transport,
  { memory = NO_MEMORY, ...more }: Partial<BackupOptions> & { readonly memory?: Memory } = {},
): Promise<Ran> {
  const events: TransferEvent[] = [];
  const to = target instanceof MemoryDisk ? target.transport() : target;
  const report = await backupRepo({
    source: source instanceof MemoryDisk ? source.transport() : source,
    archive: more.archive ?? { ...(await archiveOn(to)), memory },
    place: PLACE,
    repo: REPO,
    filter: keepFilter(),
    origin: 'test:/home',
    holder: holder(),
    version: '0.0.0',
    lanes: 2,
    onEvent: (event) => events.push(event),
    ...more,
  });
  return { ...report, events };
}

/** Verifies the archive alone, every kept byte of it. */
export function verify(target: MemoryDisk, source: MemoryDisk | null = null): Promise<VerifyReport> {
  return verifyRepo({
    source: source?.transport() ?? null,
    archive: archiveOf(target.transport(), ARCHIVE_ID),
    place: PLACE,
    repo: REPO,
    filter: keepFilter(),
    deep: true,
  });
}

/** Text of every file below a folder, by its path there. */
function textsBelow(disk: MemoryDisk, folder: string): Record<string, string> {
  const found = [...disk.files()].filter(([path]) => path.startsWith(`${folder}/`));
  return Object.fromEntries(
    found.map(([path, { bytes }]) => [path.slice(folder.length + 1), new TextDecoder().decode(bytes)]),
  );
}

export const liveOf = (target: MemoryDisk): Record<string, string> => textsBelow(target, LIVE);
export const versionsOf = (target: MemoryDisk): Record<string, string> =>
  textsBelow(target, `${META}/versions`);
export const sourceTexts = (source: MemoryDisk): Record<string, string> => textsBelow(source, '-home');

/** All of a disk, times included: to show that nothing was touched. `tmp/` is nobody's business but the next run's. */
export function snapshot(disk: MemoryDisk): Record<string, string> {
  const files = [...disk.files()].filter(([path]) => !path.startsWith(`${META}/tmp/`));
  return Object.fromEntries(
    files.map(([path, { bytes, mtime }]) => [path, `${mtime.toString()} ${nodeSha256.of(bytes)}`]),
  );
}

/** Every line of the ledger, all segments; throws when its chain does not hold. */
export async function ledgerLines(
  target: MemoryDisk,
  moment: string | null = null,
): Promise<{ lines: Line[]; asOf: AsOf }> {
  const lines: Line[] = [];
  const asOf = new AsOf(moment);
  const read = await readHistory({
    target: target.transport(),
    paths: repoPaths(PLACE),
    place: PLACE,
    archive: ARCHIVE_ID,
    sha256: nodeSha256,
    onLine: (line, extra) => {
      lines.push(line);
      return asOf.apply(line, extra);
    },
  });
  expect(read._unsafeUnwrap().alarms).toEqual([]);
  return { lines, asOf };
}

/** What the ledger adds up to; throws when its chain does not hold. */
export async function ledgerState(target: MemoryDisk): Promise<LedgerState> {
  return (await ledgerLines(target)).asOf.now;
}

/** The ledger's records without the times that a crash may change. */
export async function foldedLedger(target: MemoryDisk): Promise<Record<string, object>> {
  const { records } = await ledgerState(target);
  const sorted = [...records.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return Object.fromEntries(
    sorted.map(({ path, size, sha256, mtime, status, gone, aside }) => {
      return [path, { size, sha256, mtime: mtime.toString(), status, gone, aside }];
    }),
  );
}

export async function segmentsOf(target: MemoryDisk): Promise<string[]> {
  const numbers = await listSegments(target.transport(), repoPaths(PLACE));
  return numbers._unsafeUnwrap().map((number) => segmentPath(repoPaths(PLACE), number));
}

/** Every line of `runs.log`, its chain checked. */
export function runRecords(target: MemoryDisk): RunRecord[] {
  const lines = (target.text(`${META}/runs.log`) ?? '').split('\n').slice(0, -1);
  let prev = GENESIS;
  return lines.map((text, index) => {
    const decoded = decodeRun(text);
    if (!decoded.ok) throw new Error(decoded.reason);
    expect(decoded.prev).toBe(prev);
    expect(decoded.value.number).toBe(index + 1);
    prev = nodeSha256.of(text);
    return decoded.value;
  });
}

/** The moment that a disk's clock shows, as `--at` takes it; the clock then goes on to another one. */
export function momentOf(target: MemoryDisk): string {
  const moment = new Date(Number(target.clock / 1_000_000n)).toISOString();
  target.clock += 1_000_000_000n;
  return moment;
}

/** Everything as of a moment, as `restore` gives it. */
export async function restoredAt(target: MemoryDisk, at?: string): Promise<Record<string, string>> {
  const into = createMemoryDisk();
  const report = await restoreFiles({
    archive: archiveOf(target.transport(), ARCHIVE_ID),
    places: [PLACE],
    into: into.transport(),
    run: 'restore',
    ...(at !== undefined && { at }),
  });
  expect(report).toMatchObject({ alarms: [], interrupted: false });
  if (report.failure?.kind !== 'usage') expect(report.failure).toBeNull();
  return sourceTexts(into);
}

export { createMemoryDisk };
