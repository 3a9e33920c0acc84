import { createCipheriv, createDecipheriv, type CipherCCMTypes, type CipherGCMTypes } from 'node:crypto';
import { err, ok, type Result } from 'neverthrow';
import type { DecodeFault } from '../bytes/decode-fault.js';
import type { Secret } from '../secret/secret.js';
import { Cipher } from '../wire/negotiate-context.js';
import {
  decodeTransformHeader,
  encodeTransformHeader,
  TRANSFORM_AAD_OFFSET,
  TRANSFORM_HEADER_SIZE,
  writeTransformTag,
} from '../wire/transform-header.js';

type Algorithm =
  | { readonly mode: 'gcm'; readonly name: CipherGCMTypes; readonly nonceSize: 12 }
  | { readonly mode: 'ccm'; readonly name: CipherCCMTypes; readonly nonceSize: 11 };

const ALGORITHMS: Readonly<Record<Cipher, Algorithm>> = {
  [Cipher.aes128Ccm]: { mode: 'ccm', name: 'aes-128-ccm', nonceSize: 11 },
  [Cipher.aes128Gcm]: { mode: 'gcm', name: 'aes-128-gcm', nonceSize: 12 },
  [Cipher.aes256Ccm]: { mode: 'ccm', name: 'aes-256-ccm', nonceSize: 11 },
  [Cipher.aes256Gcm]: { mode: 'gcm', name: 'aes-256-gcm', nonceSize: 12 },
};

const TAG = { authTagLength: 16 };

export interface SealerOptions {
  readonly cipher: Cipher;
  readonly sessionId: bigint;
  /** The session's keys for what the client sends, and for what the server sends. */
  readonly encryption: Secret;
  readonly decryption: Secret;
}

/** What a frame that does not open is: not of this form, or not from somebody who has the key. */
export type OpenFault =
  { readonly kind: 'malformed'; readonly fault: DecodeFault } | { readonly kind: 'forged' };

/** Encrypts and decrypts the messages of one session (MS-SMB2 3.1.4.3, 3.2.5.1.1). */
export class Sealer {
  readonly #options: SealerOptions;
  readonly #algorithm: Algorithm;
  /** Counts up: a nonce used twice with one key would give both messages away, and each session has its own key. */
  #nonce = 0n;

  constructor(options: SealerOptions) {
    this.#options = options;
    this.#algorithm = ALGORITHMS[options.cipher];
  }

  /** Encrypts a message of several pieces, all parts of a compound together: the pieces of the frame to send. */
  seal(pieces: readonly Buffer[]): readonly Buffer[] {
    const { sessionId } = this.#options;
    const messageSize = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const nonce = this.#nextNonce();
    const header = encodeTransformHeader({ nonce, sessionId, messageSize });
    const aad = header.subarray(TRANSFORM_AAD_OFFSET);
    const sealed = this.#encrypt(nonce, aad, pieces, messageSize);
    writeTransformTag(header, sealed.tag);
    return [header, ...sealed.pieces];
  }

  /** The message in an encrypted frame. */
  open(frame: Buffer): Result<Buffer, OpenFault> {
    const decoded = decodeTransformHeader(frame);
    if (decoded.isErr()) return err({ kind: 'malformed', fault: decoded.error });
    const { sessionId, nonce, tag } = decoded.value;
    if (sessionId !== this.#options.sessionId) return err({ kind: 'forged' });
    const aad = frame.subarray(TRANSFORM_AAD_OFFSET, TRANSFORM_HEADER_SIZE);
    return this.#decrypt(nonce, aad, frame.subarray(TRANSFORM_HEADER_SIZE), tag);
  }

  #nextNonce(): Buffer {
    const nonce = Buffer.alloc(this.#algorithm.nonceSize);
    nonce.writeBigUInt64LE(++this.#nonce);
    return nonce;
  }

  #encrypt(
    nonce: Buffer,
    aad: Buffer,
    pieces: readonly Buffer[],
    size: number,
  ): { readonly pieces: readonly Buffer[]; readonly tag: Buffer } {
    const key = this.#options.encryption.key();
    if (this.#algorithm.mode === 'gcm') {
      const cipher = createCipheriv(this.#algorithm.name, key, nonce);
      cipher.setAAD(aad);
      const sealed = pieces.map((piece) => cipher.update(piece));
      cipher.final();
      return { pieces: sealed, tag: cipher.getAuthTag() };
    }
    const cipher = createCipheriv(this.#algorithm.name, key, nonce, TAG);
    cipher.setAAD(aad, { plaintextLength: size });
    // CCM takes a message in one call only.
    const sealed = cipher.update(Buffer.concat(pieces, size));
    cipher.final();
    return { pieces: [sealed], tag: cipher.getAuthTag() };
  }

  #decrypt(nonce: Buffer, aad: Buffer, sealed: Buffer, tag: Buffer): Result<Buffer, OpenFault> {
    const key = this.#options.decryption.key();
    const iv = nonce.subarray(0, this.#algorithm.nonceSize);
    const decipher =
      this.#algorithm.mode === 'gcm'
        ? createDecipheriv(this.#algorithm.name, key, iv, TAG)
        : createDecipheriv(this.#algorithm.name, key, iv, TAG);
    decipher.setAuthTag(tag);
    decipher.setAAD(aad, { plaintextLength: sealed.length });
    try {
      const message = decipher.update(sealed);
      decipher.final();
      return ok(message);
    } catch {
      return err({ kind: 'forged' });
    }
  }
}
