import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { err, ok, type Result } from 'neverthrow';
import type { RelativePath } from '@sessionkeep/core';
import { placeWords, timeWords } from './agent/words.js';
import { ABORTED, isAborted, problem, type Problem } from './failure.js';
import { askOf, type Place } from './place.js';
import type { Request, Session } from './session/session.js';

/** What is written: a new file under a temporary name until it is whole, or the end of one that is there. */
export interface Goal {
  readonly path: RelativePath;
  readonly isNew: boolean;
  /** Where the first byte goes. */
  readonly offset: number;
  readonly signal: AbortSignal | undefined;
}

/** How often in a row another session is begun with nothing gained. */
const MOST_TRIES = 6;
/** Before the second of them, in milliseconds; each pause is twice the last one. */
const FIRST_PAUSE = 500;
/** A first piece that was not answered in so many milliseconds did not arrive: to send it again harms nothing. */
const PATIENCE_A_PIECE = 30_000;
/** First pieces are at most so large, below what input was seen to be cut at; smaller where not even one is answered. */
const FIRST_PIECE = 128 * 1024;
const SMALLEST_PIECE = 4 * 1024;
/** Where a session took so much, pieces may be as large as this: each costs a way there and back. */
const PROVEN = 256 * 1024;
const LARGEST_PIECE = 1024 * 1024;
/** Silence after more than this is no input that is cut. */
const LATEST_CUT = 1024 * 1024;
/** A request's own line. */
const LINE = 256;
/** Slow disks write, digest and flush at least so many bytes a millisecond. */
const BYTES_PER_MILLISECOND = 2_000;

/**
 * One file on its way into the pod, piece by piece, each answered before the next. Where the session is lost, or takes no more
 * input, another one goes on with the same file behind the last byte that was answered for.
 */
export class Upload {
  /** Names that the file under way may have; the last was asked for last. */
  #names: string[] = [];
  #session: Session;
  /** How far the file is answered for. */
  #at: number;
  /** What the session had been told when it last answered for a piece; 0 where it never did. */
  #told = 0;
  #piece = FIRST_PIECE;
  #tries = 0;
  #begun = false;

  /** @param session one that can be written over, which is the upload's from now on */
  constructor(
    readonly place: Place,
    readonly goal: Goal,
    session: Session,
  ) {
    this.#session = session;
    this.#at = goal.offset;
  }

  /** Makes the file, or cuts what lies beyond. */
  async begin(): Promise<Result<void, Problem>> {
    const begun = await this.#ask({ words: this.#words('new') });
    this.#begun = begun.isOk();
    return begun.map(() => undefined);
  }

