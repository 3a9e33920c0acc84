import { err, ok, Result } from 'neverthrow';
import { undecodable, type AuthFault } from './auth-fault.js';
import { answerChallenge, type NtlmAnswer, type NtlmContext } from './ntlm/authenticate.js';
import { OFFERED_FLAGS } from './ntlm/ntlm-flags.js';
import { encodeNtlmNegotiate } from './ntlm/ntlm-messages.js';
import { signFirst } from './ntlm/ntlm-signature.js';
import {
  decodeNegTokenInit,
  decodeNegTokenResp,
  encodeNegTokenInit,
  encodeNegTokenResp,
  NegState,
  NTLM_ONLY,
  type NegTokenResp,
} from './spnego/neg-token.js';
import { mechanismName, NTLM_OID } from './spnego/oid.js';
import type { Secret } from '../secret/secret.js';

/** Signing in by NTLMv2 in SPNEGO: each step is had only from the one before. */
export interface SignInStart {
  /** For the first SESSION_SETUP request. */
  readonly token: Buffer;
  /** Takes the server's token, which came with MORE_PROCESSING_REQUIRED. */
  readonly answer: (token: Buffer) => Result<SignInAnswer, AuthFault>;
}

export interface SignInAnswer {
  /** For the second SESSION_SETUP request. */
  readonly token: Buffer;
  /** Session.SessionKey (MS-SMB2 3.2.1.3), 16 bytes. */
  readonly sessionKey: Secret;
  /** Takes the token that came with success; says whether the server has proved what it can. */
  readonly finish: (token: Buffer) => Result<null, AuthFault>;
}

/** Begins to sign in. `offer` is the security buffer of the NEGOTIATE response, which may be empty. */
export function beginSignIn(context: NtlmContext, offer: Buffer): Result<SignInStart, AuthFault> {
  return Result.combine([checkNames(context), checkOffer(offer)]).map(() => {
    const negotiate = encodeNtlmNegotiate(OFFERED_FLAGS);
    return {
      token: encodeNegTokenInit(negotiate),
      answer: (token) => answer(context, negotiate, token),
    };
  });
}

/** Longer than any name on Windows; all of them together still fit in a token. */
const LONGEST_NAME = 1024;

function checkNames({ identity, target, workstation }: NtlmContext): Result<null, AuthFault> {
  const own = identity.kind === 'anonymous' ? [] : [identity.user, identity.domain];
  for (const name of [...own, target, workstation]) {
    if (name.length > LONGEST_NAME)
      return err({ kind: 'invalid', problem: 'a name to sign in with is too long' });
    if (name.includes('\0'))
      return err({ kind: 'invalid', problem: 'a name to sign in with has a zero character' });
  }
  return ok(null);
}

function checkOffer(offer: Buffer): Result<null, AuthFault> {
  if (offer.length === 0) return ok(null);
  return decodeNegTokenInit(offer)
    .mapErr(undecodable)
    .andThen((mechanisms) => {
      if (mechanisms.some((mechanism) => mechanism.equals(NTLM_OID))) return ok(null);
      const names = [...new Set(mechanisms.map(mechanismName))].join(', ');
      return err<null, AuthFault>({
        kind: 'unsupported',
        problem: `the server signs in by ${names}, not by NTLM`,
        hint: 'allow NTLMv2 on the server: this client has no Kerberos',
      });
    });
}

function answer(context: NtlmContext, negotiate: Buffer, token: Buffer): Result<SignInAnswer, AuthFault> {
  return decodeNegTokenResp(token)
    .mapErr(undecodable)
    .andThen(checkResponse)
    .andThen(({ challenge, wantsMic }) =>
      answerChallenge(context, negotiate, challenge).map((ntlm) => {
        const mic = ntlm.hasMic || wantsMic ? listMic(ntlm, 'client-to-server') : null;
        return {
          token: encodeNegTokenResp(ntlm.message, mic),
          sessionKey: ntlm.sessionKey,
          finish: (last: Buffer) => finish(ntlm, last),
        };
      }),
    );
}

interface ServerChallenge {
  readonly challenge: Buffer;
  readonly wantsMic: boolean;
}

function checkResponse(response: NegTokenResp): Result<ServerChallenge, AuthFault> {
  const { state, mechanism, responseToken } = response;
  if (state === NegState.rejected) return err({ kind: 'sign-in', problem: 'the server refuses NTLM' });
  if (mechanism !== null && !mechanism.equals(NTLM_OID)) {
    const name = mechanismName(mechanism);
    return err({ kind: 'unsupported', problem: `the server chose ${name}, and was offered NTLM only` });
  }
  if (responseToken === null) return err({ kind: 'protocol', problem: 'the server sent no NTLM challenge' });
  return ok({ challenge: responseToken, wantsMic: state === NegState.requestMic });
}

function finish(ntlm: NtlmAnswer, token: Buffer): Result<null, AuthFault> {
  if (token.length === 0) return ok(null);
  return decodeNegTokenResp(token)
    .mapErr(undecodable)
    .andThen(({ state, mechListMic }) => {
      if (state !== null && state !== NegState.completed) {
        return err<null, AuthFault>({ kind: 'protocol', problem: `the server ended signing in as ${state}` });
      }
      if (mechListMic === null || mechListMic.equals(listMic(ntlm, 'server-to-client'))) return ok(null);
      return err<null, AuthFault>({
        kind: 'insecure',
        problem:
          'the server does not prove that it knows the password: its signature on the sign-in is wrong',
        hint: 'something on the way may be posing as the server',
      });
    });
}

/** The mechListMIC (RFC 4178 5) over the mechanisms that this client offers. */
function listMic(ntlm: NtlmAnswer, direction: Parameters<typeof signFirst>[2]): Buffer {
  return signFirst(ntlm.sessionKey, ntlm.flags, direction, NTLM_ONLY);
}
