import {
  ChainReader,
  decodeRun,
  GENESIS,
  keepError,
  type Answer,
  type KeepError,
  type RunRecord,
  type Sha256,
  type Transport,
} from '@sessionkeep/core';
import { err, ok, type Result } from 'neverthrow';
import type { RepoPaths } from '../archive/archive-paths.js';
import { readRange } from '../io/read-range.js';
import { noFile } from './load-ledger.js';
import { NO_WHOLE_LINE } from './run-log.js';

interface ReadRunsOptions {
  readonly target: Transport;
  readonly paths: RepoPaths;
  readonly sha256: Sha256;
  readonly signal?: AbortSignal;
}

/** Reads the whole run list as a stream; answers with what is wrong with its chain, or null. */
export async function readRuns(
  options: ReadRunsOptions,
  onRun: (run: RunRecord) => void,
): Answer<string | null> {
  for await (const run of streamRuns(options)) {
    if (run.isOk()) onRun(run.value);
    else return run.error.kind === 'damaged' ? ok(run.error.message) : err(run.error);
  }
  return ok(null);
}

/** Every run of the list, in order; none where there is no list. An `err`, `damaged` where the chain breaks, is the last item. */
export async function* streamRuns({
  target,
  paths,
  sha256,
  signal,
}: ReadRunsOptions): AsyncGenerator<Result<RunRecord, KeepError>, void> {
  const stat = await target.stat(paths.runs);
  if (stat.isErr()) {
    if (stat.error.kind !== 'not-found') yield err(stat.error);
    return;
  }
  if (stat.value.kind !== 'file') {
    yield err(noFile(target, paths.runs, stat.value.kind));
    return;
  }
  let number = 0;
  const reader = new ChainReader<RunRecord>(sha256, decodeRun, GENESIS, (run) =>
    run.number === ++number
      ? null
      : `it is run ${run.number.toString()} where ${number.toString()} is awaited`,
  );
  const range = { path: paths.runs, offset: 0, length: stat.value.size };
  for await (const chunk of readRange(target, range, signal && { signal })) {
    if (chunk.isErr()) {
      yield err(chunk.error);
      return;
    }
    for (const { value } of reader.push(chunk.value)) yield ok(value);
  }
  for (const { value } of reader.end()) yield ok(value);
  const damage = reader.damage ?? (reader.lines === 0 ? { line: 1, reason: NO_WHOLE_LINE } : null);
  if (damage === null) return;
  const text = `runs.log is damaged at line ${damage.line.toString()}: ${damage.reason}`;
  yield err(keepError('damaged', 'read runs', text, { transport: target.name, path: paths.runs }));
}