  /** Adds bytes. */
  async write(bytes: Uint8Array): Promise<Result<void, Problem>> {
    for (let sent = 0; sent < bytes.length;) {
      if (isAborted(this.goal.signal)) return err(ABORTED);
      if (this.#room() < SMALLEST_PIECE) {
        const moved = await this.#moveOn();
        if (moved !== null) return err(moved);
        continue;
      }
      const most = this.#told > PROVEN ? LARGEST_PIECE : this.#piece;
      const piece = bytes.subarray(sent, sent + Math.min(this.#room(), most));
      const { answer } = this.place.sessions.patience;
      const wait = Math.min(answer, PATIENCE_A_PIECE * Math.max(1, piece.length / FIRST_PIECE));
      const taken = await this.#ask({ words: ['data', String(piece.length)], body: piece, wait });
      if (taken.isErr()) return err(taken.error);
      if (taken.value === null) continue;
      sent += piece.length;
      this.#at += piece.length;
      this.#told = this.#session.written;
      this.#tries = 0;
    }
    return ok(undefined);
  }

  /** Has it compared with what was sent, and gives it its time and its name. Answers with what the pod then says of it. */
  async finish(sha256: string, mtime: bigint | undefined): Promise<Result<Buffer, Problem>> {
    for (;;) {
      const { offset } = this.goal;
      const request = {
        words: ['finish', String(offset), sha256, ...timeWords(mtime)],
        wait: this.place.sessions.patience.answer + this.#at / BYTES_PER_MILLISECOND,
      };
      const finished = await this.#ask(request);
      if (finished.isErr()) return err(finished.error);
      if (finished.value !== null) return ok(finished.value);
    }
  }

  /** Takes away what is there of it; a shell that cannot be told any more does so by itself. */
  async drop(): Promise<void> {
    (await askOf(this.#session, { words: ['drop', String(this.goal.offset)] })).unwrapOr(null);
  }

  /** Gives the session back. */
  end(): void {
    this.place.sessions.give(this.#session);
  }

  /** The answer; null where another session goes on, and is to be asked. */
  async #ask(request: Request): Promise<Result<Buffer | null, Problem>> {
    const answer = await askOf(this.#session, request);
    if (answer.isOk() || this.#session.alive || !answer.error.retry) return answer;
    this.#learn(answer.error);
    const trouble = await this.#goOn(answer.error);
    return trouble === null ? ok(null) : err(trouble);
  }

  /** What the session may still be told in one piece. */
  #room(): number {
    const room = this.place.sessions.inputLimit - this.#session.written - LINE;
    // A fresh one that has none shows by its silence that it has none.
    return this.#told === 0 ? Math.max(room, SMALLEST_PIECE) : room;
  }

  /** Finds out how much input a session takes here, once one took no more. */
  #learn({ kind }: Problem): void {
    if (kind !== 'timeout') return;
    if (this.#told === 0) this.#piece = Math.max(SMALLEST_PIECE, this.#piece / 4);
    else if (this.#session.written < LATEST_CUT) this.place.sessions.limitInput(this.#told);
  }

  /** Leaves a session that would not take the next piece. */
  async #moveOn(): Promise<Problem | null> {
    const left = await askOf(this.#session, { words: ['let'] });
    this.#session.close();
    return this.#goOn(left.isErr() ? left.error : problem('unreachable', 'no other session can be had'));
  }

  /** Has another session take the file over; null when one did. */
  async #goOn(reason: Problem): Promise<Problem | null> {
    for (; this.#tries < MOST_TRIES; this.#tries++) {
      this.place.sessions.give(this.#session);
      if (this.#tries > 0) await this.#pause();
      if (isAborted(this.goal.signal)) return ABORTED;
      const taken = await this.place.sessions.take();
      if (taken.isErr() && !taken.error.retry) return taken.error;
      if (taken.isErr()) continue;
      this.#session = taken.value;
      this.#told = 0;
      const there = await this.#takeOver();
      if (there.isOk()) {
        // Counts until a piece is answered for.
        this.#tries++;
        return null;
      }
      // Gone under each of its names: taken away, or finished before the answer was lost.
      if (this.#session.alive && there.error.kind !== 'not-found') return there.error;
      if (this.#session.alive) break;
    }
    const arrived = this.#at - this.goal.offset;
    return {
      ...reason,
      text: `${reason.text}; ${arrived} bytes had arrived, and no other session could go on`,
    };
  }

  async #takeOver(): Promise<Result<Buffer, Problem>> {
    if (!this.goal.isNew) return askOf(this.#session, { words: this.#words('again') });
    const before = [...this.#names].reverse();
    const words = this.#words('again');
    for (const name of before) {
      const there = await askOf(this.#session, { words: [...words, name, String(this.#at)] });
      if (there.isOk() || !this.#session.alive || there.error.kind !== 'not-found') return there;
    }
    return this.#begun
      ? err(problem('not-found', 'the file under way is gone'))
      : askOf(this.#session, { words: this.#words('new') });
  }

  async #pause(): Promise<void> {
    const pause = FIRST_PAUSE * 2 ** (this.#tries - 1);
    const { signal } = this.goal;
    try {
      await sleep(pause, undefined, signal === undefined ? {} : { signal });
    } catch {
      // It was aborted, which is looked at next.
    }
  }

  #words(verb: 'new' | 'again'): string[] {
    const { path, isNew } = this.goal;
    if (!isNew) return ['old', ...placeWords(path), String(this.#at)];
    const name = `.sessionkeep-${randomBytes(8).toString('hex')}`;
    this.#names.push(name);
    return [verb, ...placeWords(path), name];
  }
}
