import type { Decoded } from '../../bytes/decode-fault.js';
import { Reader } from '../../bytes/reader.js';
import { Writer } from '../../bytes/writer.js';
import { hasFlag, NtlmFlag } from './ntlm-flags.js';

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
const Type = { negotiate: 1, challenge: 2, authenticate: 3 } as const;
/** Windows 10.0 and NTLM revision 15 (MS-NLMP 2.2.2.10): servers only log it. */
const VERSION = Buffer.from([10, 0, 0, 0, 0, 0, 0, 15]);
const FIELD_SIZE = 8;

/** A NEGOTIATE_MESSAGE (MS-NLMP 2.2.1.1) that names neither domain nor workstation. */
export function encodeNtlmNegotiate(flags: number): Buffer {
  return new Writer(40)
    .bytes(SIGNATURE)
    .u32(Type.negotiate)
    .u32(flags)
    .skip(2 * FIELD_SIZE)
    .bytes(VERSION)
    .end();
}

export interface NtlmChallenge {
  readonly flags: number;
  /** 8 bytes. */
  readonly serverChallenge: Buffer;
  /** AV_PAIRs, still encoded; empty where the server sends none. */
  readonly targetInfo: Buffer;
}

/** Decodes a CHALLENGE_MESSAGE (MS-NLMP 2.2.1.2). */
export function decodeNtlmChallenge(bytes: Buffer): Decoded<NtlmChallenge> {
  const reader = new Reader(bytes, 'NTLM challenge (MS-NLMP 2.2.1.2)');
  if (!reader.bytes(SIGNATURE.length).equals(SIGNATURE)) reader.fail('it does not begin with NTLMSSP');
  const type = reader.u32();
  if (type !== Type.challenge) reader.fail(`it is of type ${type}, not ${Type.challenge}`);
  reader.skip(FIELD_SIZE);
  const flags = reader.u32();
  const serverChallenge = reader.bytes(8);
  reader.skip(8);
  const length = reader.u16();
  reader.skip(2);
  const offset = reader.u32();
  const targetInfo = hasFlag(flags, NtlmFlag.targetInfo) ? reader.slice(offset, length) : Buffer.alloc(0);
  return reader.end({ flags, serverChallenge, targetInfo });
}

export interface NtlmAuthenticate {
  readonly flags: number;
  readonly lmResponse: Buffer;
  readonly ntResponse: Buffer;
  /** UTF-16LE, as the other names. */
  readonly domain: Buffer;
  readonly user: Buffer;
  readonly workstation: Buffer;
  readonly encryptedSessionKey: Buffer;
}

const MIC_OFFSET = 72;
const MIC_SIZE = 16;
const PAYLOAD_OFFSET = MIC_OFFSET + MIC_SIZE;

/** An AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3) with an integrity code of zeros, for {@link writeMic} to set. */
export function encodeNtlmAuthenticate(message: NtlmAuthenticate): Buffer {
  const { lmResponse, ntResponse, domain, user, workstation, encryptedSessionKey } = message;
  const fields = [lmResponse, ntResponse, domain, user, workstation, encryptedSessionKey];
  const payload = fields.reduce((sum, { length }) => sum + length, 0);
  const writer = new Writer(PAYLOAD_OFFSET + payload).bytes(SIGNATURE).u32(Type.authenticate);
  let offset = PAYLOAD_OFFSET;
  for (const { length } of fields) {
    writer.u16(length).u16(length).u32(offset);
    offset += length;
  }
  writer.u32(message.flags).bytes(VERSION).skip(MIC_SIZE);
  for (const field of fields) writer.bytes(field);
  return writer.end();
}

export function writeMic(authenticate: Buffer, mic: Buffer): void {
  mic.copy(authenticate, MIC_OFFSET);
}
