/** Pieces of this size go to the server fastest. */
export const BLOCK = 1024 * 1024;

/** From this size on a piece is worth a whole block. */
const WORTH_IT = 256 * 1024;

/** Blocks kept for the next writes; more are made when more are under way, and then dropped. */
const KEPT = 16;

const free: ArrayBuffer[] = [];

/** Memory for `length` bytes, at most a block, with anything in it. Fresh blocks would be garbage by the gigabyte. */
export function takeBlock(length: number): Buffer {
  if (length < WORTH_IT) return Buffer.allocUnsafeSlow(length);
  return Buffer.from(free.pop() ?? new ArrayBuffer(BLOCK), 0, length);
}

/** Takes back a block, or a part of one, that nobody looks at any more. */
export function giveBack({ buffer }: Uint8Array): void {
  if (buffer.byteLength === BLOCK && free.length < KEPT && buffer instanceof ArrayBuffer) free.push(buffer);
}
