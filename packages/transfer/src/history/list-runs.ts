import type { KeepError, RunRecord } from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import { repoPaths } from '../archive/archive-paths.js';
import type { Archive } from '../archive/open-archive.js';
import type { Place } from '../archive/place.js';
import { streamRuns } from '../ledger/read-runs.js';

/** What {@link listRuns} is told. */
export interface ListRunsOptions {
  readonly archive: Archive;
  readonly places: readonly Place[];
  readonly signal?: AbortSignal;
}

/** A run, and the repo that it was of. */
export interface ListedRun {
  readonly place: Place;
  readonly run: RunRecord;
}

/** Something that could not be read of one repo's list. */
export interface UnlistedRuns {
  readonly place: Place;
  /** `damaged` where the list's chain breaks: what came before it was told, what comes behind cannot be believed. */
  readonly error: KeepError;
}

interface Stream {
  readonly place: Place;
  readonly runs: AsyncIterator<Result<RunRecord, KeepError>>;
  next: IteratorResult<Result<RunRecord, KeepError>>;
}

/**
 * Every run that the chosen repos recorded, merged by the time they began, oldest first. The lists are read as streams: one run
 * a repo is held. An `err` ends its repo's list; the others go on.
 *
 * @example
 * for await (const listed of listRuns({ archive, places: [place] })) {
 *   if (listed.isOk()) console.log(listed.value.run.begin, listed.value.run.outcome);
 *   else console.log(listed.error.error.message);
 * }
 */
export async function* listRuns({
  archive,
  places,
  signal,
}: ListRunsOptions): AsyncGenerator<Result<ListedRun, UnlistedRuns>, void> {
  const streams: Stream[] = [];
  const { target, sha256 } = archive;
  for (const place of places) {
    const runs = streamRuns({ target, paths: repoPaths(place), sha256, ...(signal && { signal }) });
    streams.push({ place, runs, next: await runs.next() });
  }
  for (let first = earliest(streams); first !== null; first = earliest(streams)) {
    const { place, next } = first;
    if (next.done !== true) {
      yield next.value.isOk()
        ? ok({ place, run: next.value.value })
        : err({ place, error: next.value.error });
    }
    first.next = await first.runs.next();
  }
}

/** The stream to go on with: one that has an error to tell, else the one whose run began first. */
function earliest(streams: readonly Stream[]): Stream | null {
  let best: Stream | null = null;
  let began = '';
  for (const stream of streams) {
    if (stream.next.done === true) continue;
    const at = stream.next.value.isErr() ? '' : stream.next.value.value.begin;
    if (best !== null && at >= began) continue;
    best = stream;
    began = at;
  }
  return best;
}
