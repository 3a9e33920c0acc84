import {
  bestMatches,
  fileMatcher,
  FileEvents,
  sortByPath,
  type Answer,
  type FileEvent,
  type FileSelector,
} from '@sessionkeep/core';
import { replayLedger, type LookOptions, type Readable } from './replay.js';

export interface FileHistoryOptions extends LookOptions {
  readonly files: FileSelector;
}

/** What happened to one file. */
export interface FileHistory {
  /** As at the source. */
  readonly path: string;
  /** Oldest first; never empty. */
  readonly events: readonly FileEvent[];
}

export interface FileHistories extends Readable {
  /** Sorted by path; what was pruned is among them. */
  readonly files: readonly FileHistory[];
}

/**
 * All that a repo's ledger says happened to some of its files. The ledger is read as a stream, and of other files nothing is held.
 *
 * @example
 * const history = await fileHistory({ archive, place, files: { path: '3f0c1a52-7d1e-4a53-9c5e-0a1b2c3d4e5f.jsonl' } });
 */
export async function fileHistory(options: FileHistoryOptions): Answer<FileHistories> {
  const read = await replayLedger(options, () => new FileEvents(), options.files);
  return read.map(({ replay, alarms, later }) => {
    const matches = fileMatcher(options.files);
    const layout = replay.state.binding?.layout ?? 'flat';
    const found = [...replay.files.values()].flatMap((events) => {
      const [first] = events;
      return first === undefined ? [] : [{ path: first.path, events, first }];
    });
    const files = bestMatches(found, ({ first }) => matches(first, layout));
    return { files: sortByPath(files.map(({ path, events }) => ({ path, events }))), alarms, later };
  });
}
