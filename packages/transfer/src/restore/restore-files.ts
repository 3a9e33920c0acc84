import {
  childPath,
  joinPath,
  keepError,
  parentPath,
  printable,
  ROOT,
  type Answer,
  type Bytes,
  type KeepError,
  type Range,
  type RelativePath,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { targetFailure } from '../archive/target-failure.js';
import type { Archive } from '../archive/open-archive.js';
import type { Listener, RestoreOutcome } from '../events.js';
import { whereItLies } from '../history/where-it-lies.js';
import { hashed } from '../io/hashed.js';
import { readRange } from '../io/read-range.js';
import type { RestoreReport } from '../report.js';
import {
  chooseFiles,
  destination,
  onlyFolder,
  type Choice,
  type Chosen,
  type RestoreSelection,
} from './choose-files.js';

export interface RestoreOptions extends RestoreSelection {
  readonly archive: Archive;
  /** Where to: files land in `<project folder>/…` below its root. */
  readonly into: Transport;
  /** Another name for the one project folder: for another user or path. */
  readonly as?: RelativePath;
  /** Bring the old modification times back. Claude Code deletes files whose time is older than its clean-up period. */
  readonly keepMtime?: boolean;
  /** Replace what is there with other bytes. */
  readonly overwrite?: boolean;
  readonly dryRun?: boolean;
  /** Names the temporary folder. */
  readonly run: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: Listener;
  /** How many files at once; 4. */
  readonly lanes?: number;
}

/** What a restore is made of, once. */
interface Restore extends RestoreOptions {
  readonly tmp: RelativePath;
  readonly tell: (file: Chosen, outcome: RestoreOutcome, error?: KeepError) => void;
  /** What ended the restore, and how many files it did not get to. */
  readonly end: { error: KeepError | null; stopped: number };
  readonly moved: (bytes: number) => void;
}

/** Sentences kept for the report; the events tell of every one. */
const MOST_ALARMS = 1000;

/** Files at once, where nothing else is asked for. */
const LANES = 4;

/**
 * Restores files as of a moment. Every file is read whole and proven by its digest before it takes its name; what is there
 * with the same bytes is left, what is there with others is refused unless `overwrite`. Never rejects.
 *
 * @example
 * const into = (await openLocalTransport({ root: '/tmp/restored' }))._unsafeUnwrap();
 * const at = '2026-03-31T18:00:00.000Z';
 * const report = await restoreFiles({ archive, places: [place], into, at, run: thisRun().run });
 * console.log(report.counts.restored, report.counts.refused, report.failure?.message ?? '');
 */
export async function restoreFiles(options: RestoreOptions): Promise<RestoreReport> {
  const counts = noRestoreCounts();
  const alarms: string[] = [];
  let bytesMoved = 0;
  const done = { files: 0, totalFiles: 0, totalBytes: 0 };
  const tellProgress = ({ place }: { place: Chosen['place'] }): void =>
    options.onEvent?.({ type: 'progress', ...place, bytes: bytesMoved, ...done });
  const restore: Restore = {
    ...options,
    end: { error: null, stopped: 0 },
    tmp: childPath(ROOT, `.sessionkeep-restore-${options.run}`),
    moved: (bytes) => (bytesMoved += bytes),
    tell: (file, outcome, error) => {
      counts[outcome]++;
      done.files++;
      const alarm = outcome === 'corrupt' || outcome === 'lost';
      if (alarm && alarms.length < MOST_ALARMS) alarms.push(`${printable(file.record.path)}: ${outcome}`);
      const path = destination(file, options.as);
      options.onEvent?.({
        type: 'file',
        ...file.place,
        path,
        outcome,
        bytes: file.record.size,
        alarm,
        ...(error && { error }),
      });
      tellProgress(file);
    },
  };
  const choice = await choose(restore);
  let failure = choice.isErr() ? choice.error : null;
  if (choice.isOk()) {
    const { files, elsewhere } = choice.value;
    alarms.push(...choice.value.alarms);
    done.totalFiles = files.length + elsewhere.length;
    done.totalBytes = files.reduce((sum, { record }) => sum + record.size, 0);
    for (const file of elsewhere) restore.tell(file, 'elsewhere');
    failure = await restoreAll(restore, files);
  }
  const interrupted = options.signal?.aborted === true;
  const { stopped } = restore.end;
  return { counts, stopped, bytesMoved, alarms, failure: interrupted ? null : failure, interrupted };
}

function noRestoreCounts(): Record<RestoreOutcome, number> {
  return { restored: 0, identical: 0, refused: 0, failed: 0, corrupt: 0, lost: 0, elsewhere: 0 };
}

async function choose(restore: Restore): Answer<Choice> {
  const choice = await chooseFiles(restore.archive, restore);
  if (choice.isErr()) return err(choice.error);
  if (restore.as !== undefined) {
    const only = await onlyFolder(choice.value.files);
    if (only.isErr()) return err(only.error);
  }
  if (choice.value.files.length > 0) return choice;
  const [alarm] = choice.value.alarms;
  const what = restore.session === undefined ? 'nothing' : `no session ${printable(restore.session)}`;
  const when = restore.at === undefined ? '' : ` as of ${restore.at}`;
  const text = `${what} was kept${when} in ${restore.archive.target.name}`;
  if (alarm === undefined) {
    const hint = '`sessionkeep status` lists what the archive has';
    return err(keepError('usage', 'restore', text, { hint }));
  }
  const hint = 'its files are plain, in source-…/repo-…, and a backup takes them up again';
  return err(keepError('damaged', 'restore', `${text}, as far as can be read: ${alarm}`, { hint }));
}

async function restoreAll(restore: Restore, files: readonly Chosen[]): Promise<KeepError | null> {
  const folders = new Set<RelativePath>();
  const taken = new Map<string, Chosen>();
  const queue = files.filter((file) => isFree(restore, file, taken));
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < queue.length && restore.signal?.aborted !== true && restore.end.error === null) {
      const at = next++;
      const file = queue[at];
      if (file !== undefined) await restoreOne(restore, file, at.toString(), folders);
    }
  };
  await Promise.all(Array.from({ length: restore.lanes ?? LANES }, lane));
  const { end } = restore;
  end.stopped += queue.length - next;
  if (restore.dryRun === true) return null;
  const flushed = await restore.into.flush([...folders]);
  // The folder holds nothing any more unless something failed; what is left then is of no use.
  await restore.into.remove(restore.tmp).then(() => undefined);
  if (end.error !== null) return { ...end.error, message: `${end.error.message}; ${leftText(end.stopped)}` };
  return flushed.isErr() ? flushed.error : null;
}

