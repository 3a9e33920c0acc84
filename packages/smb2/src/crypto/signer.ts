import { createCipheriv, createHmac } from 'node:crypto';
import type { Secret } from '../secret/secret.js';
import { Command } from '../wire/command.js';
import { Dialect } from '../wire/dialect.js';
import { HeaderFlag } from '../wire/header.js';
import { SigningAlgorithm } from '../wire/negotiate-context.js';
import { AesCmac } from './aes-cmac.js';

/** What of the header goes into a GMAC's nonce. */
export interface SignedHeader {
  readonly messageId: bigint;
  readonly command: number;
  readonly flags: number;
}

/** Makes signatures with one key and algorithm. */
export interface Signer {
  readonly algorithm: SigningAlgorithm;
  /** The 16 bytes of signature over all pieces together, in which the signature itself is zeros. */
  sign(pieces: readonly Buffer[], header: SignedHeader): Buffer;
}

/** The algorithm a dialect signs with; 3.1.1 has a context to choose another (MS-SMB2 3.1.4.1). */
export function defaultSigning(dialect: Dialect): SigningAlgorithm {
  return dialect === Dialect.smb210 ? SigningAlgorithm.hmacSha256 : SigningAlgorithm.aesCmac;
}

export function createSigner(algorithm: SigningAlgorithm, key: Secret): Signer {
  switch (algorithm) {
    case SigningAlgorithm.hmacSha256:
      return { algorithm, sign: (pieces) => hmac(key, pieces) };
    case SigningAlgorithm.aesCmac: {
      const cmac = new AesCmac(key);
      return { algorithm, sign: (pieces) => cmac.mac(pieces) };
    }
    case SigningAlgorithm.aesGmac:
      return { algorithm, sign: (pieces, header) => gmac(key, pieces, header) };
  }
}

function hmac(key: Secret, pieces: readonly Buffer[]): Buffer {
  const hash = createHmac('sha256', key.key());
  for (const piece of pieces) hash.update(piece);
  return hash.digest().subarray(0, 16);
}

const FROM_SERVER = 1;
const IS_CANCEL = 2;

/** AES-128-GMAC: GCM over nothing, with the message as additional data. */
function gmac(key: Secret, pieces: readonly Buffer[], header: SignedHeader): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64LE(header.messageId);
  const fromServer = (header.flags & HeaderFlag.response) === 0 ? 0 : FROM_SERVER;
  nonce.writeUInt32LE(fromServer | (header.command === Command.cancel ? IS_CANCEL : 0), 8);
  const cipher = createCipheriv('aes-128-gcm', key.key(), nonce);
  for (const piece of pieces) cipher.setAAD(piece);
  cipher.final();
  return cipher.getAuthTag();
}
