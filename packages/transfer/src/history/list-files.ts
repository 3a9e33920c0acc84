import {
  AsOf,
  bestMatches,
  fileMatcher,
  sortByPathOf,
  type Answer,
  type Binding,
  type FileAsOf,
  type FileSelector,
} from '@sessionkeep/core';
import { replayLedger, type LookOptions, type Readable } from './replay.js';

export interface ListFilesOptions extends LookOptions {
  /** ISO 8601 UTC with milliseconds; without it the latest. */
  readonly at?: string;
  /** All files when not given. */
  readonly files?: FileSelector;
  /** Only what the source still had at that moment. */
  readonly present?: boolean;
}

export interface Listing extends Readable {
  /** Sorted by path. */
  readonly files: readonly FileAsOf[];
  /** What the repo belongs to; null where no header could be read. */
  readonly binding: Binding | null;
}

/**
 * The files of a repo as a moment had them, those too that the source had deleted by then. Nothing is written and no
 * lease is taken, so that a backup may be running.
 *
 * @example
 * const listing = await listFiles({ archive, place, at: '2026-03-31T18:00:00.000Z' });
 */
export async function listFiles(options: ListFilesOptions): Answer<Listing> {
  const { at = null, files: selector, present = false } = options;
  const read = await replayLedger(options, () => new AsOf(at), selector);
  return read.map(({ replay, alarms, later }) => {
    const { binding } = replay.now;
    const all = [...replay.files()];
    const chosen = selector === undefined ? all : selected(all, selector, binding);
    const files = present ? chosen.filter(({ record }) => !record.gone) : chosen;
    return { files: sortByPathOf(files, ({ record }) => record.path), binding, alarms, later };
  });
}

function selected(files: readonly FileAsOf[], selector: FileSelector, binding: Binding | null): FileAsOf[] {
  const matches = fileMatcher(selector);
  return bestMatches(files, ({ record }) => matches(record, binding?.layout ?? 'flat'));
}
