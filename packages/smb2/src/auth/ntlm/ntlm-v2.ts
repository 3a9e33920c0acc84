import { createHash, createHmac } from 'node:crypto';
import { utf16 } from '../../bytes/utf16.js';
import { Writer } from '../../bytes/writer.js';
import { md4 } from '../../crypto/md4.js';
import { Secret } from '../../secret/secret.js';

/** NTOWFv2 (MS-NLMP 3.3.2): the key that stands for user and password. */
export function responseKey(user: string, domain: string, password: Secret): Secret {
  const passwordHash = md4(password.reveal());
  return new Secret(hmacMd5(passwordHash, utf16(upperCase(user) + domain)));
}

export interface NtlmV2Input {
  readonly key: Secret;
  readonly serverChallenge: Buffer;
  /** 8 random bytes. */
  readonly clientChallenge: Buffer;
  /** A FILETIME; the server's, where it told one. */
  readonly time: bigint;
  /** The AV_PAIRs the client answers with, encoded with their end. */
  readonly targetInfo: Buffer;
}

export interface NtlmV2Response {
  readonly ntResponse: Buffer;
  readonly sessionBaseKey: Secret;
}

/** The NTLMv2 response to a challenge, and the key that comes of it (MS-NLMP 3.3.2). */
export function respondNtlmV2(input: NtlmV2Input): NtlmV2Response {
  const { key, serverChallenge, clientChallenge, time, targetInfo } = input;
  const blob = new Writer(28 + targetInfo.length + 4)
    .u8(1)
    .u8(1)
    .skip(6)
    .u64(time)
    .bytes(clientChallenge)
    .skip(4)
    .bytes(targetInfo)
    .skip(4)
    .end();
  const proof = hmacMd5(key.reveal(), serverChallenge, blob);
  return {
    ntResponse: Buffer.concat([proof, blob]),
    sessionBaseKey: new Secret(hmacMd5(key.reveal(), proof)),
  };
}

export function hmacMd5(key: Buffer, ...pieces: readonly Buffer[]): Buffer {
  const hmac = createHmac('md5', key);
  for (const piece of pieces) hmac.update(piece);
  return hmac.digest();
}

export function md5(...pieces: readonly Buffer[]): Buffer {
  const hash = createHash('md5');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

/** Windows upper-cases each character for itself: one that would become several, as in "ß", stays. */
function upperCase(text: string): string {
  return Array.from(text, (character) => {
    const upper = character.toUpperCase();
    return upper.length === character.length ? upper : character;
  }).join('');
}
