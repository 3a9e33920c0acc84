import {
  childPath,
  decodeRun,
  encodeChained,
  GENESIS,
  keepError,
  type Answer,
  type Lease,
  type RunRecord,
  type Sha256,
  type Transport,
} from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { withAncestors, type RepoPaths } from '../archive/archive-paths.js';
import { noFile } from './load-ledger.js';
import { collect, readRange } from '../io/read-range.js';
import { appendLines } from './append-lines.js';

/** The end of `runs.log`: all that a run needs of it, however long it has grown. */
export interface RunLog {
  readonly last: RunRecord | null;
  /** Digest of the last whole line. */
  readonly head: string;
  /** Bytes up to its end. */
  readonly size: number;
  /** The end cannot be read: the list is put aside and begun anew, which the run reports. */
  readonly damage: string | null;
}

/** More than the longest line: the last whole one always lies in it. */
const TAIL_BYTES = 128 * 1024;

/** A list appears with its first line whole: without one it was harmed. */
export const NO_WHOLE_LINE = 'it has no whole line';

/** A list that is yet to be begun. */
export const NO_RUNS: RunLog = { last: null, head: GENESIS, size: 0, damage: null };

/** Reads the last run's record. */
export async function loadRunLog(target: Transport, paths: RepoPaths, sha256: Sha256): Answer<RunLog> {
  const stat = await target.stat(paths.runs);
  if (stat.isErr()) return stat.error.kind === 'not-found' ? ok(NO_RUNS) : err(stat.error);
  const { size, kind } = stat.value;
  if (kind !== 'file') return err(noFile(target, paths.runs, kind));
  const offset = Math.max(0, size - TAIL_BYTES);
  const length = size - offset;
  const tail = await collect(readRange(target, { path: paths.runs, offset, length }), length);
  if (tail.isErr()) return err(tail.error);
  const end = tail.value.lastIndexOf(10);
  if (end < 0) return ok({ ...NO_RUNS, damage: offset === 0 ? NO_WHOLE_LINE : 'its end is no line' });
  const begin = end === 0 ? 0 : tail.value.lastIndexOf(10, end - 1) + 1;
  const line = tail.value.subarray(begin, end);
  const decoded = decodeRun(new TextDecoder().decode(line));
  if (!decoded.ok) {
    if (decoded.unsupported !== true) return ok({ ...NO_RUNS, damage: decoded.reason });
    const hint = 'update sessionkeep; nothing was written';
    return err(
      keepError('unsupported', 'read runs', `runs.log in ${target.name} was written by a later version`, {
        hint,
      }),
    );
  }
  return ok({ last: decoded.value, head: sha256.of(line), size: offset + end + 1, damage: null });
}

/** Appends this run's record, durably. */
export async function appendRun(
  { target, paths, lease, sha256 }: { target: Transport; paths: RepoPaths; lease: Lease; sha256: Sha256 },
  log: RunLog,
  record: Omit<RunRecord, 'number' | 'kind'>,
): Answer<void> {
  const held = await lease.check();
  if (held.isErr()) return held;
  if (log.damage !== null) {
    const aside = await target.rename(paths.runs, childPath(paths.meta, `runs.damaged-${record.run}`));
    if (aside.isErr()) return aside;
  }
  const number = (log.last?.number ?? 0) + 1;
  const { bytes } = encodeChained({ kind: 'run', number, ...record }, log.head, sha256);
  if (log.size > 0) return appendLines({ target, lease }, paths.runs, log.size, bytes);
  const temporary = childPath(paths.tmp, `runs-${record.run}`);
  const begun = await target.publish({ path: paths.runs, temporary, bytes });
  if (begun.isErr()) return err(begun.error);
  return target.flush(withAncestors(paths.meta));
}
