import { isUtf8 } from 'node:buffer';
import { err, ok, type Result } from 'neverthrow';
import {
  isPath,
  parentPath,
  type KeepError,
  type RefusedAs,
  type RelativePath,
  type ScanEntry,
  type ScanOptions,
} from '@sessionkeep/core';
import { otherComplaint, parseResolved, type Resolved } from './agent/answers.js';
import { kindOfMode, RecordReader, type RecordItem, type StatRecord } from './agent/records.js';
import { dotted, encodeList, encodeWord } from './agent/words.js';
import {
  ABORTED,
  aborted,
  errorOf,
  isAborted,
  failure,
  problem,
  type Attempt,
  type Problem,
} from './failure.js';
import { askOf, type Place } from './place.js';
import { SeenPaths } from './seen-paths.js';
import type { Session } from './session/session.js';
import { statusProblem } from './status-table.js';

type Batch = Result<readonly ScanEntry[], KeepError>;

const NOT_UNDERSTOOD = problem('io', 'what the pod lists cannot be understood', { retry: true });

const BATCH = 1000;
/** A listing that has more is taken for one that never ends. */
const MOST_ENTRIES = 20_000_000;
/** Closed folders with newlines in their names that are kept in mind. */
const MOST_CLOSED = 1000;
/** Links asked about at once. */
const LINKS = 200;

/** Everything below a folder by one request; links by another, where there are any. */
export async function* scanFolder(
  place: Place,
  folder: RelativePath,
  { signal, skip }: ScanOptions = {},
): AsyncGenerator<Batch, void, void> {
  const attempt = place.attempt('scan', folder);
  if (isAborted(signal)) return yield err(aborted(attempt));
  const taken = await place.take(attempt);
  if (taken.isErr()) return yield err(taken.error);
  const session = taken.value;
  const onAbort = (): void => session.fail(ABORTED);
  signal?.addEventListener('abort', onAbort);
  let whole = false;
  try {
    for await (const batch of new Scan(place, folder, skip).run(session)) {
      // May have come while the consumer had the last one.
      if (isAborted(signal)) return yield err(aborted(attempt));
      yield batch.mapErr((found) => errorOf(attempt, found));
    }
    whole = true;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    if (!whole) session.fail(problem('unreachable', 'the session was ended'));
    place.sessions.give(session);
  }
}

class Scan {
  readonly #skipped = new Map<string, boolean>();
  readonly #links: RelativePath[] = [];
  readonly #seen = new SeenPaths();
  /** Closed folders whose names have newlines. */
  readonly #closedLines: string[] = [];
  readonly #attempt: Attempt;

  constructor(
    readonly place: Place,
    readonly folder: RelativePath,
    readonly skip: ScanOptions['skip'],
  ) {
    this.#attempt = place.attempt('scan', folder);
  }

