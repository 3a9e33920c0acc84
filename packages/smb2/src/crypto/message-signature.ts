import { timingSafeEqual } from 'node:crypto';
import { HEADER_SIZE, SIGNATURE_OFFSET, SIGNATURE_SIZE } from '../wire/header.js';
import type { SignedHeader, Signer } from './signer.js';

const NO_SIGNATURE = Buffer.alloc(SIGNATURE_SIZE);
const COMMAND_OFFSET = 12;
const FLAGS_OFFSET = 16;
const MESSAGE_ID_OFFSET = 24;

/**
 * Signs a message in place (MS-SMB2 3.1.4.1): `header` is the encoded header with the signed flag, next command and
 * a signature of zeros, `rest` the pieces after it, with the padding before a next part.
 */
export function signMessage(signer: Signer, header: Buffer, rest: readonly Buffer[]): void {
  signer.sign([header, ...rest], signedHeader(header)).copy(header, SIGNATURE_OFFSET);
}

/** Whether a message, of a compound one part with its padding, has the signature it must (MS-SMB2 3.1.5.1). */
export function hasValidSignature(signer: Signer, message: Buffer): boolean {
  if (message.length < HEADER_SIZE) return false;
  const signature = message.subarray(SIGNATURE_OFFSET, HEADER_SIZE);
  const pieces = [message.subarray(0, SIGNATURE_OFFSET), NO_SIGNATURE, message.subarray(HEADER_SIZE)];
  return timingSafeEqual(signature, signer.sign(pieces, signedHeader(message)));
}

function signedHeader(header: Buffer): SignedHeader {
  return {
    messageId: header.readBigUInt64LE(MESSAGE_ID_OFFSET),
    command: header.readUInt16LE(COMMAND_OFFSET),
    flags: header.readUInt32LE(FLAGS_OFFSET),
  };
}
