import { LedgerState } from '../ledger/ledger-state.js';
import type { AsideLine, FileFacts, FileLine, Line, LiveRecord, StateLine } from '../ledger/line.js';
import { restates } from './restates.js';

/** One thing that a ledger says happened to a file. */
export interface FileEvent extends FileFacts {
  /** The line's kind. `state`: first told of by a segment's opening, since what was before it is lost. */
  readonly kind: FileLine['kind'] | AsideLine['kind'] | StateLine['kind'];
  /** The target's clock, ISO 8601 in UTC. */
  readonly at: string;
  readonly run: string;
  /** Bytes that were kept with this and not before: all of a new generation's, those behind the old ones of a grown one. */
  readonly added: number;
  /** Of an `aside`: the bytes that the record before it spoke of were not among those found. */
  readonly lost: boolean;
}

/** Gathers the history of each file from the lines about it, which are applied in order, all segments from the first. */
export class FileEvents {
  readonly state = new LedgerState();
  /** By path, in the order in which the files were first told of. */
  readonly files = new Map<string, FileEvent[]>();

  /** Adds a line; says what is wrong with it, or null. */
  apply(line: Line, extra?: Record<string, unknown>): string | null {
    const before = 'path' in line ? this.state.records.get(line.path) : undefined;
    const problem = this.state.apply(line, extra);
    if (problem !== null || !('path' in line) || restates(line, before)) return problem;
    const events = this.files.get(line.path);
    const event = eventOf(line, before);
    if (events === undefined) this.files.set(line.path, [event]);
    else events.push(event);
    return null;
  }
}

function eventOf(line: FileLine | AsideLine | StateLine, before: LiveRecord | undefined): FileEvent {
  const { kind, path, stored, size, sha256, mtime, targetMtime, at, run } = line;
  return {
    kind,
    path,
    ...(stored !== undefined && { stored }),
    size,
    sha256,
    mtime,
    targetMtime,
    at,
    run,
    added: addedBy(line, before),
    lost: line.kind === 'aside' && line.lost,
  };
}

function addedBy({ kind, size }: FileLine | AsideLine | StateLine, before: LiveRecord | undefined): number {
  if (kind === 'kept' || kind === 'adopted') return size;
  return kind === 'grown' ? size - (before?.size ?? 0) : 0;
}