function leftText(files: number): string {
  return files === 1 ? '1 file was not restored' : `${files.toString()} files were not restored`;
}

/** A file that could not be restored: because the place takes none any more, or the run was interrupted, or by itself. */
function failed(restore: Restore, file: Chosen, error: KeepError): void {
  const ended = targetFailure(error, restore.into);
  restore.end.error ??= ended;
  if (ended === null && error.kind !== 'aborted') restore.tell(file, 'failed', error);
  else restore.end.stopped++;
}

/** Two sources may have one project folder: then the same path is wanted twice. */
function isFree(restore: Restore, file: Chosen, taken: Map<string, Chosen>): boolean {
  const path = destination(file, restore.as);
  const other = taken.get(path);
  if (other === undefined) {
    taken.set(path, file);
    return true;
  }
  if (other.record.sha256 === file.record.sha256) {
    restore.tell(file, 'identical');
    return false;
  }
  const text = `${printable(path)} was kept from ${other.place.source}/${other.place.repo} too, with other bytes`;
  restore.tell(
    file,
    'refused',
    keepError('exists', 'restore', text, { path, hint: 'choose with --source or --repo' }),
  );
  return false;
}

async function restoreOne(
  restore: Restore,
  file: Chosen,
  name: string,
  folders: Set<RelativePath>,
): Promise<void> {
  const { into, overwrite, dryRun } = restore;
  const path = destination(file, restore.as);
  const there = await into.stat(path);
  if (there.isErr() && there.error.kind !== 'not-found') return failed(restore, file, there.error);
  if (there.isOk()) {
    if (await isIdentical(restore, file, path, there.value)) return restore.tell(file, 'identical');
    if (overwrite !== true || there.value.kind === 'folder')
      return restore.tell(file, 'refused', inTheWay(path));
  }
  const temporary = joinPath(restore.tmp, childPath(ROOT, name));
  const brought = dryRun === true ? ok(undefined) : await bring(restore, file, temporary);
  if (brought.isErr()) {
    const lost = file.ended?.lost === true ? 'lost' : 'corrupt';
    if (brought.error.kind === 'damaged') return restore.tell(file, lost, brought.error);
    return failed(restore, file, brought.error);
  }
  if (dryRun === true) return restore.tell(file, 'restored');
  const placed = await place(restore, temporary, path, there.isOk());
  if (placed.isErr()) return failed(restore, file, placed.error);
  for (let at: RelativePath = parentPath(path); ; at = parentPath(at)) {
    folders.add(at);
    if (at === '') break;
  }
  restore.tell(file, 'restored');
}

