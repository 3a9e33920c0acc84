import { createHmac } from 'node:crypto';
import { Secret } from '../secret/secret.js';

/**
 * The key derivation of SMB 3.x (MS-SMB2 3.1.4.2): SP800-108 in counter mode with HMAC-SHA256, 32-bit counter and
 * length. A label has its closing zero; a context is taken as it is.
 */
export function deriveKey(key: Secret, label: string, context: Buffer, bits: 128 | 256): Secret {
  const counter = Buffer.from([0, 0, 0, 1]);
  const length = Buffer.from([0, 0, bits >> 8, bits & 0xff]);
  const derived = createHmac('sha256', key.key())
    .update(counter)
    .update(`${label}\0`, 'latin1')
    .update(Buffer.alloc(1))
    .update(context)
    .update(length)
    .digest();
  return new Secret(derived.subarray(0, bits / 8));
}
