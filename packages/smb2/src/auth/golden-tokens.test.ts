import { describe, expect, test } from 'vitest';
import { golden, goldenSession } from '../../test/golden.js';
import { RECORDED_USER, recordedKeys } from '../../test/recorded-keys.js';
import { Secret } from '../secret/secret.js';
import { decodeNegotiateResponse } from '../wire/negotiate.js';
import { decodeSessionSetupResponse } from '../wire/session-setup.js';
import { beginSignIn } from './sign-in.js';

/** Where a SESSION_SETUP request has its token. */
const TOKEN = 64 + 24;

/** What this client said to Samba with these bytes of chance, and was let in. */
describe.each(['own-311-signed', 'own-311-shares'])('%s: the tokens of', (session) => {
  const sent = (name: string): Buffer => golden(session, `> ${name}`).subarray(TOKEN);
  const came = (name: string): Buffer =>
    decodeSessionSetupResponse(golden(session, `< ${name}`))._unsafeUnwrap().securityBuffer;
  const offer = decodeNegotiateResponse(golden(session, '< negotiate.1'))._unsafeUnwrap().securityBuffer;
  const { sessionKey } = recordedKeys(goldenSession(session));
  const proof = sent('session-setup.2').subarray(sent('session-setup.2').indexOf('NTLMSSP\0'));
  const clientChallenge = proof.subarray(proof.readUInt32LE(24)).subarray(32, 40);
  const start = beginSignIn(
    {
      identity: {
        kind: 'password',
        user: RECORDED_USER.user,
        domain: '',
        password: Secret.ofPassword(RECORDED_USER.password),
      },
      target: 'cifs/127.0.0.1',
      workstation: '',
      now: 0n,
      random: (size) => Buffer.from(size === 8 ? clientChallenge : sessionKey.reveal()),
    },
    offer,
  )._unsafeUnwrap();

  test('the first step: NTLM is offered', () => {
    expect(start.token.toString('hex')).toBe(sent('session-setup.1').toString('hex'));
  });

  test('the second: the proof, its integrity code and the signature of the offer', () => {
    const { token } = start.answer(came('session-setup.1'))._unsafeUnwrap();
    expect(token.toString('hex')).toBe(sent('session-setup.2').toString('hex'));
  });
});
