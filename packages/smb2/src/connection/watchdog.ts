import type { Seams } from './seams.js';

export interface WatchdogLimits {
  /** After how many milliseconds without a byte the server is given up; an ECHO goes out at a third of it. */
  readonly silence: number;
  /** How long the server may take for an answer after it has the request, in milliseconds. */
  readonly answer: number;
}

export interface WatchdogHooks {
  /** Whether anything is waited for. */
  readonly waiting: () => boolean;
  /**
   * Asks the server for a sign of life, unless it owes one; false if that cannot be. Who owes one is not asked again: where the
   * length of a frame is wrong, answers are taken for its content, and seem to be life for as long as one asks.
   */
  readonly echo: () => boolean;
  /** Gives up single requests that have waited too long; called while the server is alive. */
  readonly sweep: (now: number) => void;
  /** Whether all that is waited for is answered at once by every server: the steps of signing in and connecting. */
  readonly prompt: () => boolean;
  /** The server has said nothing for so many milliseconds. */
  readonly giveUp: (silence: number) => void;
}

const ECHOES_AFTER = 1 / 3;
const TICKS_IN_SILENCE = 6;

/** Sees to it that nobody waits for ever. Its timer runs only while something is waited for. */
export class Watchdog {
  readonly #limits: WatchdogLimits;
  readonly #seams: Pick<Seams, 'now' | 'after'>;
  readonly #hooks: WatchdogHooks;
  #heard = 0;
  #cancel: (() => void) | null = null;
  #echoed: 'no' | 'sent' | 'impossible' = 'no';

  constructor(limits: WatchdogLimits, seams: Pick<Seams, 'now' | 'after'>, hooks: WatchdogHooks) {
    this.#limits = limits;
    this.#seams = seams;
    this.#hooks = hooks;
  }

  /** Bytes came or went. */
  hear(): void {
    this.#heard = this.#seams.now();
    this.#echoed = 'no';
  }

  /** Something is waited for. */
  watch(): void {
    if (this.#cancel !== null) return;
    this.hear();
    this.#schedule();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #schedule(): void {
    this.#cancel = this.#seams.after(this.#limits.silence / TICKS_IN_SILENCE, () => this.#tick());
  }

  #tick(): void {
    this.#cancel = null;
    if (!this.#hooks.waiting()) return;
    const now = this.#seams.now();
    const { silence, answer } = this.#limits;
    const quiet = now - this.#heard;
    // A server without a credit to spare for an ECHO may only be slow; but not at signing in, where there is none yet.
    const slow = this.#echoed === 'impossible' && !this.#hooks.prompt();
    const patience = slow ? Math.max(silence, answer) : silence;
    if (quiet >= patience) return this.#hooks.giveUp(quiet);
    // Before anything is sent, which would take a watchdog without a timer for one that has just begun.
    this.#schedule();
    if (quiet >= silence * ECHOES_AFTER && this.#echoed === 'no') {
      this.#echoed = this.#hooks.echo() ? 'sent' : 'impossible';
    }
    this.#hooks.sweep(now);
  }
}
