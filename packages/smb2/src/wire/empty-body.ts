import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { Writer } from '../bytes/writer.js';
import { HEADER_SIZE } from './header.js';

/**
 * The body of the requests that say nothing but their command: LOGOFF (MS-SMB2 2.2.7), TREE_DISCONNECT (2.2.11),
 * ECHO (2.2.28) and CANCEL (2.2.30).
 */
export function encodeEmptyBody(): Buffer {
  return new Writer(4).u16(4).u16(0).end();
}

/** Decodes the responses to those, and to FLUSH (MS-SMB2 2.2.18), with their header. */
export function decodeEmptyBody(message: Buffer): Decoded<null> {
  const reader = new Reader(message, 'response without content (MS-SMB2 2.2.8)', HEADER_SIZE);
  reader.structureSize(4);
  reader.skip(2);
  return reader.end(null);
}
