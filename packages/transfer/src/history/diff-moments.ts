import { Differences, type Answer, type Difference } from '@sessionkeep/core';
import { replayLedger, type LookOptions, type Readable } from './replay.js';

export interface DiffOptions extends LookOptions {
  /** ISO 8601 UTC with milliseconds. */
  readonly since: string;
  /** The same; without it the latest. */
  readonly until?: string;
}

export interface Diff extends Readable {
  /** Sorted by path; files without a difference are not among them. */
  readonly differences: readonly Difference[];
}

/**
 * What is different in a repo between two moments of its archive.
 *
 * @example
 * const diff = await diffMoments({ archive, place, since: '2026-03-30T00:00:00.000Z' });
 */
export async function diffMoments(options: DiffOptions): Answer<Diff> {
  const { since, until = null } = options;
  const read = await replayLedger(options, () => new Differences(since, until));
  return read.map(({ replay, alarms, later }) => ({ differences: replay.list(), alarms, later }));
}
