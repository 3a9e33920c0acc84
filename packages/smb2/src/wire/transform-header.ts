import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { Writer } from '../bytes/writer.js';

export const TRANSFORM_HEADER_SIZE = 52;
/** What the cipher authenticates with the message: the header from its nonce on. */
export const TRANSFORM_AAD_OFFSET = 20;

/** "\xfdSMB", with which every encrypted message begins. */
const TRANSFORM_PROTOCOL_ID = 0x424d53fd;
const TAG_OFFSET = 4;
const TAG_SIZE = 16;
const NONCE_SIZE = 16;
const ENCRYPTED = 1;

/** The SMB2 TRANSFORM_HEADER (MS-SMB2 2.2.41) of an encrypted message. */
export interface TransformHeader {
  /** 16 bytes, of which the cipher takes the first 11 (CCM) or 12 (GCM). */
  readonly nonce: Buffer;
  /** The cipher's tag, 16 bytes. */
  readonly tag: Buffer;
  readonly sessionId: bigint;
  /** How long the message is, all parts of a compound together. */
  readonly messageSize: number;
}

/** Encodes a header; its tag, not known before the rest is encrypted, is set by {@link writeTransformTag}. */
export function encodeTransformHeader(header: Omit<TransformHeader, 'tag'>): Buffer {
  return new Writer(TRANSFORM_HEADER_SIZE)
    .u32(TRANSFORM_PROTOCOL_ID)
    .skip(TAG_SIZE)
    .bytes(header.nonce)
    .skip(NONCE_SIZE - header.nonce.length)
    .u32(header.messageSize)
    .u16(0)
    .u16(ENCRYPTED)
    .u64(header.sessionId)
    .end();
}

export function writeTransformTag(header: Buffer, tag: Buffer): void {
  tag.copy(header, TAG_OFFSET);
}

export function isTransformed(frame: Buffer): boolean {
  return frame.length >= 4 && frame.readUInt32LE() === TRANSFORM_PROTOCOL_ID;
}

/** Decodes the header of `frame`, which must be followed by just the message it announces. */
export function decodeTransformHeader(frame: Buffer): Decoded<TransformHeader> {
  const reader = new Reader(frame, 'transform header (MS-SMB2 2.2.41)');
  if (reader.u32() !== TRANSFORM_PROTOCOL_ID) reader.fail('it does not begin with the transform protocol id');
  const tag = reader.bytes(TAG_SIZE);
  const nonce = reader.bytes(NONCE_SIZE);
  const messageSize = reader.u32();
  reader.skip(2);
  const flags = reader.u16();
  const sessionId = reader.u64();
  if (flags !== ENCRYPTED) reader.fail(`its flags are ${flags}, not ${ENCRYPTED}`);
  if (messageSize !== reader.left)
    reader.fail(`it announces ${messageSize} bytes, and ${reader.left} follow`);
  return reader.end({ nonce, tag, sessionId, messageSize });
}