  async *run(session: Session): AsyncGenerator<Result<readonly ScanEntry[], Problem>, void, void> {
    const sent = await session.send({ words: ['scan', encodeWord(dotted(this.folder))] });
    if (sent.isErr()) return yield err(sent.error);
    const reader = new RecordReader();
    let batch: ScanEntry[] = [];
    let entries = 0;
    for await (const piece of session.payload()) {
      if (piece.isErr()) return yield err(piece.error);
      const items = reader.push(piece.value);
      if (items === null) return yield err(this.#notUnderstood(session));
      entries += items.length;
      if (entries > MOST_ENTRIES) return yield err(this.#notUnderstood(session));
      for (const item of items) batch.push(...this.#entries(item));
      if (batch.length < BATCH) continue;
      yield* inBatches(batch);
      batch = [];
    }
    const status = await session.status();
    if (status.isErr()) return yield err(status.error);
    const found = statusProblem(status.value, Buffer.alloc(0));
    if (found !== null) return yield err(found);
    const [last] = reader.end() ?? [];
    if (last === undefined || !('complaints' in last)) return yield err(this.#notUnderstood(session));
    const complaint = otherComplaint(last.complaints, this.#closedLines);
    // What was left out is not known, so nothing may be taken for gone.
    if (complaint !== null) return yield err(problem('io', complaint.slice(0, 500), { retry: true }));
    yield* inBatches(batch);
    yield* this.#resolveLinks();
  }

  #entries(item: RecordItem): ScanEntry[] {
    if ('complaints' in item) return [];
    const bytes = item.name.subarray(2);
    const text = bytes.toString('utf8');
    if (!isUtf8(bytes)) return this.#refused(`${text} (bytes ${bytes.toString('hex')})`, 'name-not-utf8');
    if (!isPath(text) || text === '') return this.#refused(text, 'name-unsafe');
    if ('closed' in item) return this.#closed(text);
    if (this.#isSkipped(text)) return [];
    // Each path is told of once: a pod that lists one twice, with two sizes, is not asked which it means.
    if (!this.#seen.add(text)) return this.#refused(`${text} (listed again)`, 'name-unsafe');
    const kind = kindOfMode(item.mode);
    switch (kind) {
      case 'file':
        return [fileEntry(text, item)];
      case 'link':
        this.#links.push(text);
        return [];
      case 'folder':
        return [];
      default:
        return [{ kind: 'refused', path: text, reason: kind }];
    }
  }

  /** Its path is text of no trust: it is shown, and never asked for. */
  #refused(text: string, reason: RefusedAs): ScanEntry[] {
    const path = text.toWellFormed() as RelativePath;
    const folder = parentPath(path);
    if (isPath(folder) && folder !== '' && this.#isSkippedFolder(folder)) return [];
    return [{ kind: 'refused', path, reason }];
  }

  #closed(path: RelativePath): ScanEntry[] {
    if (path.includes('\n') && this.#closedLines.length < MOST_CLOSED) this.#closedLines.push(dotted(path));
    if (this.#isSkippedFolder(path)) return [];
    const error = failure(
      'denied',
      { ...this.#attempt, path },
      'the user of the container may not read this folder',
    );
    return [{ kind: 'unreadable', path, folder: true, error }];
  }

  #isSkipped(path: RelativePath): boolean {
    if (this.skip === undefined) return false;
    return this.#isSkippedFolder(parentPath(path)) || this.skip(path, false);
  }

  #isSkippedFolder(folder: RelativePath): boolean {
    if (this.skip === undefined || folder === '') return false;
    const known = this.#skipped.get(folder);
    if (known !== undefined) return known;
    const skipped = this.#isSkippedFolder(parentPath(folder)) || this.skip(folder, true);
    this.#skipped.set(folder, skipped);
    return skipped;
  }

  async *#resolveLinks(): AsyncGenerator<Result<readonly ScanEntry[], Problem>, void, void> {
    for (let from = 0; from < this.#links.length; from += LINKS) {
      const links = this.#links.slice(from, from + LINKS);
      const below = (path: string): string => dotted(this.folder === '' ? path : `${this.folder}/${path}`);
      const body = encodeList(links.map(below));
      // Links may be many: a session for some at a time, so that none is told too much.
      const taken = await this.place.sessions.take();
      if (taken.isErr()) return yield err(taken.error);
      const answer = await askOf(taken.value, { words: ['links', String(body.length)], body });
      this.place.sessions.give(taken.value);
      if (answer.isErr()) return yield err(answer.error);
      const resolved = parseResolved(answer.value);
      if (resolved === null) return yield err(NOT_UNDERSTOOD);
      yield ok(links.map((path) => linkEntry(path, resolved.get(below(path)) ?? 'broken')));
    }
  }

  #notUnderstood(session: Session): Problem {
    session.fail(NOT_UNDERSTOOD);
    return NOT_UNDERSTOOD;
  }
}

function* inBatches(
  entries: readonly ScanEntry[],
): Generator<Result<readonly ScanEntry[], Problem>, void, void> {
  for (let from = 0; from < entries.length; from += BATCH) yield ok(entries.slice(from, from + BATCH));
}

function fileEntry(path: RelativePath, { size, mtime, identity }: StatRecord): ScanEntry {
  return { kind: 'file', path, size, mtime, identity };
}

function linkEntry(path: RelativePath, resolved: Resolved): ScanEntry {
  if (typeof resolved === 'string') {
    return { kind: 'refused', path, reason: resolved === 'out' ? 'link-out' : 'link-broken' };
  }
  const kind = kindOfMode(resolved.mode);
  if (kind === 'file') return fileEntry(path, resolved);
  return {
    kind: 'refused',
    path,
    reason: kind === 'folder' ? 'link-folder' : kind === 'link' ? 'link-broken' : kind,
  };
}
