import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from 'neverthrow';
import { agentScript, sessionCommand } from '../agent/agent-script.js';
import { parseOpened, parseTrailer, trailerMark, type AgentStatus, type Opened } from '../agent/answers.js';
import { MarkSplitter } from '../agent/mark-splitter.js';
import { encodeWord } from '../agent/words.js';
import type { ExecChannel } from '../exec/exec-channel.js';
import type { ExecPatience } from '../exec/exec-target.js';
import { problem, type Problem } from '../failure.js';

/** An answer that is held whole. */
export interface Reply {
  readonly status: AgentStatus;
  readonly payload: Buffer;
}

/** One request. */
export interface Request {
  readonly words: readonly string[];
  /** What follows the line; the verb's last word but those in `words` is its length, put there by the caller. */
  readonly body?: Uint8Array;
  /** How long the pod may be silent over it, in milliseconds; the channel's own patience unless told otherwise. */
  readonly wait?: number;
}

/** Answers that are held may be this long: records of a batch, a listing. */
const LARGEST_REPLY = 16 * 1024 * 1024;
/** As much may come before the shell is there. */
const LARGEST_GREETING = 1024 * 1024;
const LONGEST_TRAILER = 64;

/** Begins a command and connects to it. */
export type Connect = (command: readonly string[]) => Promise<Result<ExecChannel, Problem>>;

/**
 * One shell in the pod, which answers one request after another. Nothing is believed of an answer but what its own last line
 * proves; whatever comes otherwise ends the session.
 */
export class Session {
  readonly #channel: ExecChannel;
  readonly #key: string;
  readonly #nonce: string;
  readonly #splitter = new MarkSplitter();
  #opened: Opened = { root: '/', seconds: null, mark: null };
  readonly #begun = performance.now();
  #requests = 0;
  #written = 0;
  #wait: number | undefined;

  /**
   * Starts the shell and tells it its root, which need not exist. `~` is the pod's own `HOME`.
   *
   * @param connect begins its command
   * @param patience how long the shell may take to say that it is there, and how long it looks after a file under way
   */
  static async open(
    connect: Connect,
    root: string,
    patience: Pick<ExecPatience, 'connect' | 'linger'>,
  ): Promise<Result<Session, Problem>> {
    const [key, nonce] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
    const script = Buffer.from(agentScript(key, patience.linger / 1000));
    const channel = await connect(sessionCommand(nonce, script.length));
    if (channel.isErr()) return err(channel.error);
    const session = new Session(channel.value, key, nonce);
    const begun = await session.#begin(script, root, patience.connect);
    if (begun.isErr()) session.close();
    return begun.map(() => session);
  }

  private constructor(channel: ExecChannel, key: string, nonce: string) {
    this.#channel = channel;
    this.#key = key;
    this.#nonce = nonce;
  }

  /** What it said at its start. */
  get opened(): Opened {
    return this.#opened;
  }

  /** What the shell writes after each part of a file. */
  get partMark(): Buffer {
    return Buffer.from(`\n${this.#nonce}\n`, 'latin1');
  }

