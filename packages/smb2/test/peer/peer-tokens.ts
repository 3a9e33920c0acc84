import { Writer } from '../../src/bytes/writer.js';
import { AvId, encodeAvPairs } from '../../src/auth/ntlm/av-pairs.js';
import { OFFERED_FLAGS } from '../../src/auth/ntlm/ntlm-flags.js';
import { der, DerTag, field } from '../../src/auth/spnego/der.js';
import { NTLM_OID } from '../../src/auth/spnego/oid.js';
import type { ValidateNegotiateResponse } from '../../src/wire/validate-negotiate.js';

/** A CHALLENGE_MESSAGE (MS-NLMP 2.2.1.2) in SPNEGO. */
export function ntlmChallengeToken(): Buffer {
  const targetInfo = encodeAvPairs([{ id: AvId.timestamp, value: Buffer.from('0080a1b2c3d4d501', 'hex') }]);
  const challenge = new Writer(56 + targetInfo.length)
    .bytes(Buffer.from('NTLMSSP\0', 'latin1'))
    .u32(2)
    .skip(8)
    .u32(OFFERED_FLAGS)
    .bytes(Buffer.alloc(8, 3))
    .skip(8)
    .u16(targetInfo.length)
    .u16(targetInfo.length)
    .u32(56)
    .skip(8)
    .bytes(targetInfo)
    .end();
  return der(
    field(1),
    der(
      DerTag.sequence,
      der(field(0), der(DerTag.enumerated, Buffer.from([1]))),
      der(field(1), der(DerTag.oid, NTLM_OID)),
      der(field(2), der(DerTag.octets, challenge)),
    ),
  );
}

/** "accept-completed", without a signature over the mechanisms. */
export function ntlmWelcomeToken(): Buffer {
  return der(field(1), der(DerTag.sequence, der(field(0), der(DerTag.enumerated, Buffer.from([0])))));
}

/** MS-SMB2 2.2.32.6. */
export function encodeValidateResponse(response: ValidateNegotiateResponse): Buffer {
  const { capabilities, serverGuid, securityMode, dialect } = response;
  return new Writer(24).u32(capabilities).bytes(serverGuid).u16(securityMode).u16(dialect).end();
}
