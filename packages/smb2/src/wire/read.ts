import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { Writer } from '../bytes/writer.js';
import type { FileId } from './file-id.js';
import { HEADER_SIZE } from './header.js';

export interface ReadRequest {
  readonly fileId: FileId;
  readonly offset: number;
  readonly length: number;
  /** With fewer bytes than this left in the file the server answers END_OF_FILE. */
  readonly minimum?: number;
}

/** Where the data is to begin in the response: straight after its header and fixed part. */
const DATA_OFFSET = HEADER_SIZE + 16;

/** The body of a READ request (MS-SMB2 2.2.19). */
export function encodeReadRequest({ fileId, offset, length, minimum = 0 }: ReadRequest): Buffer {
  return new Writer(49)
    .u16(49)
    .u8(DATA_OFFSET)
    .u8(0)
    .u32(length)
    .size(offset)
    .bytes(fileId)
    .u32(minimum)
    .u32(0)
    .u32(0)
    .u16(0)
    .u16(0)
    .u8(0)
    .end();
}

/** Decodes a READ response (MS-SMB2 2.2.20) with its header: the data, as a view of `message`. */
export function decodeReadResponse(message: Buffer): Decoded<Buffer> {
  const reader = new Reader(message, 'READ response (MS-SMB2 2.2.20)', HEADER_SIZE);
  reader.structureSize(17);
  const offset = reader.u8();
  reader.skip(1);
  const length = reader.u32();
  reader.skip(8);
  return reader.end(reader.slice(offset, length));
}
