import { Writer } from '../bytes/writer.js';
import type { FileId } from './file-id.js';

/** The body of a FLUSH request (MS-SMB2 2.2.17); its response has no content. */
export function encodeFlushRequest(fileId: FileId): Buffer {
  return new Writer(24).u16(24).u16(0).u32(0).bytes(fileId).end();
}