async function isIdentical(
  { into, signal }: Restore,
  { record }: Chosen,
  path: RelativePath,
  there: { kind: string; size: number },
): Promise<boolean> {
  if (there.kind !== 'file' || there.size !== record.size) return false;
  for await (const digest of into.digest([{ path, offset: 0, length: record.size }], signal && { signal })) {
    return digest.isOk() && digest.value.sha256 === record.sha256;
  }
  return false;
}

function inTheWay(path: RelativePath): KeepError {
  const text = `${printable(path)} is there with other bytes`;
  return keepError('exists', 'restore', text, {
    path,
    hint: 'pass --overwrite to replace it, or restore into another folder',
  });
}

/** Brings a file's bytes to a temporary name, from wherever they are found whole. */
async function bring(restore: Restore, file: Chosen, temporary: RelativePath): Answer<void> {
  let last: KeepError | null = null;
  for (const path of whereItLies(file.place, file)) {
    const range = { path, offset: 0, length: file.record.size };
    const written = await write(restore, file, range, temporary);
    if (written.isOk() && written.value === null) return ok(undefined);
    await restore.into.remove(temporary).then(() => undefined);
    if (written.isErr()) return err(written.error);
    last = written.value;
  }
  const text = `${printable(file.record.path)} is not in the archive with the bytes that were recorded`;
  return err(keepError('damaged', 'restore', text, { path: file.record.path, ...(last && { cause: last }) }));
}

/** Null when it is written whole; else why the archive has not these bytes there. An error ends the search for them. */
async function write(
  restore: Restore,
  { record }: Chosen,
  range: Range,
  temporary: RelativePath,
): Answer<KeepError | null> {
  const { archive, into, keepMtime, signal } = restore;
  const hasher = archive.sha256.start();
  const options = signal && { signal };
  const unread: KeepError[] = [];
  const kept = noting(readRange(archive.target, range, options), unread);
  const bytes = hashed(kept, record.size, hasher, restore.moved);
  const created = await into.create(temporary, bytes, record.size, {
    ...options,
    ...(keepMtime === true && { mtime: record.mtime }),
  });
  // What the place restored to says of itself, such as `not-found`, says nothing about the archive.
  const [missing] = unread;
  if (missing !== undefined) return ABSENT.has(missing.kind) ? ok(missing) : err(missing);
  if (created.isErr()) return err(created.error);
  if (hasher.hex() === record.sha256) return ok(null);
  return ok(keepError('damaged', 'restore', `${printable(record.path)} has other bytes than were recorded`));
}

/** Errors of reading that say that the archive has not, in this place, what was recorded: a link or a folder has its name, too. */
const ABSENT: ReadonlySet<KeepError['kind']> = new Set([
  'damaged',
  'not-found',
  'short',
  'unsafe',
  'changed',
]);

/** Passes a stream on, and remembers the error that it ends with. */
async function* noting(bytes: Bytes, errors: KeepError[]): Bytes {
  for await (const chunk of bytes) {
    if (chunk.isErr()) errors.push(chunk.error);
    yield chunk;
  }
}

async function place(
  restore: Restore,
  temporary: RelativePath,
  path: RelativePath,
  replaces: boolean,
): Answer<void> {
  const { into } = restore;
  if (!replaces) return discardOnError(into, temporary, await into.rename(temporary, path));
  // The old file waits under another name until the new one is in place: a crash loses neither.
  const old = childPath(parentPath(path), `.${restore.run}.replaced`);
  const moved = await into.rename(path, old);
  if (moved.isErr()) return discardOnError(into, temporary, moved);
  const placed = await into.rename(temporary, path);
  if (placed.isErr()) {
    const back = await into.rename(old, path);
    return back.isErr() ? back : discardOnError(into, temporary, placed);
  }
  return into.remove(old);
}

async function discardOnError(
  into: Transport,
  temporary: RelativePath,
  result: Awaited<Answer<void>>,
): Answer<void> {
  if (result.isErr()) await into.remove(temporary).then(() => undefined);
  return result;
}
