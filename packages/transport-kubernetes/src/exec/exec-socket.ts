import type { Duplex } from 'node:stream';
import { letGo } from './let-go.js';
import { encodeFrame, FrameReader, OPCODE } from './frames.js';

/** How a connection ended that nobody closed (RFC 6455, section 7.1.5), and one that was closed without a word. */
const BROKEN = 1006;
const NO_CODE = 1005;
/** How long a server may take to let go of a connection that is at its end, in milliseconds. */
const FAREWELL = 2000;

/** Who is told what comes. */
export interface SocketListener {
  /** A part of a binary message, which is the listener's until it returns. */
  message(part: Buffer, begins: boolean, ends: boolean): void;
  /** The server answered a ping. */
  pong(): void;
  /** What came is no WebSocket's, or the network failed; `closed` follows. */
  failed(cause: Error): void;
  /** Nothing more comes. May be told twice; the first code counts. */
  closed(code: number): void;
}

/**
 * A WebSocket after its handshake. It waits to be listened to. What comes is handed on as it lies in the connection's own memory, which
 * is given back at once: to be found as garbage, it would cost more than all else that is done with the bytes.
 */
export class ExecSocket {
  readonly #socket: Duplex;
  readonly #head: Buffer;
  #isLeaving = false;

  /**
   * @param socket a connection whose handshake is done, paused
   * @param head what came behind the handshake
   * @param protocol what was agreed on
   */
  constructor(
    socket: Duplex,
    head: Buffer,
    readonly protocol: string,
  ) {
    this.#socket = socket;
    this.#head = head;
    // Without a listener an error would end the process.
    socket.on('error', () => undefined);
  }

  /** Begins to hand on. */
  listen(listener: SocketListener): void {
    const socket = this.#socket;
    const reader = new FrameReader({
      message: (part, begins, ends) => listener.message(part, begins, ends),
      control: (opcode, payload) => {
        if (opcode === OPCODE.ping) this.#write(encodeFrame(OPCODE.pong, payload));
        else if (opcode === OPCODE.pong) listener.pong();
        else if (opcode === OPCODE.close) listener.closed(this.#farewell(payload));
      },
    });
    let isBroken = false;
    const take = (bytes: Buffer): void => {
      const wrong = isBroken ? null : reader.push(bytes);
      if (wrong === null) return;
      isBroken = true;
      listener.failed(new Error(`what came is no WebSocket's: ${wrong}`));
      socket.destroy();
    };
    socket.on('error', (cause) => listener.failed(cause));
    socket.on('close', () => listener.closed(BROKEN));
    socket.on('data', (bytes: Buffer) => {
      take(bytes);
      letGo(bytes);
    });
    socket.resume();
    take(this.#head);
  }

  /** Sends one message; `done` is told when the connection has taken it, or why not. */
  send(parts: readonly Uint8Array[], done: (cause?: Error | null) => void): void {
    this.#socket.write(encodeFrame(OPCODE.binary, ...parts), done);
  }

  ping(): void {
    this.#write(encodeFrame(OPCODE.ping));
  }

  /** Lets the server wait with what it sends. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Ends the connection at once, unless both sides are at their end. */
  terminate(): void {
    if (!this.#isLeaving) this.#socket.destroy();
  }

  /** Ends it once the server does, or soon. */
  terminateSoon(): void {
    const late = setTimeout(() => this.#socket.destroy(), FAREWELL);
    this.#socket.once('close', () => clearTimeout(late));
  }

  /** The server is at its end, and is told the same. */
  #farewell(payload: Buffer): number {
    this.#isLeaving = true;
    if (this.#socket.writable) this.#socket.end(encodeFrame(OPCODE.close, payload.subarray(0, 2)));
    this.terminateSoon();
    return payload.length < 2 ? NO_CODE : payload.readUInt16BE(0);
  }

  #write(frame: Buffer): void {
    if (this.#socket.writable) this.#socket.write(frame);
  }
}
