import { err, ok, type Result } from 'neverthrow';
import type { CallOptions, KeepError, Range, RangeRead } from '@sessionkeep/core';
import { dotted, partEntry } from './agent/words.js';
import { ABORTED, aborted, errorOf, isAborted, problem, type Problem } from './failure.js';
import type { Place } from './place.js';
import { batchLength, factsOf, rangeProblem, recordsOf, whyNot, type RangeFacts } from './range-facts.js';
import { ReadingRun, type Wanted, type Way } from './reading-run.js';
import type { StatRecord } from './agent/records.js';
import type { Session } from './session/session.js';

type Chunk = Result<Uint8Array, KeepError>;
type Known = Exclude<RangeFacts, { readonly problem: Problem }>;

/** A file written to less than so many seconds ago may grow while it is read. */
const QUIET = 120;
/** Bytes that nobody wants are read up to this many; above, another session is cheaper. */
const WORTH_SKIPPING = 2 * 1024 * 1024;
const LARGEST_CHUNK = 1024 * 1024;
/** Above, a range is asked for by itself, and its file looked at again afterwards: it takes long enough to be swapped. */
const LONG = 8 * 1024 * 1024;

/** Reads ranges one after another, a batch looked at and asked for at once. */
export async function* readRanges(
  place: Place,
  ranges: readonly Range[],
  { signal }: CallOptions = {},
): AsyncGenerator<RangeRead, void, void> {
  const reading = new Reading(place, ranges);
  const onAbort = (): void => reading.abort();
  signal?.addEventListener('abort', onAbort);
  try {
    for (const [index, range] of ranges.entries()) {
      const chunks = reading.chunks(index, range, signal);
      try {
        yield { range, chunks };
      } finally {
        reading.leave(index);
      }
      if (reading.toldAbort) return;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await reading.stop();
  }
}

class Reading {
  toldAbort = false;
  #session: Session | null = null;
  #run: ReadingRun | null = null;
  #batch: { readonly from: number; readonly facts: readonly RangeFacts[] } = { from: 0, facts: [] };
  /** The range whose turn it is; others are too late. */
  #current = -1;

  constructor(
    readonly place: Place,
    readonly ranges: readonly Range[],
  ) {}

  async *chunks(
    index: number,
    range: Range,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Chunk, void, void> {
    const attempt = this.place.attempt('read', range.path);
    if (this.#isOver(index)) {
      return yield err(errorOf(attempt, problem('invalid', 'its turn is over')));
    }
    this.#current = index;
    for await (const piece of this.#read(index, range, signal)) {
      if (piece.isErr()) {
        this.toldAbort ||= isAborted(signal);
        return yield err(isAborted(signal) ? aborted(attempt) : errorOf(attempt, piece.error));
      }
      yield ok(piece.value);
      if (this.#isOver(index)) return yield err(errorOf(attempt, problem('invalid', 'its turn is over')));
    }
  }

  #isOver(index: number): boolean {
    return this.#current > index;
  }

  /** The next range's turn begins. */
  leave(index: number): void {
    this.#current = index + 0.5;
  }

  abort(): void {
    this.#session?.fail(ABORTED);
  }

  /** Gives the session back, whole if nothing is left of an answer. */
  async stop(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    if (session === null) return;
    if (this.#run !== null) await this.#endRun(session);
    this.place.sessions.give(session);
  }

  async *#read(
    index: number,
    range: Range,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Result<Uint8Array, Problem>, void, void> {
    if (isAborted(signal)) return yield err(ABORTED);
    const facts = await this.#factsOf(index);
    if ('problem' in facts) return yield err(facts.problem);
    if (range.length === 0) return;
    const isLong = range.length > Math.min(LONG, this.place.compression.stride);
    for (let at = 0; at < range.length;) {
      const length = isLong ? Math.min(range.length - at, this.place.compression.stride) : range.length;
      const part = { ...range, offset: range.offset + at, length };
      const run = isLong && length < range.length ? await this.#runOf(index, part) : await this.#runAt(index);
      if (run.isErr()) return yield err(run.error);
      if (isAborted(signal)) return yield err(ABORTED);
      for await (const piece of this.#contents(run.value, part, facts.path)) {
        yield piece;
        if (piece.isErr()) return;
      }
      at += length;
    }
    if (!isLong) return;
    const swapped = await this.#swapped(facts);
    if (swapped !== null) yield err(swapped);
  }

  async *#contents(
    run: ReadingRun,
    range: Range,
    path: string,
  ): AsyncGenerator<Result<Uint8Array, Problem>, void, void> {
    const { session } = run;
    let came = 0;
    for await (const piece of run.contents()) {
      if (piece.isErr()) {
        this.#drop(session);
        return yield err(piece.error);
      }
      came += piece.value.length;
      if (came > range.length + WORTH_SKIPPING) break;
      // What is too much is not handed on, and that it came is told below.
      const surplus = Math.max(0, came - range.length);
      const wanted = piece.value.subarray(0, Math.max(0, piece.value.length - surplus));
      for (let at = 0; at < wanted.length; at += LARGEST_CHUNK)
        yield ok(wanted.subarray(at, at + LARGEST_CHUNK));
    }
    // Who sends on and on is not heard to the end.
    if (came > range.length + WORTH_SKIPPING) this.#drop(session);
    else run.done++;
    if (came !== range.length) {
      run.distrust();
      return yield err(await this.#mismatch(range, path, came));
    }
    // The sum that gzip keeps comes last.
    const ended = run.isPacked && run.isDone ? await this.#endRun(session) : null;
    if (ended !== null && run.isDamaged) yield err({ ...ended, retry: false });
  }

  /** Whether a file is another one than the one that was looked at before its bytes came, or was written to but at its end. */
  async #swapped({ path, record }: Known): Promise<Problem | null> {
    const session = await this.#free();
    if (session.isErr()) return session.error;
    const records = await recordsOf(session.value, [path]);
    if (records.isErr()) return records.error;
    const now = records.value.get(dotted(path));
    const isSame =
      now?.identity === record.identity &&
      (now.size > record.size || (now.size === record.size && now.mtime === record.mtime));
    return isSame ? null : problem('changed', 'it was replaced or rewritten while it was read');
  }

  /** Why other bytes came than were asked for. Never to be tried again from there: which bytes are amiss is not known. */
  async #mismatch(range: Range, path: string, came: number): Promise<Problem> {
    const general = problem(
      'changed',
      `it changed while it was read: ${came} bytes came for ${range.length}`,
    );
    if (came > range.length) return general;
    const asked = await this.place.sessions.take();
    if (asked.isErr()) return general;
    try {
      const why = await whyNot(asked.value, range.path);
      if (why.isErr()) return why.error.kind === 'unsafe' ? general : { ...why.error, retry: false };
      const records = await recordsOf(asked.value, [path]);
      const record = records.isOk() ? records.value.get(dotted(path)) : undefined;
      return (record === undefined ? null : rangeProblem(range, record)) ?? general;
    } finally {
      this.place.sessions.give(asked.value);
    }
  }

  /** What is known of a range; looks at the batch that begins with it where nothing is. */
  async #factsOf(index: number): Promise<RangeFacts> {
    const known = this.#batch.facts[index - this.#batch.from];
    if (known !== undefined) return known;
    const ranges = this.ranges.slice(index, index + batchLength(this.ranges, index));
    const session = await this.#free();
    const facts = session.isErr() ? err(session.error) : await factsOf(session.value, ranges);
    if (facts.isErr()) {
      // Whoever cannot be reached is not asked again for each of these.
      if (this.#session !== null) this.#drop(this.#session);
      const found = facts.error;
      this.#batch = { from: index, facts: session.isErr() ? ranges.map(() => ({ problem: found })) : [] };
      return { problem: found };
    }
    this.#batch = { from: index, facts: facts.value };
    return facts.value[0] ?? { problem: problem('io', 'the pod says nothing of it') };
  }

  /** A run whose next contents are this range's. */
  async #runAt(index: number): Promise<Result<ReadingRun, Problem>> {
    const run = this.#run;
    if (run !== null) {
      const at = run.wanted.indexes.indexOf(index);
      if (at >= run.done && (await this.#passOver(run, at))) return ok(run);
    }
    const session = await this.#free();
    if (session.isErr()) return err(session.error);
    const { mark } = session.value.opened;
    const way = this.#wayOf(index, session.value);
    const indexes = this.#alike(index, way, session.value);
    const entries = indexes.flatMap((one) => {
      const { offset = 0, length = 0 } = this.ranges[one] ?? {};
      const path = this.#pathOf(one);
      return way === 'cat' && mark !== null ? [dotted(path), mark.path] : [partEntry(path, offset, length)];
    });
    return this.#begin(session.value, { way, indexes, entries, bytes: this.#lengthOf(indexes) });
  }

  /** A run that is a part of one range. */
  async #runOf(index: number, { offset, length }: Range): Promise<Result<ReadingRun, Problem>> {
    const session = await this.#free();
    if (session.isErr()) return err(session.error);
    const entries = [partEntry(this.#pathOf(index), offset, length)];
    return this.#begin(session.value, { way: 'parts', indexes: [index], entries, bytes: length });
  }

  async #begin(session: Session, wanted: Wanted): Promise<Result<ReadingRun, Problem>> {
    const run = await ReadingRun.begin(session, wanted, this.place.compression);
    if (run.isErr()) this.#drop(session);
    else this.#run = run.value;
    return run;
  }

  /** This range and those behind it in the batch that are had the same way; what gives no bytes is left out. */
  #alike(index: number, way: Way, session: Session): readonly number[] {
    const indexes: number[] = [];
    const most = Math.min(LONG, this.place.compression.stride);
    let bytes = 0;
    for (let one = index; one < this.#batch.from + this.#batch.facts.length; one++) {
      const facts = this.#batch.facts[one - this.#batch.from];
      const length = this.ranges[one]?.length ?? 0;
      if (facts === undefined || 'problem' in facts || length === 0) continue;
      bytes += length;
      const isOver = length > most || bytes > this.place.compression.stride;
      if (indexes.length > 0 && (isOver || this.#wayOf(one, session) !== way)) break;
      indexes.push(one);
      if (isOver) break;
    }
    return indexes;
  }

  #lengthOf(indexes: readonly number[]): number {
    return indexes.reduce((sum, one) => sum + (this.ranges[one]?.length ?? 0), 0);
  }

  /** By `cat` whatever is whole and at rest: what grows would have to be read again. */
  #wayOf(index: number, session: Session): Way {
    const facts = this.#batch.facts[index - this.#batch.from];
    const range = this.ranges[index];
    if (facts === undefined || 'problem' in facts || range === undefined || session.opened.mark === null)
      return 'parts';
    const whole = range.offset === 0 && range.length === facts.record.size;
    return whole && !this.#isGrowing(facts.record, session) ? 'cat' : 'parts';
  }

  /** Whether a file was written to so lately that it may go on. */
  #isGrowing({ mtime }: StatRecord, { now }: Session): boolean {
    return mtime / 1_000_000_000n >= BigInt(Math.floor(now)) - BigInt(QUIET);
  }

  #pathOf(index: number): string {
    const facts = this.#batch.facts[index - this.#batch.from];
    return facts === undefined || 'problem' in facts ? '' : facts.path;
  }

  /** Reads what nobody wanted up to the contents at `at`; false where that is too much, and the session is ended. */
  async #passOver(run: ReadingRun, at: number): Promise<boolean> {
    const { session } = run;
    const isPart = run.wanted.indexes.length === 1;
    const unwanted =
      isPart && at > run.done ? run.wanted.bytes : this.#lengthOf(run.wanted.indexes.slice(run.done, at));
    let left = unwanted > WORTH_SKIPPING ? 0 : WORTH_SKIPPING * 2;
    while (run.done < at && left > 0 && session.alive) {
      for await (const piece of run.contents()) {
        left -= piece.isErr() ? left : piece.value.length;
        if (left <= 0) break;
      }
      if (left > 0) run.done++;
    }
    if (run.done === at && session.alive) return true;
    this.#drop(session);
    return false;
  }

  /** A session that owes no answer. */
  async #free(): Promise<Result<Session, Problem>> {
    if (this.#session !== null && this.#run !== null) await this.#endRun(this.#session);
    if (this.#session === null || this.place.sessions.isSpent(this.#session)) {
      if (this.#session !== null) this.place.sessions.give(this.#session);
      this.#session = null;
      const taken = await this.place.sessions.take();
      if (taken.isErr()) return err(taken.error);
      this.#session = taken.value;
    }
    return ok(this.#session);
  }

  /** Takes the rest of a run, and tells what is amiss with it. A session that cannot go on is ended. */
  async #endRun(session: Session): Promise<Problem | null> {
    const run = this.#run;
    if (run === null || !session.alive || !(await this.#passOver(run, run.wanted.indexes.length))) {
      this.#run = null;
      return null;
    }
    const end = await run.end();
    this.#run = null;
    if (end.isErr()) this.#drop(session);
    return end.isErr() ? end.error : null;
  }

  #drop(session: Session): void {
    session.fail(problem('unreachable', 'the session was ended', { retry: true }));
    this.place.sessions.give(session);
    if (this.#session === session) this.#session = null;
    this.#run?.drop();
    this.#run = null;
  }
}
