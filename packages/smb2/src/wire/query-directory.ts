import type { Result } from 'neverthrow';
import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import type { Unencodable } from '../bytes/unencodable.js';
import { encodeName } from '../bytes/utf16.js';
import { Writer } from '../bytes/writer.js';
import type { FileId } from './file-id.js';
import { HEADER_SIZE } from './header.js';

export interface QueryDirectoryRequest {
  readonly fileId: FileId;
  /** A name, or a pattern with `*` and `?`. */
  readonly pattern: string;
  /** Whether to begin again from the first entry. */
  readonly restart: boolean;
  readonly maxOutput: number;
}

const FIXED_SIZE = 32;
const ID_BOTH_DIRECTORY_INFORMATION = 37;
const RESTART_SCANS = 1;

/** The body of a QUERY_DIRECTORY request (MS-SMB2 2.2.33) for entries that `decodeDirectoryEntries` reads. */
export function encodeQueryDirectoryRequest(request: QueryDirectoryRequest): Result<Buffer, Unencodable> {
  return encodeName(request.pattern).map((pattern) =>
    new Writer(FIXED_SIZE + pattern.length)
      .u16(33)
      .u8(ID_BOTH_DIRECTORY_INFORMATION)
      .u8(request.restart ? RESTART_SCANS : 0)
      .u32(0)
      .bytes(request.fileId)
      .u16(HEADER_SIZE + FIXED_SIZE)
      .u16(pattern.length)
      .u32(request.maxOutput)
      .bytes(pattern)
      .end(),
  );
}

/** Decodes a QUERY_DIRECTORY response (MS-SMB2 2.2.34) with its header: the entries' bytes, as a view. */
export function decodeQueryDirectoryResponse(message: Buffer): Decoded<Buffer> {
  const reader = new Reader(message, 'QUERY_DIRECTORY response (MS-SMB2 2.2.34)', HEADER_SIZE);
  reader.structureSize(9);
  const offset = reader.u16();
  const length = reader.u32();
  return reader.end(reader.slice(offset, length));
}
