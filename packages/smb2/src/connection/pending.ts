import { err, ok, type Result } from 'neverthrow';
import type { SmbError } from '../error/smb-error.js';
import { faultError, type Fault } from './fault.js';
import type { Cover } from './protection.js';
import type { CallOptions, Reply, Request } from './request.js';

/** A message that is waited for the answer of. */
export interface Pending {
  readonly id: number;
  readonly command: Request['command'];
  readonly charge: number;
  readonly cover: Cover;
  readonly call: Call;
  /** Which of the call's parts it is. */
  readonly index: number;
  /** Set by an interim response. */
  asyncId: bigint | null;
  /** Since when the server is known to have it, in the watchdog's time. */
  receivedAt: number | null;
}

/** Requests that were sent together and whose answers are waited for together. */
export class Call {
  readonly options: CallOptions;
  readonly #resolve: (result: Result<readonly Reply[], SmbError>) => void;
  readonly #replies: Reply[] = [];
  readonly #size: number;
  readonly #release: () => void;
  #came = 0;
  #settled = false;

  constructor(
    size: number,
    options: CallOptions,
    hooks: {
      readonly resolve: (result: Result<readonly Reply[], SmbError>) => void;
      readonly abort: (call: Call) => void;
    },
  ) {
    this.options = options;
    this.#size = size;
    this.#resolve = hooks.resolve;
    const { signal } = options;
    const abort = (): void => hooks.abort(this);
    signal?.addEventListener('abort', abort, { once: true });
    this.#release = () => signal?.removeEventListener('abort', abort);
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Takes the reply to a part; the last one ends the call. */
  take(index: number, reply: Reply): void {
    this.#replies[index] = reply;
    this.#came += 1;
    if (this.#came < this.#size) return;
    if (this.#settled) this.options.late?.(this.#replies);
    else this.#settle(ok(this.#replies));
  }

  /** Ends it for the caller; replies that come still go to `late`. */
  fail(fault: Fault): void {
    if (!this.#settled) this.#settle(err(faultError(this.options.attempt, fault)));
  }

  #settle(result: Result<readonly Reply[], SmbError>): void {
    this.#settled = true;
    this.#release();
    this.#resolve(result);
  }
}
