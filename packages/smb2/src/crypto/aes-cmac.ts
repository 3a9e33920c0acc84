import { createCipheriv } from 'node:crypto';
import type { Secret } from '../secret/secret.js';

const BLOCK = 16;
const ZEROS = Buffer.alloc(BLOCK);
/** The most one call of the cipher is given: its output, which nobody wants, stays in the processor's cache. */
const STRIDE = 32 * 1024;

/** AES-128-CMAC (RFC 4493) by one CBC cipher for each message: a cipher for each block is a thousand times slower. */
export class AesCmac {
  readonly #key: Secret;
  readonly #wholeBlock: Buffer;
  readonly #partBlock: Buffer;

  constructor(key: Secret) {
    this.#key = key;
    const cipher = createCipheriv('aes-128-ecb', key.key(), null).setAutoPadding(false);
    this.#wholeBlock = doubled(cipher.update(ZEROS));
    this.#partBlock = doubled(this.#wholeBlock);
  }

  /** The code of all pieces together, 16 bytes. */
  mac(pieces: readonly Buffer[]): Buffer {
    const cipher = createCipheriv('aes-128-cbc', this.#key.key(), ZEROS).setAutoPadding(false);
    const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const tailLength = total === 0 ? 0 : ((total - 1) % BLOCK) + 1;
    const tail = Buffer.alloc(BLOCK);
    let before = total - tailLength;
    let filled = 0;
    for (const piece of pieces) {
      const head = Math.min(before, piece.length);
      for (let at = 0; at < head; at += STRIDE)
        cipher.update(piece.subarray(at, Math.min(at + STRIDE, head)));
      before -= head;
      filled += piece.copy(tail, filled, head);
    }
    if (tailLength < BLOCK) tail[tailLength] = 0x80;
    return cipher.update(xor(tail, tailLength < BLOCK ? this.#partBlock : this.#wholeBlock));
  }
}

/** Twice a block in GF(2^128): how RFC 4493, 2.3 makes its subkeys. */
function doubled(block: Buffer): Buffer {
  const value = BigInt(`0x${block.toString('hex')}`);
  const carry = value >> 127n === 1n ? 0x87n : 0n;
  const twice = BigInt.asUintN(128, value << 1n) ^ carry;
  return Buffer.from(twice.toString(16).padStart(32, '0'), 'hex');
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, index) => byte ^ (other[index] ?? 0)));
}
