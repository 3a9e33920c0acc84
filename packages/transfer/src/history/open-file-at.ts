import {
  AsOf,
  keepError,
  printable,
  type Answer,
  type Bytes,
  type FileAsOf,
  type KeepError,
  type Range,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { repoPaths, segmentPath } from '../archive/archive-paths.js';
import { hashed } from '../io/hashed.js';
import { readRange } from '../io/read-range.js';
import { listSegments } from '../ledger/load-ledger.js';
import type { HistoryReading } from './read-history.js';
import { replayLedger, type LookOptions, type Readable } from './replay.js';
import { whereItLies } from './where-it-lies.js';

export interface OpenFileOptions extends LookOptions {
  /** As at the source, or as stored. */
  readonly path: string;
  /** ISO 8601 UTC with milliseconds; without it the latest. */
  readonly at?: string;
}

/** A file as a moment had it, to be read. */
export interface OpenedFile extends Readable {
  readonly file: FileAsOf;
  /**
   * Its bytes, digested on their way, to be iterated once. When they were not those that the ledger recorded, an `err`
   * `damaged` comes behind the last of them. Chunks are the consumer's only until it asks for the next one.
   */
  readonly bytes: Bytes;
}

/** How often a file that a running backup moves away is looked for again. */
const ATTEMPTS = 5;

/**
 * Opens one file as a moment had it, also one that the source deleted since, from wherever its bytes lie now. `not-found` where it was
 * not kept by then; `damaged` where the archive has its bytes nowhere. A backup may be running.
 *
 * @example
 * const opened = await openFileAt({ archive, place, path: '3f0c….jsonl', at: '2026-03-31T18:00:00.000Z' });
 */
export async function openFileAt(options: OpenFileOptions): Answer<OpenedFile> {
  const found = await findSteadily(options);
  return found.map(({ file, range, alarms, later, lastAt }) => {
    // What is read is what is answered now, though the file may have changed by then.
    const then = { ...options, at: options.at ?? lastAt };
    return { file, alarms, later, bytes: read(then, file, range) };
  });
}

interface Kept extends Readable {
  readonly file: FileAsOf;
  readonly reading: HistoryReading;
  /** When the last of its lines was written. */
  readonly lastAt: string;
}

interface Found extends Kept {
  readonly range: Range;
}

/** Looks where the file lies until the ledger has not changed over it: else a backup may just have moved it. */
async function findSteadily(options: OpenFileOptions): Answer<Found> {
  for (let attempt = 1; ; attempt++) {
    const kept = await findKept(options);
    if (kept.isErr()) return err(kept.error);
    const range = await locate(options, kept.value.file);
    const steady = await isUnchanged(options, kept.value.reading);
    if (steady || attempt === ATTEMPTS) return range.map((at) => ({ ...kept.value, range: at }));
  }
}

async function findKept(options: OpenFileOptions): Answer<Kept> {
  const { path, at, place, archive } = options;
  const read = await replayLedger(options, () => new AsOf(at ?? null), { path });
  if (read.isErr()) return err(read.error);
  const { replay, ...reached } = read.value;
  const files = [...replay.files()];
  const file =
    files.find(({ record }) => record.path === path) ?? files.find(({ record }) => record.stored === path);
  if (file !== undefined) return ok({ file, lastAt: replay.now.lastAt, ...reached });
  const name = printable(`${place.source}/${place.repo}/${path}`);
  const when = at === undefined ? '' : ` as of ${at}`;
  return err(
    keepError('not-found', 'open file', `${name} was not kept${when} in ${archive.target.name}`, { path }),
  );
}

async function isUnchanged({ archive, place }: OpenFileOptions, reading: HistoryReading): Promise<boolean> {
  const paths = repoPaths(place);
  const segments = await listSegments(archive.target, paths);
  if (segments.isErr() || segments.value.length !== reading.segments) return false;
  const newest = await archive.target.stat(segmentPath(paths, segments.value.at(-1) ?? 0));
  return newest.isOk() && newest.value.size === reading.newestSize;
}

/**
 * The place that has the bytes. The one that the ledger names is believed if its size is right, and read as it is; where another
 * could have them too, a digest decides, so that no wrong bytes are given while there are right ones.
 */
async function locate({ archive, place, signal }: OpenFileOptions, file: FileAsOf): Answer<Range> {
  const { record, ended } = file;
  const ranges: Range[] = [];
  let named: Range | null = null;
  for (const [index, path] of whereItLies(place, file).entries()) {
    const stat = await archive.target.stat(path);
    if (stat.isErr() && stat.error.kind !== 'not-found') return err(stat.error);
    if (stat.isErr() || stat.value.kind !== 'file' || stat.value.size < record.size) continue;
    const range = { path, offset: 0, length: record.size, identity: stat.value.identity };
    const version = ended !== null && !ended.lost;
    if (index === 0 && version && stat.value.size === ended.size) return ok(range);
    if (index === 0 && ended === null) named = range;
    ranges.push(range);
  }
  if (named !== null && ranges.length === 1) return ok(named);
  let at = 0;
  for await (const digest of archive.target.digest(ranges, signal && { signal })) {
    const range = ranges[at++];
    if (range !== undefined && digest.isOk() && digest.value.sha256 === record.sha256) return ok(range);
    if (digest.isErr() && digest.error.kind === 'aborted') return err(digest.error);
  }
  return named === null ? err(nowhere(file)) : ok(named);
}

async function* read(options: OpenFileOptions, file: FileAsOf, first: Range): Bytes {
  let range = first;
  for (let attempt = 1; ; attempt++) {
    let moved: KeepError | null = null;
    let given = 0;
    for await (const chunk of proven(options, file, range)) {
      if (chunk.isErr() && given === 0 && attempt < ATTEMPTS && isMoved(chunk.error)) {
        moved = chunk.error;
        break;
      }
      given++;
      yield chunk;
    }
    if (moved === null) return;
    const again = await findSteadily(options);
    // It may not be told from its successor: both were recorded within one millisecond.
    const other = again.isOk() && again.value.file.record.sha256 !== file.record.sha256;
    if (again.isErr() || other) {
      yield err(again.isErr() ? again.error : moved);
      return;
    }
    range = again.value.range;
  }
}

/** A backup put the file aside between the look and the opening. */
function isMoved({ kind }: KeepError): boolean {
  return kind === 'changed' || kind === 'not-found' || kind === 'short';
}

async function* proven({ archive, signal }: OpenFileOptions, { record }: FileAsOf, range: Range): Bytes {
  const hasher = archive.sha256.start();
  const bytes = readRange(archive.target, range, signal && { signal });
  let last: Result<Uint8Array, KeepError> | null = null;
  for await (last of hashed(bytes, record.size, hasher, () => undefined)) yield last;
  if (last?.isErr() === true || hasher.hex() === record.sha256) return;
  const text = `${printable(record.path)} has other bytes in the archive than were recorded`;
  yield err(keepError('damaged', 'read file', text, { path: record.path, hint: CHECK }));
}

const CHECK = '`sessionkeep verify --deep` says what else is damaged';

function nowhere({ record }: FileAsOf): KeepError {
  const text = `${printable(record.path)} is not in the archive with the bytes that were recorded`;
  return keepError('damaged', 'open file', text, { path: record.path, hint: CHECK });
}
