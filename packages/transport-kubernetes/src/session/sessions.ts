import { err, ok, type Result } from 'neverthrow';
import type { KubeConfig } from '@kubernetes/client-node';
import { parseLacking } from '../agent/answers.js';
import { READING_TOOLS, WRITING_TOOLS } from '../agent/agent-script.js';
import type { Compression } from '../compression.js';
import { ExecChannel } from '../exec/exec-channel.js';
import type { ExecPatience, ExecTarget } from '../exec/exec-target.js';
import { NO_SHELL } from '../exec/problem-tables.js';
import { problem, type Problem } from '../failure.js';
import { Session } from './session.js';

/**
 * More is told to no session, but by a write, before another is begun: input was seen to be cut at 192 KiB. What is asked at once is
 * well below the difference.
 */
const MOST_WRITTEN = 96 * 1024;
/**
 * So many that nobody uses are kept for the next call: more than there are lanes of the repos that are worked on at once, or
 * sessions are ended and begun all the time, which takes longer than to read with them.
 */
const MOST_IDLE = 16;
/**
 * For so long, in milliseconds, a refusal that no repetition solves is not asked for again: a pod that goes in the middle of a run
 * is missed by thousands of files.
 */
const REFUSED_FOR = 1000;

/** The sessions of one transport: as many as there are calls at once, and used again. */
export class Sessions {
  readonly #idle: Session[] = [];
  readonly #busy = new Set<Session>();
  #lacking: readonly string[] | null = null;
  #closed = false;
  #inputLimit = Infinity;
  #refused: { readonly problem: Problem; readonly at: number } | null = null;

  constructor(
    readonly config: KubeConfig,
    readonly target: ExecTarget,
    readonly root: string,
    readonly patience: ExecPatience,
    readonly compression: Compression,
  ) {}

  /** A session for one call, to be given back. The first one finds out what the image has. */
  async take(): Promise<Result<Session, Problem>> {
    if (this.#closed) return err(problem('unreachable', 'the transport was closed'));
    const idle = this.#nextIdle();
    if (idle !== undefined) {
      this.#busy.add(idle);
      return ok(idle);
    }
    const { problem: refusal, at = 0 } = this.#refused ?? {};
    if (refusal?.retry === false && performance.now() - at < REFUSED_FOR) return err(refusal);
    const opened = await Session.open(
      (command) => ExecChannel.open(this.config, this.target, command, this.patience),
      this.root,
      this.patience,
    );
    if (opened.isErr()) {
      this.#refused = { problem: opened.error, at: performance.now() };
      return err(opened.error);
    }
    const session = opened.value;
    this.#busy.add(session);
    const probed = await this.#probe(session);
    if (probed.isErr()) {
      this.give(session);
      return err(probed.error);
    }
    return ok(session);
  }

  /** So much input is taken by every session here, as far as is known. */
  get inputLimit(): number {
    return this.#inputLimit;
  }

  /** More than this was seen not to be taken. */
  limitInput(bytes: number): void {
    this.#inputLimit = Math.min(this.#inputLimit, bytes);
  }

  /** Whether another one is to be taken in its place. */
  isSpent(session: Session): boolean {
    return !session.alive || session.written > Math.min(MOST_WRITTEN, this.#inputLimit / 2);
  }

  /** Takes a session back. One whose answer was not taken to its end must be ended before. */
  give(session: Session): void {
    this.#busy.delete(session);
    const usable = !this.#closed && !this.isSpent(session) && this.#idle.length < MOST_IDLE;
    if (usable) this.#idle.push(session);
    else session.close();
  }

  /** What writing lacks here; null when nothing. To be asked after a session was had. */
  lackingToWrite(): Problem | null {
    const lacking = (this.#lacking ?? []).filter((tool) =>
      (WRITING_TOOLS as readonly string[]).includes(tool),
    );
    return lacking.length === 0
      ? null
      : problem('unsupported', `the container's image lacks what writing needs: ${lacking.join(', ')}`);
  }

  close(): void {
    this.#closed = true;
    for (const session of [...this.#idle.splice(0), ...this.#busy]) session.close();
  }

  #nextIdle(): Session | undefined {
    for (let one = this.#idle.pop(); one !== undefined; one = this.#idle.pop()) if (one.alive) return one;
    return undefined;
  }

  async #probe(session: Session): Promise<Result<void, Problem>> {
    if (this.#lacking === null) {
      const reply = await session.ask({ words: ['probe'] });
      if (reply.isErr()) return err(reply.error);
      this.#lacking = parseLacking(reply.value.payload);
    }
    const hasGzip = !this.#lacking.includes('gzip');
    if (!hasGzip) this.compression.giveUp();
    const spared: readonly string[] =
      this.compression.mode === 'on' ? WRITING_TOOLS : [...WRITING_TOOLS, 'gzip'];
    const lacking = this.#lacking.filter((tool) => !spared.includes(tool));
    if (lacking.length === 0) return ok(undefined);
    const text = `the container's image lacks what reading needs: ${lacking.join(', ')} (all that it needs: ${READING_TOOLS.join(', ')})`;
    return err(problem('unsupported', text, { hint: NO_SHELL }));
  }
}
