import {
  fileMatcher,
  type Answer,
  type FileMatcher,
  type FileSelector,
  type KeepError,
  type Layout,
  type Line,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { repoPaths } from '../archive/archive-paths.js';
import type { Archive } from '../archive/open-archive.js';
import type { Place } from '../archive/place.js';
import { expectedHeads, type ExpectedHead } from '../ledger/expected-heads.js';
import { loadRunLog } from '../ledger/run-log.js';
import { readHistory, type HistoryReading } from './read-history.js';

/** What looking into a repo of an archive takes: no lease is taken, and nothing is written. */
export interface LookOptions {
  readonly archive: Archive;
  readonly place: Place;
  readonly signal?: AbortSignal;
}

/** What a ledger's lines are fed to, in order. */
interface Replay {
  /** Adds a line; says what is wrong with it, or null. */
  apply(line: Line, extra?: Record<string, unknown>): string | null;
}

/** How far a ledger could be read; what it said up to there is answered all the same. */
export interface Readable {
  /** What is wrong with it, a sentence each. */
  readonly alarms: readonly string[];
  /** Set when a later version wrote to it: what follows is not known. */
  readonly later: KeepError | null;
}

export interface Replayed<R> extends Readable {
  readonly replay: R;
  readonly reading: HistoryReading;
}

/**
 * Feeds a repo's whole ledger to a replay, or only the lines about `files`, so that it holds no more than is asked for. What looks
 * like damage is read again into a fresh replay: a run may have been writing.
 */
export async function replayLedger<R extends Replay>(
  look: LookOptions,
  begin: () => R,
  files?: FileSelector,
): Answer<Replayed<R>> {
  const first = await replayOnce(look, begin(), files);
  const doubtful = first.isOk() && first.value.alarms.length > 0;
  return doubtful ? replayOnce(look, begin(), files) : first;
}

async function replayOnce<R extends Replay>(
  look: LookOptions,
  replay: R,
  files: FileSelector | undefined,
): Answer<Replayed<R>> {
  const { archive, place, signal } = look;
  // Before the ledger: a run that ends meanwhile only makes it reach further.
  const expected = await headsOf(look);
  if (expected.isErr()) return err(expected.error);
  const read = await readHistory({
    target: archive.target,
    paths: repoPaths(place),
    place,
    archive: archive.id ?? '',
    sha256: archive.sha256,
    onLine: files === undefined ? replay.apply.bind(replay) : only(fileMatcher(files), replay),
    expected: expected.value,
    ...(signal && { signal }),
  });
  return read.map((reading) => ({ replay, reading, alarms: reading.alarms, later: reading.later }));
}

/** Passes on the lines about the files that are meant. */
function only(matches: FileMatcher, replay: Replay): Replay['apply'] {
  let layout: Layout = 'flat';
  return (line, extra) => {
    if (!('path' in line)) layout = line.layout;
    else if (matches(line, layout) === null) return null;
    return replay.apply(line, extra);
  };
}

async function headsOf({ archive, place }: LookOptions): Answer<ExpectedHead[]> {
  const { target, sha256, memory, id } = archive;
  const runs = await loadRunLog(target, repoPaths(place), sha256);
  // A run list of a later version says nothing here; the ledger itself may.
  if (runs.isErr() && runs.error.kind !== 'unsupported') return err(runs.error);
  const last = runs.isOk() ? runs.value.last : null;
  const remembered = await memory.head(id ?? '', place);
  return ok(expectedHeads(last?.ledger ?? null, remembered));
}
