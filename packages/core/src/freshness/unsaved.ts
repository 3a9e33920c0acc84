import type { LiveRecord } from '../ledger/line.js';
import type { FileEntry } from '../manifest/entry.js';
import { sameTime } from '../plan/situation.js';

/** What a source has and no backup has kept. */
export interface Unsaved {
  readonly files: number;
  /** At most: a file with another time counts whole, since only its bytes could tell what became of it. */
  readonly bytes: number;
  /** The earliest moment at which an unsaved byte can have been written, nanoseconds since 1970; null when there is none. */
  readonly since: bigint | null;
  /**
   * False when that moment is only the oldest file's last change, because no run has kept everything yet: then earlier bytes
   * of that file may be older.
   */
  readonly certain: boolean;
}

/** A source of which all is kept. */
export const NOTHING_UNSAVED: Unsaved = { files: 0, bytes: 0, since: null, certain: true };

/** What must be known to say since when something is unsaved. */
export interface UnsavedFacts {
  /** When the last run began that kept all it could read, by the source's clock; null when there was none. */
  readonly keptAll: bigint | null;
  /** The source's clock now. */
  readonly now: bigint;
  /** The step of modification times at which two are the same, nanoseconds. */
  readonly timeStep: bigint;
}

/**
 * How many bytes of a source's file a backup has yet to keep, as far as size and time tell: all of a new file and of one that
 * shrank, what is behind the recorded bytes of one that grew, and all of one with another time, or with a time in the
 * future, which tells nothing. Never reads a file.
 */
export function unsavedBytes(
  file: FileEntry,
  record: LiveRecord | undefined,
  { now, timeStep }: Omit<UnsavedFacts, 'keptAll'>,
): number {
  if (record === undefined || record.status === 'aside') return file.size;
  if (record.status === 'pruned') return 0;
  if (file.size !== record.size) return file.size > record.size ? file.size - record.size : file.size;
  return sameTime(file.mtime, record.mtime, timeStep) && file.mtime <= now ? 0 : file.size;
}

/**
 * Adds up what is unsaved, file by file, and holds none of them.
 *
 * A run that kept everything had kept what was written before it began. So an unsaved byte was written since then, unless
 * the file has not changed since earlier: such a file came from elsewhere, or was not read by that run.
 */
export class UnsavedSum {
  private files = 0;
  private bytes = 0;
  private since: bigint | null = null;
  private readonly keptAll: bigint | null;

  constructor(private readonly facts: UnsavedFacts) {
    const { keptAll, now } = facts;
    // A run in the future was dated by a wrong clock.
    this.keptAll = keptAll !== null && keptAll <= now ? keptAll : null;
  }

  /** Adds a file of the source, and what the ledger says of it; answers with how many of its bytes are unsaved. */
  add(file: FileEntry, record: LiveRecord | undefined): number {
    const bytes = unsavedBytes(file, record, this.facts);
    if (bytes === 0) return 0;
    this.files++;
    this.bytes += bytes;
    this.since = earlier(this.since, earlier(earlier(this.facts.now, file.mtime), this.keptAll));
    return bytes;
  }

  /** What is unsaved of the files so far. */
  get sum(): Unsaved {
    const { files, bytes, since } = this;
    return { files, bytes, since, certain: files === 0 || this.keptAll !== null };
  }
}

/** What several repos have unsaved together. */
export function addUnsaved(parts: readonly Unsaved[]): Unsaved {
  return parts.reduce(
    (sum, part) => ({
      files: sum.files + part.files,
      bytes: sum.bytes + part.bytes,
      since: earlier(sum.since, part.since),
      certain: sum.certain && part.certain,
    }),
    NOTHING_UNSAVED,
  );
}

function earlier(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return a ?? b;
  return b < a ? b : a;
}
