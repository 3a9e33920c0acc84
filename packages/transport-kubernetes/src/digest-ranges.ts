import { err, ok, type Result } from 'neverthrow';
import {
  EMPTY_SHA256,
  type CallOptions,
  type KeepError,
  type Range,
  type RangeDigest,
} from '@sessionkeep/core';
import { parsePartSums, parseSums } from './agent/answers.js';
import { dotted, encodeList, partEntry } from './agent/words.js';
import { ABORTED, aborted, errorOf, isAborted, problem, type Problem } from './failure.js';
import { askOf, type Place } from './place.js';
import { batchLength, factsOf, rangeProblem, recordsOf, whyNot, type RangeFacts } from './range-facts.js';
import type { Session } from './session/session.js';

/** What is known of a range's digest so far. */
type Sum = Result<string, Problem> | null;

/** Slow disks read at least so many bytes a millisecond; nothing is heard meanwhile. */
const BYTES_PER_MILLISECOND = 5_000;
/** Names that `sha256sum` would write otherwise than they are. */
const ESCAPED = /[\n\r\\]/;

/** Digests ranges where they lie, a batch in four requests however many they are. */
export async function* digestRanges(
  place: Place,
  ranges: readonly Range[],
  { signal }: CallOptions = {},
): AsyncGenerator<Result<RangeDigest, KeepError>, void, void> {
  for (let from = 0; from < ranges.length;) {
    const batch = ranges.slice(from, from + batchLength(ranges, from));
    from += batch.length;
    const sums = await sumsOf(place, batch, signal);
    for (const [index, range] of batch.entries()) {
      const attempt = place.attempt('digest', range.path);
      const sum = sums[index] ?? err(problem('io', 'the pod says nothing of it'));
      if (isAborted(signal)) return yield err(aborted(attempt));
      yield sum.map((sha256) => ({ range, sha256 })).mapErr((found) => errorOf(attempt, found));
    }
  }
}

async function sumsOf(
  place: Place,
  batch: readonly Range[],
  signal: AbortSignal | undefined,
): Promise<readonly Sum[]> {
  const all = (found: Problem): Sum[] => batch.map(() => err(found));
  if (isAborted(signal)) return all(ABORTED);
  const taken = await place.sessions.take();
  if (taken.isErr()) return all(taken.error);
  const session = taken.value;
  const onAbort = (): void => session.fail(ABORTED);
  signal?.addEventListener('abort', onAbort);
  try {
    if (isAborted(signal)) return all(ABORTED);
    const sums = await new Batch(session, batch, place.sessions.patience.answer).sums();
    return sums.isOk() ? sums.value : all(sums.error);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    place.sessions.give(session);
  }
}

class Batch {
  readonly #sums: Sum[];
  #facts: readonly RangeFacts[] = [];

  constructor(
    readonly session: Session,
    readonly ranges: readonly Range[],
    /** How long a tool may be silent beyond what its work takes, in milliseconds. */
    readonly patience: number,
  ) {
    this.#sums = ranges.map(() => null);
  }

