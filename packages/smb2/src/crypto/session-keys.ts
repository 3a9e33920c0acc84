import type { Secret } from '../secret/secret.js';
import { Dialect } from '../wire/dialect.js';
import { Cipher } from '../wire/negotiate-context.js';
import { deriveKey } from './derive-key.js';

/** What a session of this client signs and encrypts with. */
export interface SessionKeys {
  readonly signing: Secret;
  /** For what the client sends; null where the dialect has no encryption. */
  readonly encryption: Secret | null;
  /** For what the server sends. */
  readonly decryption: Secret | null;
}

export interface KeySource {
  readonly dialect: Dialect;
  /** The 16 bytes that signing in ended with. */
  readonly sessionKey: Secret;
  /** The session's hash up to the last SESSION_SETUP request; counts in 3.1.1 only. */
  readonly preauthHash: Buffer;
  /** What was negotiated; null without encryption. */
  readonly cipher: Cipher | null;
}

/** The keys of a session (MS-SMB2 3.2.5.3.1), all from the one that signing in ended with. */
export function deriveSessionKeys({ dialect, sessionKey, preauthHash, cipher }: KeySource): SessionKeys {
  switch (dialect) {
    case Dialect.smb210:
      return { signing: sessionKey, encryption: null, decryption: null };
    case Dialect.smb300:
    case Dialect.smb302: {
      const derive = (label: string, context: string): Secret =>
        deriveKey(sessionKey, label, Buffer.from(context, 'latin1'), 128);
      return {
        signing: derive('SMB2AESCMAC', 'SmbSign\0'),
        encryption: derive('SMB2AESCCM', 'ServerIn \0'),
        decryption: derive('SMB2AESCCM', 'ServerOut\0'),
      };
    }
    case Dialect.smb311: {
      const bits = cipher === Cipher.aes256Ccm || cipher === Cipher.aes256Gcm ? 256 : 128;
      return {
        signing: deriveKey(sessionKey, 'SMBSigningKey', preauthHash, 128),
        encryption: deriveKey(sessionKey, 'SMBC2SCipherKey', preauthHash, bits),
        decryption: deriveKey(sessionKey, 'SMBS2CCipherKey', preauthHash, bits),
      };
    }
  }
}
