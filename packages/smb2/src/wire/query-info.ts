import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { Writer } from '../bytes/writer.js';
import type { FileId } from './file-id.js';
import { HEADER_SIZE } from './header.js';
import type { InfoClass } from './info-class.js';

export interface QueryInfoRequest {
  readonly fileId: FileId;
  readonly infoClass: InfoClass;
  readonly maxOutput: number;
}

const FIXED_SIZE = 40;

/** The body of a QUERY_INFO request (MS-SMB2 2.2.37) that needs no input. */
export function encodeQueryInfoRequest({ fileId, infoClass, maxOutput }: QueryInfoRequest): Buffer {
  return new Writer(FIXED_SIZE)
    .u16(41)
    .u8(infoClass.type)
    .u8(infoClass.id)
    .u32(maxOutput)
    .u16(0)
    .u16(0)
    .u32(0)
    .u32(0)
    .u32(0)
    .bytes(fileId)
    .end();
}

/** Decodes a QUERY_INFO response (MS-SMB2 2.2.38) with its header: the information's bytes, as a view. */
export function decodeQueryInfoResponse(message: Buffer): Decoded<Buffer> {
  const reader = new Reader(message, 'QUERY_INFO response (MS-SMB2 2.2.38)', HEADER_SIZE);
  reader.structureSize(9);
  const offset = reader.u16();
  const length = reader.u32();
  return reader.end(reader.slice(offset, length));
}
