import fc from 'fast-check';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { golden, goldenSession, goldenSessions } from '../../test/golden.js';
import { hostile } from '../../test/hostile.js';
import { RECORDED_USER, recordedKeys } from '../../test/recorded-keys.js';
import { Secret } from '../secret/secret.js';
import { decodeNegotiateResponse } from '../wire/negotiate.js';
import { decodeSessionSetupResponse } from '../wire/session-setup.js';
import { authError } from './auth-fault.js';
import type { NtlmContext } from './ntlm/authenticate.js';
import { beginSignIn, type SignInAnswer } from './sign-in.js';
import { der, DerTag, field } from './spnego/der.js';
import { decodeNegTokenResp, encodeNegTokenInit } from './spnego/neg-token.js';
import { SPNEGO_OID } from './spnego/oid.js';

const PLAIN = 'smbclient-311-plain';
const offer = decodeNegotiateResponse(golden(PLAIN, '< negotiate.1'))._unsafeUnwrap().securityBuffer;
const challenge = decodeSessionSetupResponse(golden(PLAIN, '< session-setup.1'))._unsafeUnwrap()
  .securityBuffer;
const last = decodeSessionSetupResponse(golden(PLAIN, '< session-setup.2'))._unsafeUnwrap().securityBuffer;

const context = (more: Partial<NtlmContext> = {}): NtlmContext => ({
  identity: {
    kind: 'password',
    user: 'backup',
    domain: '',
    password: Secret.ofPassword(RECORDED_USER.password),
  },
  target: 'cifs/127.0.0.1',
  workstation: '',
  now: 1_700_000_000_000_000_000n,
  random: (size) => Buffer.alloc(size, 0xaa),
  ...more,
});

const answerTo = (token: Buffer, more: Partial<NtlmContext> = {}): SignInAnswer =>
  beginSignIn(context(more), offer)._unsafeUnwrap().answer(token)._unsafeUnwrap();

/** The part of a client's token that is NTLM's. */
function ntlmIn(token: Buffer): Buffer {
  return token.subarray(token.indexOf('NTLMSSP\0'));
}

test('begins like smbclient: SPNEGO that offers NTLM only', () => {
  const { token } = beginSignIn(context(), offer)._unsafeUnwrap();
  const recorded = golden(PLAIN, '> session-setup.1').subarray(64 + 24);
  const start = token.indexOf('NTLMSSP\0');
  expect(token.subarray(0, start + 12)).toEqual(recorded.subarray(0, start + 12));
  expect(token).toHaveLength(recorded.length);
});

test('begins without an offer too', () => {
  expect(beginSignIn(context(), Buffer.alloc(0)).isOk()).toBe(true);
});

test('answers with a proof, an integrity code, no LMv2 response and the list of mechanisms signed', () => {
  const { token, sessionKey } = answerTo(challenge);
  const ntlm = ntlmIn(token);
  const { responseToken, mechListMic } = decodeNegTokenResp(token)._unsafeUnwrap();
  expect(mechListMic?.subarray(0, 4).toString('hex')).toBe('01000000');
  expect(responseToken?.subarray(0, 8)).toEqual(ntlm.subarray(0, 8));
  expect(sessionKey.reveal()).toEqual(Buffer.alloc(16, 0xaa));
  expect(ntlm.subarray(72, 88).equals(Buffer.alloc(16))).toBe(false);
  expect(ntlm.subarray(88, 88 + 24)).toEqual(Buffer.alloc(24));
  // The time in the proof is the one the server told.
  const told = ntlmIn(challenge).subarray(-12, -4);
  expect(ntlm.includes(Buffer.concat([Buffer.from('0101000000000000', 'hex'), told]))).toBe(true);
  // MsvAvFlags says that there is an integrity code.
  expect(ntlm.includes(Buffer.from('0600040002000000', 'hex'))).toBe(true);
  expect(
    ntlm.includes(Buffer.concat([Buffer.from('09001c00', 'hex'), Buffer.from('cifs/127.0.0.1', 'utf16le')])),
  ).toBe(true);
});

describe.each(goldenSessions())('%s', (session) => {
  test('the key exchanged there checks the signature that the server ended with, and no other key does', () => {
    const { sessionKey } = recordedKeys(goldenSession(session));
    const token = (name: string): Buffer =>
      decodeSessionSetupResponse(golden(session, `< ${name}`))._unsafeUnwrap().securityBuffer;
    const random = (size: number): Buffer => (size === 16 ? sessionKey.reveal() : Buffer.alloc(size, 1));
    const right = answerTo(token('session-setup.1'), { random });
    expect(right.finish(token('session-setup.2')).isOk()).toBe(true);
    const wrong = answerTo(token('session-setup.1'));
    expect(wrong.finish(token('session-setup.2'))._unsafeUnwrapErr().kind).toBe('insecure');
  });
});

test('a server that proves nothing is taken, for the signature of its last response proves more', () => {
  const completed = Buffer.from('a1073005a0030a0100', 'hex');
  expect(answerTo(challenge).finish(completed).isOk()).toBe(true);
  expect(answerTo(challenge).finish(Buffer.alloc(0)).isOk()).toBe(true);
  const incomplete = Buffer.from('a1073005a0030a0101', 'hex');
  expect(answerTo(challenge).finish(incomplete)._unsafeUnwrapErr().kind).toBe('protocol');
});

