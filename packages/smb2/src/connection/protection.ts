import { ok, err, type Result } from 'neverthrow';
import { hasValidSignature, signMessage } from '../crypto/message-signature.js';
import type { Sealer } from '../crypto/sealer.js';
import type { Signer } from '../crypto/signer.js';
import { HeaderFlag, type Header } from '../wire/header.js';
import { decodeFault, insecureFault, protocolFault, type Fault } from './fault.js';

/** How the messages of a session are protected, beside what single requests ask for. */
export interface Protection {
  /** Null where the session has no key of its own: as guest or anonymous. */
  readonly signer: Signer | null;
  /** Null where no encryption was agreed on. */
  readonly sealer: Sealer | null;
  readonly signsAll: boolean;
  readonly sealsAll: boolean;
}

export const UNPROTECTED: Protection = { signer: null, sealer: null, signsAll: false, sealsAll: false };

/** What one request was protected with, and so its reply has to be. */
export type Cover = 'none' | 'signed' | 'sealed';

/** How a request goes out that asks, or does not, for more than the session has anyway. */
export function coverOf(
  protection: Protection,
  wants: { readonly sign: boolean; readonly seal: boolean },
): Cover {
  if (protection.sealer !== null && (protection.sealsAll || wants.seal)) return 'sealed';
  if (protection.signer !== null && (protection.signsAll || wants.sign)) return 'signed';
  return 'none';
}

/** Signs each part in place, or leaves it. `parts` are lists of pieces, of which the first is the header. */
export function signParts(protection: Protection, cover: Cover, parts: readonly (readonly Buffer[])[]): void {
  const { signer } = protection;
  if (cover !== 'signed' || signer === null) return;
  for (const [header, ...rest] of parts) if (header !== undefined) signMessage(signer, header, rest);
}

/** Encrypts a frame, or leaves it. */
export function sealFrame(
  protection: Protection,
  cover: Cover,
  pieces: readonly Buffer[],
): readonly Buffer[] {
  return cover === 'sealed' && protection.sealer !== null ? protection.sealer.seal(pieces) : pieces;
}

/** Decrypts an encrypted frame. */
export function openFrame(protection: Protection, frame: Buffer): Result<Buffer, Fault> {
  if (protection.sealer === null) return err(protocolFault('the server encrypts, and nothing was agreed on'));
  return protection.sealer
    .open(frame)
    .mapErr((fault) =>
      fault.kind === 'malformed'
        ? decodeFault(fault.fault)
        : insecureFault('a reply does not decrypt: it was changed on the way, or is not from the server'),
    );
}

/**
 * Whether a reply is protected as its request was (MS-SMB2 3.2.5.1.3). `opened` says that it came encrypted. A
 * signature on a reply that needs none has to be right all the same.
 */
export function checkReply(
  protection: Protection,
  cover: Cover,
  reply: { readonly header: Header; readonly message: Buffer; readonly opened: boolean },
): Result<null, Fault> {
  if (reply.opened) return ok(null);
  if (cover === 'sealed')
    return err(insecureFault('a reply came in the clear to a request that was encrypted'));
  const signed = (reply.header.flags & HeaderFlag.signed) !== 0;
  if (!signed) {
    return cover === 'none' ? ok(null) : err(insecureFault('a reply is not signed, and its request was'));
  }
  if (protection.signer === null || hasValidSignature(protection.signer, reply.message)) return ok(null);
  return err(insecureFault('the signature of a reply is wrong'));
}
