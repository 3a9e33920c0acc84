import { Rc4 } from '../../crypto/rc4.js';
import { Secret } from '../../secret/secret.js';
import { hmacMd5, md5 } from './ntlm-v2.js';
import { hasFlag, NtlmFlag } from './ntlm-flags.js';

/** Which way a message goes: each has keys of its own. */
export type Direction = 'client-to-server' | 'server-to-client';

/**
 * The signature of the first message in a direction (MS-NLMP 3.4.4.2), by which SPNEGO protects its list of
 * mechanisms. Both sides have negotiated extended session security and 128 bits.
 */
export function signFirst(sessionKey: Secret, flags: number, direction: Direction, message: Buffer): Buffer {
  const sequence = Buffer.alloc(4);
  const signing = directionKey(sessionKey, direction, 'signing');
  const checksum = hmacMd5(signing.reveal(), sequence, message).subarray(0, 8);
  const sealing = directionKey(sessionKey, direction, 'sealing');
  const sealed = hasFlag(flags, NtlmFlag.keyExchange) ? new Rc4(sealing.reveal()).update(checksum) : checksum;
  return Buffer.concat([Buffer.from([1, 0, 0, 0]), sealed, sequence]);
}

/** SIGNKEY and SEALKEY (MS-NLMP 3.4.5.2, 3.4.5.3). */
function directionKey(sessionKey: Secret, direction: Direction, purpose: 'signing' | 'sealing'): Secret {
  const magic = `session key to ${direction} ${purpose} key magic constant\0`;
  return new Secret(md5(sessionKey.reveal(), Buffer.from(magic, 'latin1')));
}
