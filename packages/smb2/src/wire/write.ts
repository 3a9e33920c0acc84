import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { Writer } from '../bytes/writer.js';
import type { FileId } from './file-id.js';
import { HEADER_SIZE } from './header.js';

export interface WriteRequest {
  readonly fileId: FileId;
  readonly offset: number;
  /** How many bytes of data follow. */
  readonly length: number;
}

const FIXED_SIZE = 48;

/** The body of a WRITE request (MS-SMB2 2.2.21) up to its data, which the caller sends after it uncopied. */
export function encodeWriteRequest({ fileId, offset, length }: WriteRequest): Buffer {
  return new Writer(FIXED_SIZE)
    .u16(49)
    .u16(HEADER_SIZE + FIXED_SIZE)
    .u32(length)
    .size(offset)
    .bytes(fileId)
    .u32(0)
    .u32(0)
    .u16(0)
    .u16(0)
    .u32(0)
    .end();
}

/** Decodes a WRITE response (MS-SMB2 2.2.22) with its header: how many bytes were written. */
export function decodeWriteResponse(message: Buffer): Decoded<number> {
  const reader = new Reader(message, 'WRITE response (MS-SMB2 2.2.22)', HEADER_SIZE);
  reader.structureSize(17);
  reader.skip(2);
  const count = reader.u32();
  reader.skip(8);
  return reader.end(count);
}
