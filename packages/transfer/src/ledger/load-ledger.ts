import {
  GENESIS,
  childPath,
  keepError,
  LedgerState,
  type Answer,
  type BrokenSegment,
  type KeepError,
  type LedgerHead,
  type Line,
  type ListEntry,
  type RelativePath,
  type Sha256,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { segmentNumber, segmentPath, type RepoPaths } from '../archive/archive-paths.js';
import type { Place } from '../archive/place.js';
import type { ExpectedHead } from './expected-heads.js';
import { readSegment, type SegmentReading } from './read-segment.js';

/** Where the next line goes. */
export interface LedgerTail extends LedgerHead {
  /** Bytes of the segment's opening: a new one begins when it has outgrown that. */
  readonly opening: number;
  /** Bytes in the file: more than `size` when it ends in a torn line, which the next append cuts. */
  readonly fileSize: number;
}

export interface LoadedLedger {
  readonly state: LedgerState;
  /** Null when there is no segment yet, or when the newest cannot be gone on with. */
  readonly tail: LedgerTail | null;
  /** The highest segment's number; 0 for none. */
  readonly newest: number;
  /** What the next segment's `prev` must be when one is begun. */
  readonly head: string;
  /** The newest segment, when it cannot be gone on with. */
  readonly broken: BrokenSegment | null;
  /** What was found wrong, a sentence each. */
  readonly alarms: readonly string[];
}

export interface LoadLedgerOptions {
  readonly target: Transport;
  readonly paths: RepoPaths;
  readonly place: Place;
  /** The archive's id: a segment written for another is not ours. */
  readonly archive: string;
  readonly sha256: Sha256;
  readonly expected: readonly ExpectedHead[];
  readonly signal?: AbortSignal;
}

/**
 * Reads the newest segment, which has the whole state. Only when it is damaged are the earlier ones read too, so that what
 * they know is not lost with it.
 */
export async function loadLedger(options: LoadLedgerOptions): Answer<LoadedLedger> {
  const { target, paths, expected } = options;
  const segments = await listSegments(target, paths);
  if (segments.isErr()) return err(segments.error);
  const newest = segments.value.at(-1) ?? 0;
  const alarms = expected
    .filter(({ head }) => head.segment > newest)
    .map(({ by }) => `the ledger does not reach as far as ${by}: it was rolled back or lines were removed`);
  if (newest === 0)
    return ok({ state: new LedgerState(), tail: null, newest: 0, head: GENESIS, broken: null, alarms });

  const here = expected.filter(({ head }) => head.segment === newest);
  const state = new LedgerState();
  const read = await readSegment({
    ...options,
    path: segmentPath(paths, newest),
    onLine: (line, extra) => foreignHeader(line, options, newest) ?? state.apply(line, extra),
    expected: here.map(({ head }) => head),
  });
  if (read.isErr()) return err(read.error);
  const reading = read.value;
  if (reading.damage?.unsupported === true) return err(laterVersion(target, newest, reading));
  if (reading.damage !== null || reading.lines === 0)
    return loadBroken(options, segments.value, reading, alarms);
  for (const { head, by } of here) {
    if (reading.unmet.includes(head))
      alarms.push(`the ledger does not extend what ${by}: it was rolled back or rewritten`);
  }
  const head = reading.head ?? GENESIS;
  const tail = {
    segment: newest,
    size: reading.validBytes,
    head,
    opening: reading.opening,
    fileSize: reading.size,
  };
  return ok({ state, tail, newest, head, broken: null, alarms });
}

/** The numbers of the segments that there are, ascending. `damaged` where something else has the name of one. */
export async function listSegments(target: Transport, paths: RepoPaths): Answer<number[]> {
  const entries = await target.list(paths.ledger);
  if (entries.isErr()) return entries.error.kind === 'not-found' ? ok([]) : err(notAsMade(entries.error));
  const segments = entries.value.filter(({ name }) => segmentNumber(name) !== null);
  const other = segments.find(({ kind }) => kind !== 'file');
  if (other !== undefined) return err(noFile(target, childPath(paths.ledger, other.name), other.kind));
  return ok(numbersOf(segments));
}

/** The same, of those that can be read: what is wrong with others is said where the ledger is loaded. */
export async function listReadableSegments(target: Transport, paths: RepoPaths): Answer<number[]> {
  const entries = await target.list(paths.ledger);
  if (entries.isErr()) return entries.error.kind === 'not-found' ? ok([]) : err(notAsMade(entries.error));
  return ok(numbersOf(entries.value.filter(({ kind }) => kind === 'file')));
}

function numbersOf(entries: readonly ListEntry[]): number[] {
  const numbers = entries.map(({ name }) => segmentNumber(name));
  return numbers.filter((number) => number !== null).sort((a, b) => a - b);
}

/** No run of ours makes links: somebody has put one there. */
function notAsMade(error: KeepError): KeepError {
  return error.kind === 'unsafe' ? { ...error, hint: error.hint ?? MOVE_AWAY } : error;
}

/** The error of a folder, a link or the like in the place of a file of ours. */
export function noFile(target: Transport, path: RelativePath, kind: ListEntry['kind']): KeepError {
  const what = kind === 'folder' ? 'a folder' : kind === 'link' ? 'a link' : 'no regular file';
  const text = `"${path}" in ${target.name} is damaged: it is ${what}, where a file was written`;
  return keepError('damaged', 'read ledger', text, { transport: target.name, path, hint: MOVE_AWAY });
}

/** What to do about something that no run of ours has put there. */
export const MOVE_AWAY =
  'move it out of the archive, and put back what was there if you have it; a backup goes on from what it finds';

/** What is wrong with a header that belongs to another place, or null. */
export function foreignHeader(
  line: Line,
  { place, archive }: { place: Place; archive: string },
  segment: number,
): string | null {
  if (line.kind !== 'header') return null;
  if (line.source !== place.source || line.repo !== place.repo) return 'it is the ledger of another repo';
  if (line.target !== archive) return 'it is the ledger of another archive';
  return line.segment === segment ? null : 'it is another segment';
}

async function loadBroken(
  options: LoadLedgerOptions,
  segments: readonly number[],
  reading: SegmentReading,
  alarms: readonly string[],
): Answer<LoadedLedger> {
  const newest = segments.at(-1) ?? 0;
  const state = new LedgerState();
  let sha256: string | null = null;
  for (const segment of segments) {
    const read = await readSegment({
      ...options,
      path: segmentPath(options.paths, segment),
      onLine: (line, extra) => foreignHeader(line, options, segment) ?? state.apply(line, extra),
      expected: [],
      digest: segment === newest,
    });
    if (read.isErr()) return err(read.error);
    // What it cannot read would be lost to the segment that goes on from here.
    if (read.value.damage?.unsupported === true)
      return err(laterVersion(options.target, segment, read.value));
    sha256 = read.value.sha256;
  }
  const reason = reading.damage?.reason ?? 'it has no whole line';
  const line = reading.damage?.line ?? 1;
  const head = reading.head ?? GENESIS;
  const broken: BrokenSegment = {
    segment: newest,
    sha256: sha256 ?? GENESIS,
    lastValid: head,
    validLines: reading.lines,
    reason,
  };
  const alarm = `ledger segment ${newest.toString()} is damaged at line ${line.toString()}: ${reason}; a new segment goes on from the line before`;
  return ok({ state, tail: null, newest, head, broken, alarms: [...alarms, alarm] });
}

/** Says that a segment has what this version cannot read: nothing is wrong with it, but this one must not go on. */
export function laterVersion(target: Transport, segment: number, { damage }: SegmentReading): KeepError {
  const { line, reason } = damage ?? { line: 1, reason: '' };
  const at = `segment ${segment.toString()}, line ${line.toString()}`;
  return keepError(
    'unsupported',
    'read ledger',
    `the ledger in ${target.name} was written by a later version (${at}): ${reason}`,
    { transport: target.name, hint: 'update sessionkeep; nothing was written' },
  );
}
