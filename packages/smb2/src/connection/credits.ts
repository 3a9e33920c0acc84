import { err, ok, type Result } from 'neverthrow';
import { ABORTED, protocolFault, type Fault } from './fault.js';

/** How many credits are asked for in all: enough for 16 MiB and hundreds of small files under way. */
const WANTED = 1024;
/** With fewer than this in all, none is kept back for an ECHO. */
const ENOUGH_TO_KEEP_ONE = 16;
/** How often a server is asked for more, to no avail, when nothing else is under way. */
const MOST_BEGGING = 3;

interface Waiter {
  readonly charge: number;
  readonly settle: (result: Result<null, Fault>) => void;
}

/**
 * The credits of a connection (MS-SMB2 3.2.4.1.2, 3.2.5.1.4): taken on sending, given by responses, interim ones too.
 * Who finds too few waits in line. When nothing is under way that could bring more, the server is asked for more, and
 * if that does not help the first in line fails, so that nobody waits for ever.
 */
export class Credits {
  readonly #ask: () => void;
  readonly #waiters: Waiter[] = [];
  #available = 1;
  #underWay = 0;
  #begged = 0;
  #hadWhenBegging = 0;

  /** `ask` is called to send something that costs one credit and asks for more. */
  constructor(ask: () => void) {
    this.#ask = ask;
  }

  /** All the credits there are: free ones, and those that are under way. */
  get total(): number {
    return this.#available + this.#underWay;
  }

  /** How many to ask for beyond what a request costs. */
  get lacking(): number {
    return Math.max(0, WANTED - this.total);
  }

  /** Whether somebody finds too few. */
  get isWaitedFor(): boolean {
    return this.#waiters.length > 0;
  }

  /** Takes `charge` credits, now or when they have come. */
  take(charge: number, signal: AbortSignal | undefined): Result<null, Fault> | Promise<Result<null, Fault>> {
    if (this.#waiters.length === 0 && this.#has(charge)) {
      this.#spend(charge);
      return ok(null);
    }
    return new Promise((resolve) => {
      const waiter: Waiter = {
        charge,
        settle: (result) => {
          signal?.removeEventListener('abort', leave);
          resolve(result);
        },
      };
      const leave = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        waiter.settle(err(ABORTED));
        this.#serve();
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiters.push(waiter);
      this.#serve();
    });
  }

  /** Takes one credit past the line, for an ECHO; false if there is none. */
  takeReserve(): boolean {
    if (this.#available < 1) return false;
    this.#spend(1);
    return true;
  }

  /** Gives back what was taken and not used. */
  giveBack(charge: number): void {
    this.settle(charge);
    this.grant(charge);
    this.serve();
  }

  grant(credits: number): void {
    this.#available += credits;
  }

  /** What cost `charge` is answered. */
  settle(charge: number): void {
    this.#underWay -= charge;
  }

  /** Lets those go on for whom there is enough. To be called after credits came or a request was answered. */
  serve(): void {
    if (this.#waiters.length > 0) this.#serve();
  }

  /** Nobody waits any longer. */
  fail(fault: Fault): void {
    for (const waiter of this.#waiters.splice(0)) waiter.settle(err(fault));
  }

  #serve(): void {
    for (
      let first = this.#waiters[0];
      first !== undefined && this.#has(first.charge);
      first = this.#waiters[0]
    ) {
      this.#waiters.shift();
      this.#begged = 0;
      this.#spend(first.charge);
      first.settle(ok(null));
    }
    if (this.#waiters.length > 0 && this.#underWay === 0) this.#beg();
  }

  #beg(): void {
    if (this.#available > this.#hadWhenBegging) this.#begged = 0;
    if (this.#available > 0 && this.#begged < MOST_BEGGING) {
      this.#begged += 1;
      this.#hadWhenBegging = this.#available;
      this.#ask();
      return;
    }
    this.#begged = 0;
    const first = this.#waiters.shift();
    const owned = this.#available;
    first?.settle(
      err(protocolFault(`the server lets ${owned} credits be used, and ${first.charge} are needed`)),
    );
    this.serve();
  }

  #has(charge: number): boolean {
    if (this.#underWay === 0) return this.#available >= charge;
    const kept = this.total >= ENOUGH_TO_KEEP_ONE ? 1 : 0;
    return this.#available - charge >= kept;
  }

  #spend(charge: number): void {
    this.#available -= charge;
    this.#underWay += charge;
  }
}
