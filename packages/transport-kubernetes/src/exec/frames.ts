import { randomBytes } from 'node:crypto';

/** What a frame is (RFC 6455, section 5.2). */
export const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const FINAL = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
/** Lengths that say how the length is written. */
const SHORT = 126;
const LONG = 127;
/** Control frames have no more. */
const LONGEST_CONTROL = 125;
const LONGEST_HEADER = 10;

/** What is told of what a server sends. */
export interface FrameListener {
  /** A part of a binary message, which is the listener's until it returns; empty only where nothing but the end was left to tell. */
  message(part: Buffer, begins: boolean, ends: boolean): void;
  /** A copy of what a control frame holds. */
  control(opcode: number, payload: Buffer): void;
}

/**
 * Reads a server's frames from pieces that are cut anywhere. Messages are handed on part by part, as they come: none is ever held or
 * copied. Texts and empty messages are passed over.
 */
export class FrameReader {
  readonly #listener: FrameListener;
  readonly #header = Buffer.alloc(LONGEST_HEADER);
  #filled = 0;
  #needed = 2;
  /** Bytes of the frame under way that are still to come. */
  #left = 0;
  #opcode: number = OPCODE.more;
  #isFinal = true;
  /** What the message under way is, and whether a part of it was handed on. */
  #message: number | null = null;
  #begun = false;
  #control = Buffer.alloc(0);

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** Takes what came; what is wrong with it, where these are no frames of a server. Nothing may be pushed after that. */
  push(piece: Buffer): string | null {
    for (let at = 0; at < piece.length;) {
      if (this.#left > 0) {
        const end = Math.min(piece.length, at + this.#left);
        this.#left -= end - at;
        this.#payload(piece.subarray(at, end));
        at = end;
        continue;
      }
      const count = piece.copy(this.#header, this.#filled, at, at + this.#needed - this.#filled);
      at += count;
      this.#filled += count;
      if (this.#filled < this.#needed) break;
      const wrong = this.#headerProblem();
      if (wrong !== null) return wrong;
    }
    return null;
  }

  /** Looks at as much of a header as there is; begins the frame once it is whole. */
  #headerProblem(): string | null {
    const [first = 0, second = 0] = this.#header;
    if (this.#filled === 2 && this.#needed === 2) {
      const wrong = this.#beginningProblem(first, second);
      if (wrong !== null) return wrong;
      this.#needed = second === SHORT ? 4 : second === LONG ? LONGEST_HEADER : 2;
      if (this.#needed > 2) return null;
    }
    const length =
      second === SHORT
        ? this.#header.readUInt16BE(2)
        : second === LONG
          ? Number(this.#header.readBigUInt64BE(2))
          : second;
    if (!Number.isSafeInteger(length)) return 'a frame has no length that can be';
    this.#filled = 0;
    this.#needed = 2;
    this.#left = length;
    if (length === 0) this.#payload(NOTHING);
    return null;
  }

  #beginningProblem(first: number, second: number): string | null {
    const opcode = first & 0x0f;
    this.#isFinal = (first & FINAL) !== 0;
    this.#opcode = opcode;
    if ((first & RESERVED) !== 0) return 'a frame uses an extension that was not agreed on';
    if ((second & MASKED) !== 0) return 'a frame is masked';
    if (opcode === OPCODE.close || opcode === OPCODE.ping || opcode === OPCODE.pong) {
      this.#control = NOTHING;
      return this.#isFinal && second <= LONGEST_CONTROL ? null : 'a control frame is cut or too long';
    }
    if (opcode === OPCODE.more) return this.#message === null ? 'there is nothing to be continued' : null;
    if (opcode !== OPCODE.text && opcode !== OPCODE.binary) return 'a frame is of an unknown kind';
    if (this.#message !== null) return 'a message begins within another';
    this.#message = opcode;
    this.#begun = false;
    return null;
  }

  /** The next bytes of the frame under way; its last where none are left. */
  #payload(bytes: Buffer): void {
    const isEnd = this.#left === 0;
    if (this.#opcode >= OPCODE.close) {
      this.#control = Buffer.concat([this.#control, bytes]);
      if (isEnd) this.#listener.control(this.#opcode, this.#control);
      return;
    }
    const ends = isEnd && this.#isFinal;
    const isTold = bytes.length > 0 || (ends && this.#begun);
    if (isTold && this.#message === OPCODE.binary) this.#listener.message(bytes, !this.#begun, ends);
    this.#begun ||= bytes.length > 0;
    if (ends) this.#message = null;
  }
}

const NOTHING = Buffer.alloc(0);

/** One whole message or control frame as a client sends it, of these parts: less than 64 KiB. */
export function encodeFrame(opcode: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const start = length < SHORT ? 6 : 8;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = FINAL | opcode;
  if (length < SHORT) {
    frame[1] = MASKED | length;
  } else {
    frame[1] = MASKED | SHORT;
    frame.writeUInt16BE(length, 2);
  }
  const mask = randomBytes(4);
  mask.copy(frame, start - 4);
  let at = start;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  for (let index = 0; index < length; index++) {
    const place = start + index;
    frame[place] = (frame[place] ?? 0) ^ (mask[index & 3] ?? 0);
  }
  return frame;
}
