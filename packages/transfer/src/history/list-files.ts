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
  /** Sorted by path; each is made when its turn comes, and again when they are gone through again. */
  readonly files: Iterable<FileAsOf>;
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
    const paths = [...(selector === undefined ? replay.now.records.keys() : selected(replay, selector))];
    const files = new FilesAsOf(
      replay,
      sortByPathOf(paths, (path) => path),
      present,
    );
    return { files, binding, alarms, later };
  });
}

function selected(replay: AsOf, selector: FileSelector): string[] {
  const matches = fileMatcher(selector);
  const layout = replay.now.binding?.layout ?? 'flat';
  const best = bestMatches([...replay.files()], ({ record }) => matches(record, layout));
  return best.map(({ record }) => record.path);
}

/** Holds paths only: what a file was is put together from the replay. */
class FilesAsOf implements Iterable<FileAsOf> {
  constructor(
    private readonly replay: AsOf,
    private readonly paths: readonly string[],
    private readonly present: boolean,
  ) {}

  *[Symbol.iterator](): Generator<FileAsOf, void> {
    for (const path of this.paths) {
      const file = this.replay.file(path);
      if (file !== null && !(this.present && file.record.gone)) yield file;
    }
  }
}