  /** The pod's clock, in seconds since 1970; this machine's where the pod has none. */
  get now(): number {
    const { seconds } = this.#opened;
    return seconds === null ? Date.now() / 1000 : seconds + (performance.now() - this.#begun) / 1000;
  }

  get alive(): boolean {
    return this.#channel.alive;
  }

  /** How many bytes it was told. */
  get written(): number {
    return this.#written;
  }

  /** Asks, and holds the answer. */
  async ask(request: Request): Promise<Result<Reply, Problem>> {
    const sent = await this.send(request);
    if (sent.isErr()) return err(sent.error);
    const pieces: Buffer[] = [];
    let held = 0;
    for await (const piece of this.payload()) {
      if (piece.isErr()) return err(piece.error);
      held += piece.value.length;
      if (held > LARGEST_REPLY) return err(this.broken('the answer is endless'));
      // A copy: the next piece comes to the same place.
      pieces.push(Buffer.from(piece.value));
    }
    const status = await this.#status();
    return status.map((one) => ({ status: one, payload: Buffer.concat(pieces) }));
  }

  /** Asks. The answer is then to be taken whole: contents by `until`, a payload by `payload`, and its end by `end`. */
  async send({ words, body, wait }: Request): Promise<Result<void, Problem>> {
    this.#requests++;
    this.#wait = wait;
    const line = Buffer.from(`${[this.#key, ...words].join(' ')}\n`);
    const message = body === undefined ? line : Buffer.concat([line, body]);
    this.#written += message.length;
    return this.#channel.write(message);
  }

  /**
   * What lies before the next mark, as it comes; returns when the mark was seen. An `err` is the last item. Where the answer ends
   * before, that is one too. Bytes are the caller's until it asks for the next ones, here and below.
   */
  async *until(mark: Buffer): AsyncGenerator<Result<Buffer, Problem>, void, void> {
    const trailer = trailerMark(this.#nonce);
    for await (const piece of this.#pieces(mark, trailer)) {
      if (typeof piece !== 'number') yield piece;
      else if (piece > 0) yield err(this.broken('it ends before what was asked for'));
    }
  }

  /** A payload of unknown length, as it comes. Its status is to be had by `status` afterwards. */
  async *payload(): AsyncGenerator<Result<Buffer, Problem>, void, void> {
    for await (const piece of this.#pieces(trailerMark(this.#nonce)))
      if (typeof piece !== 'number') yield piece;
  }

  /** The status that follows a payload. */
  status(): Promise<Result<AgentStatus, Problem>> {
    return this.#status();
  }

  /** The end of an answer after which nothing may come. */
  async end(): Promise<Result<AgentStatus, Problem>> {
    for await (const piece of this.payload()) {
      return err(piece.isErr() ? piece.error : this.broken('there is more in the answer than was asked for'));
    }
    return this.#status();
  }

  /** Ends the shell. What is under way is not waited for. */
  close(): void {
    this.#channel.close(Buffer.from(`${this.#key} end\n`));
  }

  /** Ends the session for this reason, which everybody is told who waits for it. */
  fail(reason: Problem): void {
    this.#channel.fail(reason);
  }

  /** Bytes up to the first of these marks, and then which it was; or an `err` as the last item. */
  async *#pieces(...marks: readonly Buffer[]): AsyncGenerator<Result<Buffer, Problem> | number, void, void> {
    for (;;) {
      const next = this.#splitter.next(...marks);
      if (next === null) {
        const more = await this.#channel.read(this.#wait);
        if (more.isErr()) return yield err(more.error);
        this.#splitter.push(more.value);
      } else if ('mark' in next) {
        return yield next.mark;
      } else {
        yield ok(next.bytes);
      }
    }
  }

  async #begin(script: Buffer, root: string, wait: number): Promise<Result<void, Problem>> {
    this.#written += script.length;
    this.#wait = wait;
    const sent = await this.#channel.write(script);
    if (sent.isErr()) return err(sent.error);
    // It says that it is there before it is asked, and what an image writes at the start of a shell is passed over.
    let before = 0;
    for await (const piece of this.payload()) {
      if (piece.isErr()) return err(piece.error);
      before += piece.value.length;
      if (before > LARGEST_GREETING) return err(this.broken('it is no shell that answers'));
    }
    const there = await this.#status();
    if (there.isErr()) return err(there.error);
    const reply = await this.ask({ words: ['open', encodeWord(root)], wait });
    if (reply.isErr()) return err(reply.error);
    if (reply.value.status === 'no-home') {
      return err(
        problem('invalid', `"${root}" does not begin with a slash, and the container has no HOME`, {
          hint: 'name the path from its root',
        }),
      );
    }
    const opened = parseOpened(reply.value.payload, this.#nonce);
    if (opened === null) return err(this.broken('the shell does not say where it is'));
    this.#opened = opened;
    return ok(undefined);
  }

  async #status(): Promise<Result<AgentStatus, Problem>> {
    let line = '';
    for await (const piece of this.#pieces(NEWLINE)) {
      if (typeof piece === 'number') break;
      if (piece.isErr()) return err(piece.error);
      line += piece.value.toString('latin1');
      if (line.length > LONGEST_TRAILER) break;
    }
    const status = parseTrailer(line, this.#requests);
    return status === null ? err(this.broken('its last line is not that of the answer')) : ok(status);
  }

  /** Ends the session over an answer that is none. */
  broken(how: string): Problem {
    const found = problem('unreachable', `what came from the pod is no answer: ${how}`, { retry: true });
    this.fail(found);
    return found;
  }
}

const NEWLINE = Buffer.from('\n');
