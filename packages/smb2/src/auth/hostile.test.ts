import type { Result } from 'neverthrow';
import { expect, test } from 'vitest';
import { golden } from '../../test/golden.js';
import { survivesAll } from '../../test/hostile.js';
import { decodeNegotiateResponse } from '../wire/negotiate.js';
import { decodeSessionSetupResponse } from '../wire/session-setup.js';
import { decodeAvPairs } from './ntlm/av-pairs.js';
import { decodeNtlmChallenge } from './ntlm/ntlm-messages.js';
import { decodeNegTokenInit, decodeNegTokenResp } from './spnego/neg-token.js';

const SESSION = 'smbclient-311-plain';
const tokenOf = (name: string): Buffer =>
  decodeSessionSetupResponse(golden(SESSION, name))._unsafeUnwrap().securityBuffer;

const offer = decodeNegotiateResponse(golden(SESSION, '< negotiate.1'))._unsafeUnwrap().securityBuffer;
const [first, last] = [tokenOf('< session-setup.1'), tokenOf('< session-setup.2')];
const challenge = first.subarray(first.indexOf('NTLMSSP\0'));
const { targetInfo } = decodeNtlmChallenge(challenge)._unsafeUnwrap();

test.each<readonly [string, (bytes: Buffer) => Result<unknown, unknown>, readonly Buffer[]]>([
  ['SPNEGO offer', decodeNegTokenInit, [offer]],
  ['SPNEGO response', decodeNegTokenResp, [first, last]],
  ['NTLM challenge', decodeNtlmChallenge, [challenge]],
  ['list of what a server says of itself', decodeAvPairs, [targetInfo]],
])('a hostile %s ends in a Result', (_, decode, seeds) => {
  for (const seed of seeds) expect(decode(seed).isOk()).toBe(true);
  survivesAll(decode, seeds);
});
