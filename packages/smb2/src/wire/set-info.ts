import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { Writer } from '../bytes/writer.js';
import type { FileId } from './file-id.js';
import { HEADER_SIZE } from './header.js';
import type { InfoClass } from './info-class.js';

export interface SetInfoRequest {
  readonly fileId: FileId;
  readonly infoClass: InfoClass;
  /** The information, as its encoder made it. */
  readonly info: Buffer;
}

const FIXED_SIZE = 32;

/** The body of a SET_INFO request (MS-SMB2 2.2.39). */
export function encodeSetInfoRequest({ fileId, infoClass, info }: SetInfoRequest): Buffer {
  return new Writer(FIXED_SIZE + info.length)
    .u16(33)
    .u8(infoClass.type)
    .u8(infoClass.id)
    .u32(info.length)
    .u16(HEADER_SIZE + FIXED_SIZE)
    .u16(0)
    .u32(0)
    .bytes(fileId)
    .bytes(info)
    .end();
}

/** Decodes a SET_INFO response (MS-SMB2 2.2.40) with its header. */
export function decodeSetInfoResponse(message: Buffer): Decoded<null> {
  const reader = new Reader(message, 'SET_INFO response (MS-SMB2 2.2.40)', HEADER_SIZE);
  reader.structureSize(2);
  return reader.end(null);
}
