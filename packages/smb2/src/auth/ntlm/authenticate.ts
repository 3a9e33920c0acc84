import { err, ok, type Result } from 'neverthrow';
import { fileTimeOf } from '../../bytes/file-time.js';
import { utf16 } from '../../bytes/utf16.js';
import { Rc4 } from '../../crypto/rc4.js';
import { Secret } from '../../secret/secret.js';
import { undecodable, type AuthFault } from '../auth-fault.js';
import type { Identity } from '../identity.js';
import { AV_HAS_MIC, AvId, decodeAvPairs, encodeAvPairs, type AvPair } from './av-pairs.js';
import {
  decodeNtlmChallenge,
  encodeNtlmAuthenticate,
  writeMic,
  type NtlmChallenge,
} from './ntlm-messages.js';
import { commonFlags, DEMANDED_FLAGS, hasFlag, NtlmFlag, OFFERED_FLAGS } from './ntlm-flags.js';
import { hmacMd5, respondNtlmV2, responseKey } from './ntlm-v2.js';

/** What an answer to a challenge is made of; clock and randomness are handed in. */
export interface NtlmContext {
  readonly identity: Identity;
  /** The service that is asked, e.g. `cifs/nas.local`. */
  readonly target: string;
  /** What this machine calls itself to the server; may be empty. */
  readonly workstation: string;
  /** Nanoseconds since 1970, for servers that tell no time. */
  readonly now: bigint;
  /** Gives that many random bytes. */
  readonly random: (size: number) => Buffer;
}

export interface NtlmAnswer {
  readonly message: Buffer;
  /** ExportedSessionKey: the key of the session. */
  readonly sessionKey: Secret;
  readonly flags: number;
  /** Whether the message has an integrity code; then the server wants SPNEGO's too. */
  readonly hasMic: boolean;
}

interface Response {
  readonly lmResponse: Buffer;
  readonly ntResponse: Buffer;
  readonly sessionBaseKey: Secret;
  readonly hasMic: boolean;
}

const KEY_SIZE = 16;

/** Answers a CHALLENGE_MESSAGE (MS-NLMP 3.1.5.1.2); `negotiate` is the message that was sent before it. */
export function answerChallenge(
  context: NtlmContext,
  negotiate: Buffer,
  challengeBytes: Buffer,
): Result<NtlmAnswer, AuthFault> {
  return decodeNtlmChallenge(challengeBytes)
    .mapErr(undecodable)
    .andThen(checkChallenge)
    .andThen((challenge) =>
      respond(context, challenge).map((response) =>
        buildAnswer(context, challenge, response, [negotiate, challengeBytes]),
      ),
    );
}

/** The longest target information that is answered; servers send some 200 bytes. */
const LONGEST_TARGET_INFO = 16 * 1024;

function checkChallenge(challenge: NtlmChallenge): Result<NtlmChallenge, AuthFault> {
  if (commonFlags(challenge.flags, DEMANDED_FLAGS) !== DEMANDED_FLAGS) {
    return err({
      kind: 'insecure',
      problem: 'the server offers only old forms of NTLM',
      hint: 'allow NTLMv2 with 128-bit session security on the server',
    });
  }
  const { length } = challenge.targetInfo;
  if (length <= LONGEST_TARGET_INFO) return ok(challenge);
  return err({ kind: 'protocol', problem: `the server tells ${length} bytes about itself` });
}

function respond(context: NtlmContext, challenge: NtlmChallenge): Result<Response, AuthFault> {
  const { identity, random, now } = context;
  if (identity.kind === 'anonymous') {
    const sessionBaseKey = new Secret(Buffer.alloc(KEY_SIZE));
    return ok({ lmResponse: Buffer.alloc(1), ntResponse: Buffer.alloc(0), sessionBaseKey, hasMic: false });
  }
  return decodeAvPairs(challenge.targetInfo)
    .mapErr(undecodable)
    .andThen((pairs) => {
      const told = pairs.find(({ id, value }) => id === AvId.timestamp && value.length === 8);
      const hasMic = told !== undefined;
      const time = told?.value.readBigUInt64LE() ?? fileTimeOf(now).unwrapOr(0n);
      const key = responseKey(identity.user, identity.domain, identity.password);
      const targetInfo = encodeAvPairs(answerPairs(pairs, context.target, hasMic));
      const clientChallenge = random(8);
      const { serverChallenge } = challenge;
      const response = respondNtlmV2({ key, serverChallenge, clientChallenge, time, targetInfo });
      // A client that heeds the timestamp sends no LMv2 response, and one that does not is of no use to servers either.
      return ok({ ...response, lmResponse: Buffer.alloc(24), hasMic });
    });
}

/** The server's pairs, and what the client adds: no channel binding, for TCP has none, and whom it means to reach. */
function answerPairs(pairs: readonly AvPair[], target: string, hasMic: boolean): AvPair[] {
  const OWN: readonly number[] = [AvId.flags, AvId.targetName, AvId.channelBindings];
  const flags = Buffer.alloc(4);
  const toldFlags = pairs.find(({ id, value }) => id === AvId.flags && value.length === 4);
  flags.writeUInt32LE(((toldFlags?.value.readUInt32LE() ?? 0) | (hasMic ? AV_HAS_MIC : 0)) >>> 0);
  return [
    ...pairs.filter(({ id }) => !OWN.includes(id)),
    ...(hasMic || toldFlags !== undefined ? [{ id: AvId.flags, value: flags }] : []),
    { id: AvId.channelBindings, value: Buffer.alloc(16) },
    { id: AvId.targetName, value: utf16(target) },
  ];
}

function buildAnswer(
  context: NtlmContext,
  challenge: NtlmChallenge,
  response: Response,
  before: readonly Buffer[],
): NtlmAnswer {
  const { identity, workstation, random } = context;
  const common = commonFlags(challenge.flags, OFFERED_FLAGS);
  const flags = identity.kind === 'anonymous' ? common + NtlmFlag.anonymous : common;
  const exchanges = hasFlag(flags, NtlmFlag.keyExchange);
  const { sessionBaseKey, hasMic } = response;
  const sessionKey = exchanges ? new Secret(random(KEY_SIZE)) : sessionBaseKey;
  const encryptedSessionKey = exchanges
    ? new Rc4(sessionBaseKey.reveal()).update(sessionKey.reveal())
    : Buffer.alloc(0);
  const message = encodeNtlmAuthenticate({
    flags,
    lmResponse: response.lmResponse,
    ntResponse: response.ntResponse,
    domain: utf16(identity.kind === 'anonymous' ? '' : identity.domain),
    user: utf16(identity.kind === 'anonymous' ? '' : identity.user),
    workstation: utf16(workstation),
    encryptedSessionKey,
  });
  if (hasMic) writeMic(message, hmacMd5(sessionKey.reveal(), ...before, message));
  return { message, sessionKey, flags, hasMic };
}
