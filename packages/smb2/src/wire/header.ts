import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { Writer } from '../bytes/writer.js';
import { isCommand, type Command } from './command.js';

export const HEADER_SIZE = 64;
export const SIGNATURE_OFFSET = 48;
export const SIGNATURE_SIZE = 16;

/** "\xfeSMB", with which every plain message begins. */
export const SMB2_PROTOCOL_ID = 0x424d53fe;

const SMB1_PROTOCOL_ID = 0x424d53ff;

/** Whether a message is one of SMB1 (MS-CIFS 2.2.3.1), which this client does not speak. */
export function isSmb1(message: Buffer): boolean {
  return message.length >= 4 && message.readUInt32LE() === SMB1_PROTOCOL_ID;
}

/** The id of a message that answers no request: an oplock break. */
export const UNSOLICITED = 0xffff_ffff_ffff_ffffn;

export const HeaderFlag = {
  response: 0x0000_0001,
  async: 0x0000_0002,
  /** This part of a compound takes session, tree and file of the part before. */
  related: 0x0000_0004,
  signed: 0x0000_0008,
  dfs: 0x1000_0000,
  replay: 0x2000_0000,
} as const;

/** The SMB2 packet header (MS-SMB2 2.2.1). */
export interface Header {
  readonly command: Command;
  /** {@link HeaderFlag}s. */
  readonly flags: number;
  readonly messageId: bigint;
  /** How many credits the request costs: one for each 64 KiB. */
  readonly creditCharge: number;
  /** Credits asked for in a request, granted in a response. */
  readonly credits: number;
  /** An NTSTATUS in a response; in a request of 3.x the channel sequence. */
  readonly status: number;
  readonly sessionId: bigint;
  /** Zero where `asyncId` is set. */
  readonly treeId: number;
  /** Set in the interim and final response to a request that takes its time, and in a CANCEL of such a one. */
  readonly asyncId: bigint | null;
  /** Where the next part of a compound begins, from the start of this one; 0 in the last. */
  readonly nextCommand: number;
}

/** Encodes a header with a signature of zeros, into which the signer writes its own. */
export function encodeHeader(header: Header): Buffer {
  const { asyncId, treeId } = header;
  const writer = new Writer(HEADER_SIZE)
    .u32(SMB2_PROTOCOL_ID)
    .u16(HEADER_SIZE)
    .u16(header.creditCharge)
    .u32(header.status)
    .u16(header.command)
    .u16(header.credits)
    .u32(asyncId === null ? header.flags : (header.flags | HeaderFlag.async) >>> 0)
    .u32(header.nextCommand)
    .u64(header.messageId);
  if (asyncId === null) writer.u32(0).u32(treeId);
  else writer.u64(asyncId);
  return writer.u64(header.sessionId).skip(SIGNATURE_SIZE).end();
}

export function decodeHeader(message: Buffer): Decoded<Header> {
  const reader = new Reader(message, 'packet header (MS-SMB2 2.2.1)');
  if (reader.u32() !== SMB2_PROTOCOL_ID) reader.fail('it does not begin with the SMB2 protocol id');
  reader.structureSize(HEADER_SIZE);
  const creditCharge = reader.u16();
  const status = reader.u32();
  const command = reader.u16();
  const credits = reader.u16();
  const flags = reader.u32();
  const nextCommand = reader.u32();
  const messageId = reader.u64();
  const asynchronous = (flags & HeaderFlag.async) !== 0;
  const asyncId = asynchronous ? reader.u64() : null;
  if (!asynchronous) reader.skip(4);
  const treeId = asynchronous ? 0 : reader.u32();
  const sessionId = reader.u64();
  reader.skip(SIGNATURE_SIZE);
  if (!isCommand(command)) {
    reader.fail(`there is no command ${command}`);
    return reader.end<never>(undefined as never);
  }
  return reader.end({
    command,
    flags,
    messageId,
    creditCharge,
    credits,
    status,
    sessionId,
    treeId,
    asyncId,
    nextCommand,
  });
}
