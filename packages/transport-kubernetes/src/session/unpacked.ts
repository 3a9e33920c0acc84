import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { err, ok, type Result } from 'neverthrow';
import type { AgentStatus } from '../agent/answers.js';
import { letGo } from '../exec/let-go.js';
import { MarkSplitter } from '../agent/mark-splitter.js';
import { problem, type Problem } from '../failure.js';
import type { Session } from './session.js';

/** What is made of compressed bytes at once; no more waits to be taken. */
const CHUNK = 256 * 1024;

/**
 * An answer that comes compressed, as what it was: to be taken as one of a session that comes as it is. However little is sent for
 * it, no more is made than is taken. What is no gzip is an error that allows no repetition from there: it may have become bytes first.
 */
export class Unpacked {
  readonly #session: Session;
  readonly #gunzip = createGunzip({ chunkSize: CHUNK });
  readonly #output: AsyncIterator<Buffer>;
  readonly #splitter = new MarkSplitter();
  #found: Problem | null = null;
  #came = 0;
  #isDamaged = false;
  /** What was handed on last: to be looked at until the next is wanted. */
  #lent: Buffer | null = null;

  /** @param most the answer has no more bytes than this as they come */
  constructor(session: Session, most: number) {
    this.#session = session;
    // Whatever ends it is told by the output.
    pipeline(this.#packed(most), this.#gunzip, () => undefined);
    this.#output = (this.#gunzip as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /** Whether it was no gzip of what was asked for, though the answer came whole. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  /** How many bytes came, as they were sent. */
  get came(): number {
    return this.#came;
  }

  /** As {@link Session.until}. */
  async *until(mark: Buffer): AsyncGenerator<Result<Buffer, Problem>, void, void> {
    for (;;) {
      const next = this.#splitter.next(mark);
      if (next !== null && 'mark' in next) return;
      if (next !== null) {
        yield ok(next.bytes);
        continue;
      }
      const more = await this.#more();
      if (more.isErr()) return yield err(more.error);
      if (more.value === null) {
        this.#isDamaged = true;
        return yield err(this.#session.broken('it ends before what was asked for'));
      }
      this.#splitter.push(more.value);
    }
  }

  /** As {@link Session.end}; that the sum which gzip keeps is right, too. */
  async end(): Promise<Result<AgentStatus, Problem>> {
    const more = this.#splitter.next() === null ? await this.#more() : ok(Buffer.of(0));
    if (more.isErr()) return err(more.error);
    if (more.value !== null) {
      this.#isDamaged = true;
      return err(this.#session.broken('there is more in the answer than was asked for'));
    }
    return this.#session.status();
  }

  /** Lets go of it. */
  destroy(): void {
    this.#gunzip.destroy();
  }

  async #more(): Promise<Result<Buffer | null, Problem>> {
    try {
      letGo(this.#lent);
      const next = await this.#output.next();
      this.#lent = next.done === true ? null : next.value;
      return ok(this.#lent);
    } catch (cause) {
      this.#isDamaged ||= this.#found === null;
      const damaged = problem('io', 'what came compressed from the pod is damaged', { cause });
      this.#session.fail(damaged);
      return err(this.#found ?? damaged);
    }
  }

  async *#packed(most: number): AsyncGenerator<Buffer, void, void> {
    for await (const piece of this.#session.payload()) {
      this.#came += piece.isOk() ? piece.value.length : 0;
      if (piece.isErr()) this.#found = piece.error;
      else if (this.#came > most) {
        this.#isDamaged = true;
        this.#found = this.#session.broken('the answer is endless');
      } else yield Buffer.from(piece.value);
      if (this.#found !== null) throw new Error(this.#found.text);
    }
  }
}
