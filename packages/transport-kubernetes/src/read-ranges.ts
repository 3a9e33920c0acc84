import { err, ok, type Result } from 'neverthrow';
import type { CallOptions, KeepError, Range, RangeRead } from '@sessionkeep/core';
import { dotted, encodeList, partEntry } from './agent/words.js';
import { ABORTED, aborted, errorOf, isAborted, problem, type Problem } from './failure.js';
import type { Place } from './place.js';
import { batchLength, factsOf, rangeProblem, recordsOf, whyNot, type RangeFacts } from './range-facts.js';
import type { Session } from './session/session.js';

type Chunk = Result<Uint8Array, KeepError>;

/** How a range's bytes are had: with others by one `cat`, or a part of a file by itself. */
type Way = 'cat' | 'parts';

/** One request under way: these ranges, in this order, each followed by the mark. */
interface Run {
  readonly way: Way;
  readonly mark: Buffer;
  readonly indexes: readonly number[];
  /** How many of them were read, or passed over, to their marks. */
  done: number;
}

/** A file written to less than so many seconds ago may grow while it is read. */
const QUIET = 120;
/** Bytes that nobody wants are read up to this many; above, another session is cheaper. */
const WORTH_SKIPPING = 2 * 1024 * 1024;
const LARGEST_CHUNK = 1024 * 1024;

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
  #run: Run | null = null;
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
    const run = await this.#runAt(index);
    if (run.isErr()) return yield err(run.error);
    if (isAborted(signal)) return yield err(ABORTED);
    yield* this.#contents(run.value, range, facts.path);
  }

  async *#contents(
    { session, run }: { session: Session; run: Run },
    range: Range,
    path: string,
  ): AsyncGenerator<Result<Uint8Array, Problem>, void, void> {
    let came = 0;
    for await (const piece of session.until(run.mark)) {
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
    if (came !== range.length) yield err(await this.#mismatch(range, path, came));
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
  async #runAt(index: number): Promise<Result<{ session: Session; run: Run }, Problem>> {
    if (this.#run !== null && this.#session !== null) {
      const at = this.#run.indexes.indexOf(index);
      if (at >= this.#run.done && (await this.#passOver(this.#session, this.#run, at))) {
        return ok({ session: this.#session, run: this.#run });
      }
    }
    const session = await this.#free();
    if (session.isErr()) return err(session.error);
    const { mark } = session.value.opened;
    const way = this.#wayOf(index, session.value);
    const indexes = this.#alike(index, way, session.value);
    const body = encodeList(
      indexes.flatMap((one) => {
        const { offset = 0, length = 0 } = this.ranges[one] ?? {};
        const path = this.#pathOf(one);
        return way === 'cat' && mark !== null ? [dotted(path), mark.path] : [partEntry(path, offset, length)];
      }),
    );
    const sent = await session.value.send({ words: [way, String(body.length)], body });
    if (sent.isErr()) {
      this.#drop(session.value);
      return err(sent.error);
    }
    const run = {
      way,
      mark: way === 'cat' && mark !== null ? mark.bytes : session.value.partMark,
      indexes,
      done: 0,
    };
    this.#run = run;
    return ok({ session: session.value, run });
  }

  /** This range and those behind it in the batch that are had the same way; what gives no bytes is left out. */
  #alike(index: number, way: Way, session: Session): readonly number[] {
    const indexes: number[] = [];
    for (let one = index; one < this.#batch.from + this.#batch.facts.length; one++) {
      const facts = this.#batch.facts[one - this.#batch.from];
      if (facts === undefined || 'problem' in facts || this.ranges[one]?.length === 0) continue;
      if (this.#wayOf(one, session) !== way) break;
      indexes.push(one);
    }
    return indexes;
  }

  /** By `cat` whatever is whole and at rest: what grows would have to be read again. */
  #wayOf(index: number, { opened, now }: Session): Way {
    const facts = this.#batch.facts[index - this.#batch.from];
    const range = this.ranges[index];
    if (facts === undefined || 'problem' in facts || range === undefined || opened.mark === null)
      return 'parts';
    const { size, mtime } = facts.record;
    const whole = range.offset === 0 && range.length === size;
    return whole && mtime / 1_000_000_000n < BigInt(Math.floor(now)) - BigInt(QUIET) ? 'cat' : 'parts';
  }

  #pathOf(index: number): string {
    const facts = this.#batch.facts[index - this.#batch.from];
    return facts === undefined || 'problem' in facts ? '' : facts.path;
  }

  /** Reads what nobody wanted up to the contents at `at`; false where that is too much, and the session is ended. */
  async #passOver(session: Session, run: Run, at: number): Promise<boolean> {
    const unwanted = run.indexes
      .slice(run.done, at)
      .reduce((sum, one) => sum + (this.ranges[one]?.length ?? 0), 0);
    let left = unwanted > WORTH_SKIPPING ? 0 : WORTH_SKIPPING * 2;
    while (run.done < at && left > 0 && session.alive) {
      for await (const piece of session.until(run.mark)) {
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

  async #endRun(session: Session): Promise<void> {
    const run = this.#run;
    this.#run = null;
    if (run === null || !session.alive) return;
    this.#run = run;
    const passed = await this.#passOver(session, run, run.indexes.length);
    this.#run = null;
    if (!passed) return;
    const end = await session.end();
    if (end.isErr()) this.#drop(session);
  }

  #drop(session: Session): void {
    session.fail(problem('unreachable', 'the session was ended', { retry: true }));
    this.place.sessions.give(session);
    if (this.#session === session) this.#session = null;
    this.#run = null;
  }
}
