import { createHmac } from 'node:crypto';
import { md4 } from '../src/crypto/md4.js';
import { extendPreauthHash, PREAUTH_START } from '../src/crypto/preauth-hash.js';
import { Rc4 } from '../src/crypto/rc4.js';
import { deriveSessionKeys, type SessionKeys } from '../src/crypto/session-keys.js';
import { defaultSigning } from '../src/crypto/signer.js';
import { Secret } from '../src/secret/secret.js';
import { Dialect, isDialect } from '../src/wire/dialect.js';
import { decodeHeader } from '../src/wire/header.js';
import { Cipher, type SigningAlgorithm } from '../src/wire/negotiate-context.js';
import { decodeNegotiateResponse } from '../src/wire/negotiate.js';
import type { GoldenFrame } from './golden.js';

/** The user of all recorded sessions. */
export const RECORDED_USER = { user: 'backup', password: 'Secret-123' } as const;

export interface RecordedKeys {
  readonly dialect: Dialect;
  readonly cipher: Cipher | null;
  readonly signing: SigningAlgorithm;
  readonly sessionId: bigint;
  readonly sessionKey: Secret;
  readonly session: SessionKeys;
}

/** What client and server had agreed on, worked out from the frames and the password. */
export function recordedKeys(frames: readonly GoldenFrame[]): RecordedKeys {
  const find = (from: 'client' | 'server', name: string): Buffer => {
    const found = frames.find((frame) => frame.from === from && frame.name === name);
    if (found === undefined) throw new Error(`no ${name} from the ${from}`);
    return found.bytes;
  };
  const negotiated = decodeNegotiateResponse(find('server', 'negotiate.1'))._unsafeUnwrap();
  if (!isDialect(negotiated.dialect)) throw new Error('not a dialect of ours');
  const { dialect, contexts } = negotiated;
  const chosen = (type: 'encryption' | 'signing'): number | undefined => {
    const context = contexts.find((one) => one.type === type);
    if (context?.type === 'encryption') return context.ciphers[0];
    return context?.type === 'signing' ? context.algorithms[0] : undefined;
  };
  const before311 = dialect === Dialect.smb210 ? null : Cipher.aes128Ccm;
  const cipher = dialect === Dialect.smb311 ? ((chosen('encryption') ?? null) as Cipher | null) : before311;
  const last = find('client', 'session-setup.2');
  const preauthHash = [
    find('client', 'negotiate.1'),
    find('server', 'negotiate.1'),
    find('client', 'session-setup.1'),
    find('server', 'session-setup.1'),
    last,
  ].reduce((hash, message) => extendPreauthHash(hash, [message]), PREAUTH_START);
  const sessionKey = exchangedKey(last);
  return {
    dialect,
    cipher,
    signing: (chosen('signing') ?? defaultSigning(dialect)) as SigningAlgorithm,
    sessionId: decodeHeader(last)._unsafeUnwrap().sessionId,
    sessionKey,
    session: deriveSessionKeys({ dialect, sessionKey, preauthHash, cipher }),
  };
}

/** The session key in a client's AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3), by the password. */
function exchangedKey(message: Buffer): Secret {
  const ntlm = message.subarray(message.indexOf('NTLMSSP\0'));
  const field = (at: number): Buffer => {
    const offset = ntlm.readUInt32LE(at + 4);
    return ntlm.subarray(offset, offset + ntlm.readUInt16LE(at));
  };
  const hmac = (key: Buffer, data: Buffer): Buffer => createHmac('md5', key).update(data).digest();
  const user = field(36).toString('utf16le').toUpperCase() + field(28).toString('utf16le');
  const key = hmac(md4(Buffer.from(RECORDED_USER.password, 'utf16le')), Buffer.from(user, 'utf16le'));
  const base = hmac(key, field(20).subarray(0, 16));
  return new Secret(new Rc4(base).update(field(52)));
}
