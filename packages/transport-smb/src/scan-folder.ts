import { err, ok, type Result } from 'neverthrow';
import type { KeepError, RelativePath, ScanEntry, ScanOptions } from '@sessionkeep/core';
import type { FolderEntry } from '@sessionkeep/smb2';
import { aborted, type Attempt } from './failure.js';
import { identityOf } from './file-stat.js';
import type { Place } from './place.js';
import { classify, type Found } from './classify-entry.js';

type Batch = Result<readonly ScanEntry[], KeepError>;

/** How many folders are listed at the same time. */
const LANES = 8;
/** Entries in a batch at most. */
const BATCH = 1000;
/** What says something of the way to the server and nothing of a folder: the scan ends with it. */
const FATAL: ReadonlySet<KeepError['kind']> = new Set(['unreachable', 'timeout', 'aborted']);

/** A folder to be listed. */
interface Folder {
  /** Relative to the scanned one. */
  readonly path: RelativePath;
  /** Its number, and those of the folders above it: one that comes up again below itself is a link. */
  readonly ids: Chain | null;
}

interface Chain {
  readonly id: bigint;
  readonly above: Chain | null;
}

/** What a lane has to say: entries, or that its folder has ended. */
interface Step {
  readonly lane: Lane;
  readonly batch: Batch;
  readonly done: boolean;
}

/** Lists everything below `folder`, several folders at a time. Sizes and times come with the listings. */
export async function* scanFolder(
  place: Place,
  folder: RelativePath,
  options: ScanOptions = {},
): AsyncGenerator<Batch, void, void> {
  const attempt = place.attempt('scan', folder);
  if (options.signal?.aborted === true) return yield err(aborted(attempt));
  // Its number tells a link that leads back to it.
  const start = await place.run(attempt, (share) => share.stat(place.at(folder)));
  if (start.isErr()) return yield err(start.error);
  const { id } = start.value;
  const walk = new Walk(place, folder, options);
  yield* walk.run({ path: '' as RelativePath, ids: id === null ? null : { id, above: null } });
}

class Walk {
  readonly #place: Place;
  readonly #start: RelativePath;
  readonly #skip: ScanOptions['skip'];
  readonly #signal: AbortSignal | undefined;
  readonly #pending: Folder[] = [];
  /** Ends the listings that are under way when the walk does. */
  readonly #over = new AbortController();
  readonly #ends: AbortSignal;

  constructor(place: Place, start: RelativePath, { skip, signal }: ScanOptions) {
    this.#place = place;
    this.#start = start;
    this.#skip = skip;
    this.#signal = signal;
    this.#ends = AbortSignal.any([this.#over.signal, ...(signal === undefined ? [] : [signal])]);
  }

  async *run(first: Folder): AsyncGenerator<Batch, void, void> {
    const steps = new Map<Lane, Promise<Step>>();
    this.#pending.push(first);
    try {
      for (;;) {
        while (steps.size < LANES) {
          const folder = this.#pending.pop();
          if (folder === undefined) break;
          const lane = new Lane(this, folder);
          steps.set(lane, lane.next());
        }
        if (steps.size === 0) return;
        const { lane, batch, done } = await Promise.race(steps.values());
        if (this.#signal?.aborted === true) return yield err(aborted(this.attempt(first.path)));
        if (done) steps.delete(lane);
        else steps.set(lane, lane.next());
        if (batch.isErr()) return yield batch;
        if (batch.value.length > 0) yield batch;
      }
    } finally {
      this.#over.abort();
    }
  }

  /** The entries of one folder, in batches; folders below it are left for later. An error is the last. */
  async *batches(folder: Folder): AsyncGenerator<Batch, void, void> {
    for (let attempts = 1; ; attempts++) {
      const failed = yield* this.#list(folder);
      if (failed === null) return;
      const { error, begun } = failed;
      // Once more, over a fresh connection if the last was lost; what has been told in part cannot be told again.
      if (error.retry && !begun && attempts === 1) continue;
      const isStart = folder.path === '';
      if (isStart || FATAL.has(error.kind)) return yield err(error);
      // It was removed since its parent was listed: not there, and nothing wrong.
      if (error.kind !== 'not-found' || begun) {
        yield ok([{ kind: 'unreadable', path: folder.path, folder: true, error }]);
      }
      return;
    }
  }

  async *#list(folder: Folder): AsyncGenerator<Batch, { error: KeepError; begun: boolean } | null, void> {
    const attempt = this.attempt(folder.path);
    const share = await this.#place.share(attempt);
    if (share.isErr()) return { error: share.error, begun: false };
    const path = this.#place.at(join(this.#start, folder.path));
    let batch: ScanEntry[] = [];
    let begun = false;
    const folders: Folder[] = [];
    for await (const entry of share.value.list(path, { signal: this.#ends })) {
      if (entry.isErr()) return { error: this.#place.fail(attempt, share.value, entry.error), begun };
      this.#take(folder, entry.value, batch, folders);
      if (batch.length < BATCH) continue;
      begun = true;
      this.#pending.push(...folders.splice(0));
      yield ok(batch);
      batch = [];
    }
    this.#place.seen(path);
    this.#pending.push(...folders);
    yield ok(batch);
    return null;
  }

  #take(folder: Folder, entry: FolderEntry, batch: ScanEntry[], folders: Folder[]): void {
    const found = classify(folder.path, entry, isAbove(folder.ids, entry.id));
    if (this.#skip?.(found.path, entry.kind === 'folder') === true) return;
    if (found.kind === 'folder') {
      folders.push({
        path: found.path,
        ids: entry.id === null ? folder.ids : { id: entry.id, above: folder.ids },
      });
    } else {
      batch.push(entryOf(found, entry));
    }
  }

  attempt(path: RelativePath): Attempt {
    return this.#place.attempt('scan', join(this.#start, path));
  }
}

/** One folder that is being listed. */
class Lane {
  readonly #batches: AsyncGenerator<Batch, void, void>;

  constructor(walk: Walk, folder: Folder) {
    this.#batches = walk.batches(folder);
  }

  async next(): Promise<Step> {
    const item = await this.#batches.next();
    return item.done === true
      ? { lane: this, batch: ok([]), done: true }
      : { lane: this, batch: item.value, done: false };
  }
}

function entryOf(found: Exclude<Found, { kind: 'folder' }>, { size, modified, id }: FolderEntry): ScanEntry {
  if (found.kind === 'refused') return found;
  return { kind: 'file', path: found.path, size, mtime: modified ?? 0n, identity: identityOf(id) };
}

function isAbove(chain: Chain | null, id: bigint | null): boolean {
  for (let link = chain; link !== null; link = link.above) if (link.id === id) return true;
  return false;
}

function join(folder: string, path: string): RelativePath {
  return (folder === '' || path === '' ? folder + path : `${folder}/${path}`) as RelativePath;
}
