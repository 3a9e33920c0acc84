import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { Writer } from '../bytes/writer.js';
import { readFileFacts, type FileFacts } from './file-facts.js';
import type { FileId } from './file-id.js';
import { HEADER_SIZE } from './header.js';

const POST_QUERY_ATTRIBUTES = 1;

export interface CloseRequest {
  readonly fileId: FileId;
  /** Whether the response is to tell the file's size and times as they are then. */
  readonly wantsFacts: boolean;
}

/** The body of a CLOSE request (MS-SMB2 2.2.15). */
export function encodeCloseRequest({ fileId, wantsFacts }: CloseRequest): Buffer {
  return new Writer(24)
    .u16(24)
    .u16(wantsFacts ? POST_QUERY_ATTRIBUTES : 0)
    .u32(0)
    .bytes(fileId)
    .end();
}

/** Decodes a CLOSE response (MS-SMB2 2.2.16) with its header: null where the server tells nothing of the file. */
export function decodeCloseResponse(message: Buffer): Decoded<FileFacts | null> {
  const reader = new Reader(message, 'CLOSE response (MS-SMB2 2.2.16)', HEADER_SIZE);
  reader.structureSize(60);
  const told = (reader.u16() & POST_QUERY_ATTRIBUTES) !== 0;
  reader.skip(4);
  const facts = readFileFacts(reader);
  return reader.end(told ? facts : null);
}
