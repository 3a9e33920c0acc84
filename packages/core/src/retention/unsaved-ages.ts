import type { FileEntry } from '../manifest/entry.js';
import type { Layout } from '../ledger/line.js';
import { insideProject } from '../repo/inside-project.js';

/** Some of the files that Claude Code would delete one day and that no backup has kept. */
export interface AgedFiles {
  /** How many of the files are a session itself, and no part of one. */
  readonly sessions: number;
  readonly files: number;
  /** Those that no backup has kept. */
  readonly bytes: number;
}

/** Such files by the whole days since each was last changed. */
export type UnsavedAges = ReadonlyMap<number, AgedFiles>;

/** Of a source of which all is kept. */
export const NO_AGES: UnsavedAges = new Map();

const DAY = 86_400_000_000_000n;
/** What is older is counted with these, so that the map stays small. */
const MOST_DAYS = 36_525;

/** Counts what is unsaved by its age, file by file, and holds none of them. */
export class AgeSum {
  readonly #ages = new Map<number, AgedFiles>();

  /** @param now the source's clock, nanoseconds since 1970 */
  constructor(
    private readonly now: bigint,
    private readonly layout: Layout,
  ) {}

  /** Adds a file of a repo, and how many of its bytes no backup has kept. */
  add({ path, mtime }: FileEntry, bytes: number): void {
    const part = partOf(insideProject(path, this.layout));
    if (bytes === 0 || part === null) return;
    const age = this.now > mtime ? (this.now - mtime) / DAY : 0n;
    const days = Math.min(Number(age), MOST_DAYS);
    const session = { sessions: part === 'session' ? 1 : 0, files: 1, bytes };
    this.#ages.set(days, addAged(this.#ages.get(days) ?? NONE, session));
  }

  /** What was counted so far. */
  get ages(): UnsavedAges {
    return this.#ages;
  }
}

/** What will be deleted soon and is kept nowhere. */
export interface Expiring extends AgedFiles {
  /** The whole days since the oldest of them was last changed; null when there is none. */
  readonly oldest: number | null;
}

/** What of it Claude Code deletes within so many days, where it keeps sessions for `retention` days after their last change. */
export function expiringWithin(
  all: readonly UnsavedAges[],
  { retention, within }: { readonly retention: number; readonly within: number },
): Expiring {
  let sum = NONE;
  let oldest: number | null = null;
  for (const ages of all)
    for (const [days, files] of ages) {
      // The age is rounded down: a file of this class may be almost a day older.
      if (days + 1 <= retention - within) continue;
      sum = addAged(sum, files);
      oldest = Math.max(oldest ?? 0, days);
    }
  return { ...sum, oldest };
}

const NONE: AgedFiles = { sessions: 0, files: 0, bytes: 0 };

function addAged(a: AgedFiles, b: AgedFiles): AgedFiles {
  return { sessions: a.sessions + b.sessions, files: a.files + b.files, bytes: a.bytes + b.bytes };
}

/** Memories and indexes beside the sessions are never deleted. */
function partOf(inside: string | null): 'session' | 'part' | null {
  if (inside === null) return null;
  const [first = '', ...below] = inside.split('/');
  if (below.length > 0) return first === 'memory' ? null : 'part';
  if (!first.endsWith('.jsonl')) return null;
  return first.startsWith('agent-') ? 'part' : 'session';
}
