import {
  ChainReader,
  decodeRun,
  GENESIS,
  type Answer,
  type RunRecord,
  type Sha256,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import type { RepoPaths } from '../archive/archive-paths.js';
import { readRange } from '../io/read-range.js';

/** Reads the whole run list as a stream; answers with what is wrong with its chain, or null. */
export async function readRuns(
  { target, paths, sha256 }: { target: Transport; paths: RepoPaths; sha256: Sha256 },
  onRun: (run: RunRecord) => void,
): Answer<string | null> {
  const stat = await target.stat(paths.runs);
  if (stat.isErr()) return stat.error.kind === 'not-found' ? ok(null) : err(stat.error);
  let number = 0;
  const reader = new ChainReader<RunRecord>(sha256, decodeRun, GENESIS, (run) => {
    if (run.number !== ++number)
      return `it is run ${run.number.toString()} where ${number.toString()} is awaited`;
    onRun(run);
    return null;
  });
  for await (const chunk of readRange(target, { path: paths.runs, offset: 0, length: stat.value.size })) {
    if (chunk.isErr()) return err(chunk.error);
    for (const _ of reader.push(chunk.value)) continue;
  }
  for (const _ of reader.end()) continue;
  const { damage } = reader;
  return ok(damage && `runs.log is damaged at line ${damage.line.toString()}: ${damage.reason}`);
}