  async sums(): Promise<Result<readonly Sum[], Problem>> {
    const facts = await factsOf(this.session, this.ranges);
    if (facts.isErr()) return err(facts.error);
    this.#facts = facts.value;
    const whole: number[] = [];
    const parts: number[] = [];
    for (const [index, range] of this.ranges.entries()) {
      const one = this.#facts[index];
      if (one === undefined) continue;
      if ('problem' in one) this.#note(index, err(one.problem));
      else if (range.length === 0) this.#note(index, ok(EMPTY_SHA256));
      else if (range.offset === 0 && range.length === one.record.size && !ESCAPED.test(one.path))
        whole.push(index);
      else parts.push(index);
    }
    const summed = await this.#sumWhole(whole);
    if (summed.isErr()) return err(summed.error);
    const moved = await this.#movedSince(whole);
    if (moved.isErr()) return err(moved.error);
    return (await this.#sumParts([...parts, ...moved.value])).map(() => this.#sums);
  }

  async #sumWhole(indexes: readonly number[]): Promise<Result<void, Problem>> {
    if (indexes.length === 0) return ok(undefined);
    const body = encodeList(indexes.map((index) => dotted(this.#pathOf(index))));
    const answer = await this.#ask('sum', body, indexes);
    if (answer.isErr()) return err(answer.error);
    const sums = parseSums(answer.value);
    if (sums === null) return err(NOT_UNDERSTOOD);
    for (const index of indexes) {
      const sha256 = sums.get(dotted(this.#pathOf(index)));
      if (sha256 !== undefined) this.#note(index, ok(sha256));
    }
    return ok(undefined);
  }

  /** Those of which it is not certain that what was digested is what was meant; what cannot be read has its reason already. */
  async #movedSince(indexes: readonly number[]): Promise<Result<readonly number[], Problem>> {
    if (indexes.length === 0) return ok([]);
    const records = await recordsOf(
      this.session,
      indexes.map((index) => this.#pathOf(index)),
    );
    if (records.isErr()) return err(records.error);
    const moved: number[] = [];
    for (const index of indexes) {
      const before = this.#facts[index];
      const after = records.value.get(dotted(this.#pathOf(index)));
      if (before === undefined || 'problem' in before) continue;
      const same =
        after?.size === before.record.size &&
        after.mtime === before.record.mtime &&
        after.identity === before.record.identity;
      if (!same || this.#sums[index] === null) moved.push(index);
    }
    return ok(moved);
  }

  /** Digests of parts, whose files may grow meanwhile. */
  async #sumParts(indexes: readonly number[]): Promise<Result<void, Problem>> {
    if (indexes.length === 0) return ok(undefined);
    const body = encodeList(
      indexes.map((index) => {
        const { offset = 0, length = 0 } = this.ranges[index] ?? {};
        return partEntry(this.#pathOf(index), offset, length);
      }),
    );
    const answer = await this.#ask('sums', body, indexes);
    if (answer.isErr()) return err(answer.error);
    const sums = parsePartSums(answer.value, indexes.length);
    if (sums === null) return err(NOT_UNDERSTOOD);
    const records = await recordsOf(
      this.session,
      indexes.map((index) => this.#pathOf(index)),
    );
    if (records.isErr()) return err(records.error);
    for (const [at, index] of indexes.entries()) {
      const sha256 = sums[at] ?? null;
      const range = this.ranges[index];
      const record = records.value.get(dotted(this.#pathOf(index)));
      // With all its bytes still there afterwards, they were there when they were read.
      const trouble =
        range === undefined || record === undefined
          ? problem('not-found', 'it was removed')
          : rangeProblem(range, record);
      if (trouble === null && sha256 !== null) this.#note(index, ok(sha256));
      else
        this.#note(
          index,
          err(sha256 === null ? await this.#why(index, trouble) : (trouble ?? NOT_UNDERSTOOD)),
        );
    }
    return ok(undefined);
  }

  async #why(index: number, trouble: Problem | null): Promise<Problem> {
    const range = this.ranges[index];
    const why = range === undefined ? ok(undefined) : await whyNot(this.session, range.path);
    return why.isErr() ? why.error : (trouble ?? problem('io', 'it could not be read to its end'));
  }

  #note(index: number, sum: Sum): void {
    this.#sums.splice(index, 1, sum);
  }

  #ask(verb: string, body: Buffer, indexes: readonly number[]): Promise<Result<Buffer, Problem>> {
    const bytes = indexes.reduce((sum, index) => sum + (this.ranges[index]?.length ?? 0), 0);
    const wait = this.patience + bytes / BYTES_PER_MILLISECOND;
    return askOf(this.session, { words: [verb, String(body.length)], body, wait });
  }

  #pathOf(index: number): string {
    const facts = this.#facts[index];
    return facts === undefined || 'problem' in facts ? '' : facts.path;
  }
}

const NOT_UNDERSTOOD = problem('io', 'the pod says nothing of these digests that can be understood', {
  retry: true,
});
