import { createHash } from 'node:crypto';

/** What a connection's pre-authentication hash begins with. */
export const PREAUTH_START: Buffer = Buffer.alloc(64);

/**
 * The pre-authentication integrity hash of 3.1.1 with one more message (MS-SMB2 3.2.5.2). A connection's hash takes
 * the NEGOTIATE request and response; a session's goes on from there with each SESSION_SETUP request and response but
 * the last response.
 */
export function extendPreauthHash(hash: Buffer, pieces: readonly Buffer[]): Buffer {
  const sha512 = createHash('sha512').update(hash);
  for (const piece of pieces) sha512.update(piece);
  return sha512.digest();
}
