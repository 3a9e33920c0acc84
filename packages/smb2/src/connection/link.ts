import { connect, type Socket } from 'node:net';
import { err, ok, type Result } from 'neverthrow';
import { encodeFramePrefix } from '../wire/framing.js';
import { ABORTED, decodeFault, type Fault } from './fault.js';
import { FrameSplitter } from './frame-splitter.js';
import type { Seams } from './seams.js';

export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  /** Milliseconds to wait for the connection. */
  readonly timeout: number;
  readonly longestFrame: number;
  readonly signal?: AbortSignal;
}

export interface LinkEvents {
  readonly frame: (frame: Buffer) => void;
  /** Bytes came, or the other side took some of those that are queued. */
  readonly alive: () => void;
  /** Called once, for whatever reason; nothing follows. */
  readonly end: (fault: Fault) => void;
}

/** How long a connection is idle before the system asks whether the other side is there still. */
const KEEP_ALIVE = 30_000;

/** Up to this size frames wait for others of their turn: larger ones keep the system busy by themselves. */
const GATHERED = 64 * 1024;

/** A TCP connection that carries frames. */
export class Link {
  readonly #socket: Socket;
  readonly #splitter: FrameSplitter;
  readonly #events: LinkEvents;
  #ended = false;
  #gathering = false;

  private constructor(socket: Socket, splitter: FrameSplitter, events: LinkEvents) {
    this.#socket = socket;
    this.#splitter = splitter;
    this.#events = events;
  }

  /** Connects. `events` are called only after this has given a link. */
  static open(options: LinkOptions, seams: Seams, events: LinkEvents): Promise<Result<Link, Fault>> {
    const { host, port, timeout, longestFrame, signal } = options;
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve(err(ABORTED));
      const splitter = new FrameSplitter(longestFrame, events.frame);
      const socket: Socket = connect({
        host,
        port,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE,
        onread: { buffer: () => splitter.nextBuffer(), callback: (count): boolean => link.#read(count) },
      });
      const link: Link = new Link(socket, splitter, events);
      let connected = false;
      const settle = (result: Result<Link, Fault>): void => {
        cancelTimer();
        signal?.removeEventListener('abort', abort);
        socket.removeListener('connect', succeed);
        connected = result.isOk();
        if (result.isErr()) link.close();
        resolve(result);
      };
      const succeed = (): void => settle(ok(link));
      const abort = (): void => settle(err(ABORTED));
      const cancelTimer = seams.after(timeout, () => settle(err(connectTimeout(timeout))));
      signal?.addEventListener('abort', abort, { once: true });
      socket.once('connect', succeed);
      socket.on('error', (error: Error) => {
        if (connected) link.#end(lost(error));
        else settle(err(connectFault(error)));
      });
      socket.on('end', () => link.#end(lost()));
      socket.on('close', () => link.#end(lost()));
    });
  }

  set longestFrame(length: number) {
    this.#splitter.longest = length;
  }

  /** Sends a frame of these pieces, which must stay as they are until they have gone. */
  send(pieces: readonly Buffer[]): void {
    if (this.#ended) return;
    let length = 0;
    for (const piece of pieces) length += piece.length;
    const gathers = length <= GATHERED;
    if (gathers && !this.#gathering) this.#gather();
    this.#socket.cork();
    this.#socket.write(encodeFramePrefix(length));
    pieces.forEach((piece, index) => {
      if (index < pieces.length - 1) this.#socket.write(piece);
      else this.#socket.write(piece, this.#wrote);
    });
    this.#socket.uncork();
    if (!gathers) this.#release();
  }

  /** Small frames that are sent in one turn of the loop go in one call of the system. */
  #gather(): void {
    this.#gathering = true;
    this.#socket.cork();
    process.nextTick(() => this.#release());
  }

  #release(): void {
    if (!this.#gathering) return;
    this.#gathering = false;
    this.#socket.uncork();
  }

  /** Ends it, without a call of `end`. */
  close(): void {
    this.#ended = true;
    this.#shut();
  }

  readonly #wrote = (error?: Error | null): void => {
    // Only while more is queued does it say something of the other side: else the system took it, and no more.
    const queued = this.#socket.writableLength > 0;
    if (queued && !this.#ended && (error === undefined || error === null)) this.#events.alive();
  };

  #read(count: number): boolean {
    if (this.#ended) return true;
    this.#events.alive();
    const taken = this.#splitter.take(count);
    if (taken.isErr()) this.#end(decodeFault(taken.error));
    return true;
  }

  #end(fault: Fault): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#shut();
    this.#events.end(fault);
  }

  #shut(): void {
    this.#splitter.stop();
    this.#socket.destroy();
  }
}

function connectTimeout(timeout: number): Fault {
  return {
    kind: 'timeout',
    problem: `no connection after ${timeout / 1000} s`,
    retry: true,
    hint: 'check host and port, and whether a firewall is in the way',
  };
}

const CONNECT_HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check the port, and that the server is running with SMB switched on',
  ENOTFOUND: 'check the name of the host',
  EAI_AGAIN: 'the name service does not answer',
  EHOSTUNREACH: 'check the network, and whether this program may use the local network',
  ENETUNREACH: 'check the network',
  ETIMEDOUT: 'check host and port, and whether a firewall is in the way',
};

function connectFault(error: Error): Fault {
  const code = codeOf(error);
  const hint = CONNECT_HINTS[code];
  return {
    kind: 'unreachable',
    problem: `no connection (${code})`,
    retry: code !== 'ENOTFOUND',
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  };
}

function lost(error?: Error): Fault {
  const how = error === undefined ? 'the server ended it' : codeOf(error);
  return {
    kind: 'unreachable',
    problem: `the connection was lost (${how})`,
    retry: true,
    ...(error === undefined ? {} : { cause: error }),
  };
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message;
}
