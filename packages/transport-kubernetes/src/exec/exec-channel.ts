import type { KubeConfig } from '@kubernetes/client-node';
import { err, ok, type Result } from 'neverthrow';
import { problem, type Problem } from '../failure.js';
import type { ExecSocket } from './exec-socket.js';
import type { ExecPatience, ExecTarget } from './exec-target.js';
import { Gathering } from './gathering.js';
import { openSocket } from './open-socket.js';
import { endProblem, networkProblem, parseStatus, type StatusLike } from './problem-tables.js';

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3 } as const;
const STDIN = Buffer.of(CHANNEL.stdin);

/** How much output waits for its reader before the server is made to wait. */
const HIGH_WATER = 1024 * 1024;
const LOW_WATER = 256 * 1024;
/** Input goes in frames of this size, which every server takes. */
const FRAME = 32 * 1024;
/** As much is kept of the end of standard error. */
const STDERR = 4096;
/** So many signs of life may stay out. */
const MOST_MISSED = 3;
const LARGEST_STATUS = 64 * 1024;

/**
 * A command that runs in a container, and its streams. Flow is controlled both ways: output that nobody takes stays at the
 * server, and input is taken for written when the socket has let go of it.
 */
export class ExecChannel {
  readonly #socket: ExecSocket;
  readonly #patience: ExecPatience;
  readonly #heart: NodeJS.Timeout;
  readonly #output = new Gathering();
  /** The channel of the message under way. */
  #channel: number = CHANNEL.stdin;
  #paused = false;
  /** Signs of life that were asked for since the last one came: no clock, which goes on while a machine sleeps. */
  #missed = 0;
  #stderr = '';
  #statusText: Buffer = Buffer.alloc(0);
  #status: StatusLike | null = null;
  #end: Problem | null = null;
  #wake: (() => void) | null = null;

  /** Begins a command and connects to it. */
  static async open(
    config: KubeConfig,
    target: ExecTarget,
    command: readonly string[],
    patience: ExecPatience,
  ): Promise<Result<ExecChannel, Problem>> {
    const socket = await openSocket(config, target, command, patience);
    return socket.map((one) => new ExecChannel(one, patience));
  }

  private constructor(socket: ExecSocket, patience: ExecPatience) {
    this.#socket = socket;
    this.#patience = patience;
    this.#heart = setInterval(() => this.#beat(), patience.heartbeat);
    this.#heart.unref();
    socket.listen({
      message: (part, begins, ends) => this.#take(part, begins, ends),
      pong: () => (this.#missed = 0),
      failed: (cause) => this.fail(networkProblem(cause)),
      closed: (code) => this.fail(endProblem(this.#status, code, this.#stderr)),
    });
  }

  /** What was agreed on. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  /** False once nothing can be said any more. */
  get alive(): boolean {
    return this.#end === null;
  }

  /**
   * The next output, as much as there is of it; what ended the command or the connection, once there is none left. The bytes are the
   * caller's only until the next call.
   */
  async read(wait = this.#patience.answer): Promise<Result<Buffer, Problem>> {
    for (;;) {
      const next = this.#output.take();
      if (next !== null) {
        if (this.#paused && this.#output.length <= LOW_WATER) this.#resume();
        return ok(next);
      }
      if (this.#end !== null) return err(this.#end);
      if (!(await this.#woken(wait))) {
        this.fail(problem('timeout', `nothing came for ${Math.round(wait / 1000)} s`, { retry: true }));
      }
    }
  }

  /** Sends input. Whether the command took it, only its answer says. */
  async write(bytes: Uint8Array): Promise<Result<void, Problem>> {
    for (let at = 0; at < bytes.length; at += FRAME) {
      if (this.#end !== null) return err(this.#end);
      const part = bytes.subarray(at, at + FRAME);
      const sent = await this.#send(part);
      if (sent.isErr()) return sent;
    }
    return ok(undefined);
  }

  /** Ends the connection for this reason; what was read already stays readable. The first reason is the one that is told. */
  fail(reason: Problem): void {
    if (this.#end !== null) return;
    this.#end = reason;
    clearInterval(this.#heart);
    this.#socket.terminate();
    this.#wake?.();
  }

  /** Says a last thing and lets the command end by itself. Nothing can be read any more. */
  close(lastWords: Uint8Array): void {
    if (this.#end !== null) return;
    this.#end = problem('unreachable', 'the session was ended');
    clearInterval(this.#heart);
    this.#socket.resume();
    this.#socket.send([STDIN, lastWords], () => undefined);
    this.#socket.terminateSoon();
    this.#wake?.();
  }

  /** A part of a message, whose first byte names its channel. */
  #take(part: Buffer, begins: boolean, ends: boolean): void {
    this.#missed = 0;
    if (this.#end !== null) return;
    if (begins) this.#channel = part[0] ?? CHANNEL.stdin;
    const bytes = begins ? part.subarray(1) : part;
    switch (this.#channel) {
      case CHANNEL.stdout:
        if (bytes.length === 0) break;
        this.#output.add(bytes);
        if (this.#output.length >= HIGH_WATER && !this.#paused) this.#pause();
        this.#wake?.();
        break;
      case CHANNEL.stderr:
        this.#stderr = (this.#stderr + bytes.toString('utf8', 0, STDERR)).slice(-STDERR);
        break;
      case CHANNEL.status:
        this.#takeStatus(bytes, ends);
        break;
      default:
    }
  }

  /** It proves nothing, and may be ahead of the output: kept for when the connection ends. */
  #takeStatus(bytes: Buffer, ends: boolean): void {
    if (this.#statusText.length < LARGEST_STATUS) this.#statusText = Buffer.concat([this.#statusText, bytes]);
    if (!ends) return;
    this.#status ??= parseStatus(this.#statusText.toString('utf8', 0, LARGEST_STATUS));
    this.#statusText = Buffer.alloc(0);
  }

  #send(bytes: Uint8Array): Promise<Result<void, Problem>> {
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.fail(problem('timeout', 'the server took no input', { retry: true }));
        resolve(err(this.#end ?? problem('timeout', '')));
      }, this.#patience.answer);
      this.#socket.send([STDIN, bytes], (cause) => {
        clearTimeout(late);
        // Ahead of `close`: who sends next must know that there is nobody.
        if (cause) this.fail(networkProblem(cause));
        resolve(cause ? err(this.#end ?? networkProblem(cause)) : ok(undefined));
      });
    });
  }

  /** True when something came, false when it took too long. */
  #woken(wait: number): Promise<boolean> {
    return new Promise((resolve) => {
      const late = setTimeout(() => this.#settle(() => resolve(false)), wait);
      this.#wake = () => {
        clearTimeout(late);
        this.#settle(() => resolve(true));
      };
    });
  }

  #settle(resolve: () => void): void {
    this.#wake = null;
    resolve();
  }

  #beat(): void {
    // While the server is made to wait, its answers wait too.
    if (!this.#paused && ++this.#missed > MOST_MISSED) {
      this.fail(problem('timeout', 'the server gave no sign of life', { retry: true }));
      return;
    }
    this.#socket.ping();
  }

  #pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  #resume(): void {
    this.#paused = false;
    this.#missed = 0;
    this.#socket.resume();
  }
}
