import { err, ok, type Result } from 'neverthrow';
import type { SmbError } from '../error/smb-error.js';
import { Status } from '../status/status.js';
import { meaningOf } from '../status/status-error.js';
import { Command, commandName } from '../wire/command.js';
import { splitCompound } from '../wire/compound.js';
import { encodeEmptyBody } from '../wire/empty-body.js';
import { decodeHeader, encodeHeader, isSmb1, HeaderFlag, UNSOLICITED, type Header } from '../wire/header.js';
import { isTransformed } from '../wire/transform-header.js';
import { Credits } from './credits.js';
import { ABORTED, decodeFault, faultError, insecureFault, protocolFault, type Fault } from './fault.js';
import { Link, type LinkOptions } from './link.js';
import { joinSmall, layOutRequests } from './message-layout.js';
import { Call, type Pending } from './pending.js';
import {
  checkReply,
  coverOf,
  openFrame,
  sealFrame,
  signParts,
  UNPROTECTED,
  type Cover,
  type Protection,
} from './protection.js';
import type { CallOptions, Reply, Request } from './request.js';
import type { Seams } from './seams.js';
import { Watchdog, type WatchdogLimits } from './watchdog.js';

export interface ConnectionOptions extends Omit<LinkOptions, 'longestFrame'> {
  readonly limits: WatchdogLimits;
}

/** What a server may send before it has said how much it sends. */
const LONGEST_AT_FIRST = 128 * 1024;
/** What comes around the content of a response, and beside it in a compound. */
const MARGIN = 1024 * 1024;
const CREDIT_UNIT = 65_536;
const MOST_CREDITS_ASKED = 8192;

/** What a server says that has no newer version, if it does not hang up. */
const SMB1: Fault = {
  kind: 'unsupported',
  problem: 'the server answers in SMB1, which this client does not speak',
  retry: false,
  hint: 'switch SMB 2 or 3 on at the server; of SMB this client has 2.1 to 3.1.1',
};

const CLOSED: Fault = { kind: 'closed', problem: 'this client is closed', retry: false };

/** What asks for no work on files, and goes on before there are credits to spare. */
const PROMPT: readonly Command[] = [Command.negotiate, Command.sessionSetup, Command.treeConnect];

/** What a server may say in the clear even to who expects a signature, for it has forgotten the key. */
const SESSION_ENDED: readonly number[] = [Status.userSessionDeleted, Status.networkSessionExpired];

/**
 * A connection that carries requests and their replies, in any order, as far as the credits go. When it ends, for
 * whatever reason, all that is under way ends with a typed error, and so does every later call.
 */
export class Connection {
  readonly #seams: Seams;
  readonly #credits = new Credits(() => this.#echo());
  readonly #watchdog: Watchdog;
  readonly #answerLimit: number;
  readonly #pending = new Map<number, Pending>();
  #link: Link | null = null;
  #nextId = 0;
  #newestAnswered = -1;
  #fault: Fault | null = null;
  #protection = UNPROTECTED;
  #sessionId = 0n;
  #multiCredit = false;
  #closing = false;
  #echoing = false;