test('a server that has Kerberos only is told so', () => {
  const kerberos = der(DerTag.sequence, der(DerTag.oid, Buffer.from('2a864886f712010202', 'hex')));
  const only = der(
    DerTag.application,
    der(DerTag.oid, SPNEGO_OID),
    der(field(0), der(DerTag.sequence, der(field(0), kerberos))),
  );
  const fault = beginSignIn(context(), only)._unsafeUnwrapErr();
  expect(authError({ operation: 'sign in' }, fault)).toMatchObject({
    kind: 'unsupported',
    message: 'could not sign in: the server signs in by Kerberos, not by NTLM',
    hint: expect.stringContaining('no Kerberos') as unknown,
  });
  expect(beginSignIn(context(), encodeNegTokenInit(Buffer.alloc(0))).isOk()).toBe(true);
});

test('what would weaken signing in is refused', () => {
  const fail = (change: (ntlm: Buffer) => void): string => {
    const token = Buffer.from(challenge);
    change(ntlmIn(token));
    return beginSignIn(context(), offer)._unsafeUnwrap().answer(token)._unsafeUnwrapErr().kind;
  };
  const without = (flag: number) => (ntlm: Buffer) => {
    ntlm.writeUInt32LE((ntlm.readUInt32LE(20) & ~flag) >>> 0, 20);
  };
  expect([0x1, 0x80000, 0x800000, 0x20000000].map((flag) => fail(without(flag)))).toEqual(
    Array(4).fill('insecure'),
  );
  expect(fail((ntlm) => ntlm.writeUInt32LE(1, 8))).toBe('protocol');
  const start = beginSignIn(context(), offer)._unsafeUnwrap();
  expect(start.answer(Buffer.from('a1073005a0030a0102', 'hex'))._unsafeUnwrapErr().kind).toBe('sign-in');
  expect(start.answer(Buffer.from('a1073005a0030a0101', 'hex'))._unsafeUnwrapErr().kind).toBe('protocol');
});

test('without key exchange the key is the one that the proof gives', () => {
  const token = Buffer.from(challenge);
  const ntlm = ntlmIn(token);
  ntlm.writeUInt32LE((ntlm.readUInt32LE(20) & ~0x40000000) >>> 0, 20);
  const { sessionKey, token: answer } = answerTo(token);
  expect(sessionKey.reveal()).toHaveLength(16);
  expect(sessionKey.reveal()).not.toEqual(Buffer.alloc(16, 0xaa));
  expect(ntlmIn(answer).readUInt16LE(52)).toBe(0);
});

test('a server that tells no time gets no integrity code, and ours for a time', () => {
  const token = Buffer.from(challenge);
  const told = token.indexOf(Buffer.from('07000800', 'hex'));
  token.writeUInt16LE(0x20, told);
  const { token: answer } = answerTo(token);
  expect(decodeNegTokenResp(answer)._unsafeUnwrap().mechListMic).toBeNull();
  const ntlm = ntlmIn(answer);
  expect(ntlm.subarray(72, 88)).toEqual(Buffer.alloc(16));
  expect(ntlm.includes(Buffer.from('00006dc64717da01', 'hex'))).toBe(true);
});

test('anonymous says no name and proves nothing', () => {
  const ntlm = ntlmIn(answerTo(challenge, { identity: { kind: 'anonymous' } }).token);
  const length = (at: number): number => ntlm.readUInt16LE(at);
  expect([length(12), length(20), length(28), length(36)]).toEqual([1, 0, 0, 0]);
  expect(ntlm.readUInt32LE(60) & 0x800).toBe(0x800);
});

test.each(['x'.repeat(1025), 'a\0b'])('a name that is none is refused before anything is sent', (user) => {
  const identity = { kind: 'password', user, domain: '', password: Secret.ofPassword('x') } as const;
  expect(beginSignIn(context({ identity }), offer)._unsafeUnwrapErr().kind).toBe('invalid');
});

test('hostile tokens end in a Result at each step', () => {
  fc.assert(
    fc.property(hostile([offer, challenge, last]), (token) => {
      expect(typeof beginSignIn(context(), token).isOk()).toBe('boolean');
      const start = beginSignIn(context(), offer)._unsafeUnwrap();
      expect(typeof start.answer(token).isOk()).toBe('boolean');
      expect(typeof answerTo(challenge).finish(token).isOk()).toBe('boolean');
    }),
    { numRuns: 2000 },
  );
});

test('target information of any length a challenge can hold ends in a Result', () => {
  const ntlm = Buffer.concat([ntlmIn(challenge).subarray(0, 56), Buffer.alloc(0xffff)]);
  ntlm.writeUInt32LE(56, 44);
  for (const size of [0, 100, 16_000, 16_384, 16_385, 0xffff]) {
    ntlm.writeUInt16LE(size, 40);
    ntlm.fill(0, 56);
    if (size >= 8) {
      ntlm.writeUInt16LE(2, 56);
      ntlm.writeUInt16LE(size - 8, 58);
    }
    const wrapped = der(DerTag.octets, ntlm.subarray(0, Math.min(ntlm.length, 60_000)));
    const token = der(field(1), der(DerTag.sequence, der(field(2), wrapped)));
    const answered = beginSignIn(context(), offer)._unsafeUnwrap().answer(token);
    expect([size, answered.isOk()]).toEqual([size, size >= 8 && size <= 16_384]);
  }
});

test('nothing of the password shows in what is printed', () => {
  const start = beginSignIn(context(), offer)._unsafeUnwrap();
  const shown = inspect([context(), start, answerTo(challenge)], { showHidden: true, depth: 9 });
  expect(shown).not.toMatch(/Secret-123|53 00 65 00 63/);
});