  private constructor(limits: WatchdogLimits, seams: Seams) {
    this.#seams = seams;
    this.#answerLimit = limits.answer;
    this.#watchdog = new Watchdog(limits, seams, {
      waiting: () => this.#pending.size > 0,
      prompt: () => [...this.#pending.values()].every(({ command }) => PROMPT.includes(command)),
      echo: () => this.#echoing || (this.#credits.takeReserve() && this.#sendEcho()),
      sweep: (now) => this.#sweep(now),
      giveUp: (silence) => this.#end(silent(silence)),
    });
  }

  /** Connects to a server; nothing is said yet. */
  static async open(options: ConnectionOptions, seams: Seams): Promise<Result<Connection, Fault>> {
    const connection = new Connection(options.limits, seams);
    const link = await Link.open({ ...options, longestFrame: LONGEST_AT_FIRST }, seams, {
      frame: (frame) => connection.#receive(frame),
      alive: () => connection.#watchdog.hear(),
      end: (fault) => connection.#end(fault),
    });
    return link.map((opened) => {
      connection.#link = opened;
      return connection;
    });
  }

  /** Why it has ended, or null while it has not. */
  get fault(): Fault | null {
    return this.#fault;
  }

  /** How many bytes of content one request can carry or bring, by the credits there are. */
  get creditBytes(): number {
    return this.#multiCredit ? Math.max(1, this.#credits.total) * CREDIT_UNIT : CREDIT_UNIT;
  }

  /** Takes what NEGOTIATE has settled: whether requests may cost several credits, and how much content comes at most. */
  settleLimits({ multiCredit, largest }: { readonly multiCredit: boolean; readonly largest: number }): void {
    this.#multiCredit = multiCredit;
    if (this.#link !== null) this.#link.longestFrame = largest + MARGIN;
  }

  /** Which session all further requests are of. */
  get sessionId(): bigint {
    return this.#sessionId;
  }

  set sessionId(sessionId: bigint) {
    this.#sessionId = sessionId;
  }

  /** How all further requests are protected, and what is demanded of their replies. */
  get protection(): Protection {
    return this.#protection;
  }

  set protection(protection: Protection) {
    this.#protection = protection;
  }

  /** How many requests are not answered. */
  get underWay(): number {
    return this.#pending.size;
  }

  /** Whether so much can be under way at once at all, by the credits there are. */
  hasCreditsFor(requests: readonly Request[]): boolean {
    const charge = requests.reduce((sum, request) => sum + this.#chargeOf(request), 0);
    return charge <= this.#credits.total;
  }

  /** Sends one request and gives its reply, whatever its status. */
  async request(request: Request, options: CallOptions): Promise<Result<Reply, SmbError>> {
    const replies = await this.call([request], options);
    return replies.andThen(([reply]) =>
      reply === undefined ? err(faultError(options.attempt, protocolFault('no reply'))) : ok(reply),
    );
  }

  /** Sends requests as one compound, each related to the one before, and gives their replies in order. */
  async call(
    requests: readonly Request[],
    options: CallOptions,
  ): Promise<Result<readonly Reply[], SmbError>> {
    const { attempt, signal } = options;
    const refusal = this.#refusal(signal);
    if (refusal !== null) return err(faultError(attempt, refusal));
    const charges = requests.map((request) => this.#chargeOf(request));
    const charge = charges.reduce((sum, each) => sum + each, 0);
    const taking = this.#credits.take(charge, signal);
    const taken = taking instanceof Promise ? await taking : taking;
    if (taken.isErr()) return err(faultError(attempt, taken.error));
    const late = this.#refusal(signal);
    if (late !== null) {
      this.#credits.giveBack(charge);
      return err(faultError(attempt, late));
    }
    return new Promise((resolve) => this.#transmit(requests, charges, options, resolve));
  }

  /** Ends it: what is under way fails as closed, but for `farewell`, which is sent and waited for a moment. */
  async close(farewell: Request | null, patience: number): Promise<void> {
    if (this.#fault !== null || this.#closing) return;
    this.#closing = true;
    this.#failAll(CLOSED);
    if (farewell !== null && this.#credits.takeReserve()) {
      await new Promise<void>((resolve) => {
        const cancel = this.#seams.after(patience, resolve);
        this.#transmit([farewell], [1], { attempt: { operation: 'sign off' } }, (answer) => {
          // A server that does not say goodbye is left all the same.
          answer.unwrapOr(null);
          cancel();
          resolve();
        });
      });
    }
    this.#end(CLOSED);
  }

  #refusal(signal: AbortSignal | undefined): Fault | null {
    if (this.#closing) return CLOSED;
    return this.#fault ?? (signal?.aborted === true ? ABORTED : null);
  }

  /** A credit for each 64 KiB of what is sent or answered (MS-SMB2 3.2.4.1.5). */
  #chargeOf({ data = [], answerSize = 0 }: Request): number {
    if (!this.#multiCredit) return 1;
    const sent = data.reduce((sum, piece) => sum + piece.length, 0);
    return Math.max(1, Math.ceil(Math.max(sent, answerSize) / CREDIT_UNIT));
  }

  #transmit(
    requests: readonly Request[],
    charges: readonly number[],
    options: CallOptions,
    resolve: (result: Result<readonly Reply[], SmbError>) => void,
  ): void {
    const cover = coverOf(this.#protection, { sign: options.sign ?? false, seal: options.seal ?? false });
    const call = new Call(requests.length, options, {
      resolve,
      abort: (given) => this.#giveUp(given, ABORTED),
    });
    const parts = requests.map(({ command }, index) => {
      const charge = charges[index] ?? 1;
      const id = this.#nextId;
      this.#nextId += charge;
      this.#pending.set(id, { id, command, charge, cover, call, index, asyncId: null, receivedAt: null });
      const credits = Math.min(MOST_CREDITS_ASKED, charge + (index === 0 ? this.#credits.lacking : 0));
      return { id, creditCharge: this.#multiCredit ? charge : 0, credits };
    });
    const heads = {
      signed: cover === 'signed',
      treeId: options.treeId ?? 0,
      sessionId: this.#sessionId,
      parts,
    };
    this.#send(layOutRequests(requests, heads), cover, options.sent);
    this.#watchdog.watch();
  }

  #send(
    parts: readonly (readonly Buffer[])[],
    cover: Cover,
    sent?: (pieces: readonly Buffer[]) => void,
  ): void {
    signParts(this.#protection, cover, parts);
    const pieces = joinSmall(parts.flat());
    sent?.(pieces);
    this.#link?.send(sealFrame(this.#protection, cover, pieces));
  }

  /** An ECHO whose answer only matters in that it comes, and for its credits. */
  #sendEcho(): boolean {
    this.#echoing = true;
    const echo: Request = { command: Command.echo, body: encodeEmptyBody() };
    this.#transmit([echo], [1], { attempt: { operation: 'ask for a sign of life' } }, (answer) => {
      // A lost connection has told all the others already.
      answer.unwrapOr(null);
      this.#echoing = false;
    });
    return true;
  }

  #echo(): void {
    if (this.#credits.takeReserve()) this.#sendEcho();
  }

  #receive(frame: Buffer): void {
    // Later it can only be a byte that was changed.
    if (this.#newestAnswered < 0 && isSmb1(frame)) return this.#end(SMB1);
    const opened = isTransformed(frame);
    const whole = opened ? openFrame(this.#protection, frame) : null;
    if (whole?.isErr() === true) return this.#end(whole.error);
    const parts = splitCompound(whole?.unwrapOr(frame) ?? frame);
    if (parts.isErr()) return this.#end(decodeFault(parts.error));
    for (const message of parts.value) {
      if (this.#fault !== null) return;
      const header = decodeHeader(message);
      if (header.isErr()) return this.#end(decodeFault(header.error));
      const fault = this.#route(header.value, message, opened);
      if (fault !== null) return this.#end(fault);
    }
    this.#credits.serve();
  }

  #route(header: Header, message: Buffer, opened: boolean): Fault | null {
    if ((header.flags & HeaderFlag.response) === 0) return protocolFault('the server sent a request');
    // Oplocks and leases are never asked for, so there is nothing to give back.
    if (header.messageId === UNSOLICITED) return null;
    const pending = this.#pending.get(Number(header.messageId));
    if (pending === undefined) return protocolFault('the server answers what it was not asked');
    if (header.command !== pending.command) {
      const [asked, came] = [commandName(pending.command), commandName(header.command)];
      return protocolFault(`the server answers ${asked} with ${came}`);
    }
    if (header.status === Status.pending && header.asyncId !== null)
      return this.#takeInterim(pending, header, opened);
    const checked = checkReply(this.#protection, pending.cover, { header, message, opened });
    if (checked.isErr())
      return SESSION_ENDED.includes(header.status) ? sessionEnded(header.status) : checked.error;
    this.#finish(pending, header, message);
    return null;
  }

  /** "It takes longer": not signed, but it has credits, and from here on an id to cancel it by (MS-SMB2 3.2.5.1.5). */
  #takeInterim(pending: Pending, header: Header, opened: boolean): Fault | null {
    if (pending.cover === 'sealed' && !opened) {
      return insecureFault('a reply came in the clear to a request that was encrypted');
    }
    pending.asyncId = header.asyncId;
    pending.receivedAt ??= this.#seams.now();
    this.#credits.grant(header.credits);
    return null;
  }

  #finish(pending: Pending, header: Header, message: Buffer): void {
    this.#pending.delete(pending.id);
    this.#newestAnswered = Math.max(this.#newestAnswered, pending.id);
    this.#credits.settle(pending.charge);
    this.#credits.grant(header.credits);
    pending.call.take(pending.index, { header, message });
  }

  /** Ends a call for its caller, and asks the server to leave it. */
  #giveUp(call: Call, fault: Fault): void {
    if (call.settled) return;
    for (const pending of this.#pending.values()) if (pending.call === call) this.#cancel(pending);
    call.fail(fault);
  }

  /** CANCEL (MS-SMB2 3.2.4.24): has the id of what it cancels, costs nothing, and is not answered. */
  #cancel({ id, asyncId, cover, call }: Pending): void {
    const header = encodeHeader({
      command: Command.cancel,
      flags: cover === 'signed' ? HeaderFlag.signed : 0,
      messageId: BigInt(id),
      creditCharge: 0,
      credits: 0,
      status: 0,
      sessionId: this.#sessionId,
      treeId: call.options.treeId ?? 0,
      asyncId,
      nextCommand: 0,
    });
    this.#send([[header, encodeEmptyBody()]], cover);
  }

  #sweep(now: number): void {
    let dead = 0;
    for (const pending of this.#pending.values()) {
      // Whoever answers a later request has received this one, for a connection keeps its order.
      if (pending.id < this.#newestAnswered) pending.receivedAt ??= now;
      const overdue = pending.receivedAt !== null && now - pending.receivedAt >= this.#answerLimit;
      if (overdue && pending.call.settled) dead += 1;
      else if (overdue) this.#giveUp(pending.call, unanswered(this.#answerLimit));
    }
    const others = [...this.#pending.values()].filter(({ command }) => command !== Command.echo).length;
    // What was given up keeps its credits. With all of them gone nothing can be asked on this connection any more.
    if (dead > 0 && dead === others && this.#credits.isWaitedFor) this.#end(unanswered(this.#answerLimit));
  }

  #end(fault: Fault): void {
    if (this.#fault !== null) return;
    this.#fault = fault;
    this.#watchdog.stop();
    this.#link?.close();
    this.#failAll(fault);
  }

  #failAll(fault: Fault): void {
    const pending = [...this.#pending.values()];
    if (this.#fault !== null) this.#pending.clear();
    for (const { call } of pending) call.fail(fault);
    this.#credits.fail(fault);
  }
}

function silent(silence: number): Fault {
  return {
    kind: 'timeout',
    problem: `the server has said nothing for ${Math.round(silence / 1000)} s`,
    retry: true,
  };
}

function unanswered(limit: number): Fault {
  return {
    kind: 'timeout',
    problem: `the server has not answered for ${Math.round(limit / 1000)} s, and is alive`,
    retry: true,
  };
}

function sessionEnded(status: number): Fault {
  const { name, meaning } = meaningOf(status);
  return { kind: 'closed', problem: `the server says that ${meaning} (${name})`, retry: true };
}
