import type { Result } from 'neverthrow';
import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import type { Unencodable } from '../bytes/unencodable.js';
import { encodeName } from '../bytes/utf16.js';
import { Writer } from '../bytes/writer.js';
import { HEADER_SIZE } from './header.js';

/** MS-SMB2 2.2.10. */
export const ShareType = { disk: 1, pipe: 2, printer: 3 } as const;

/** MS-SMB2 2.2.10; only what this client heeds. */
export const ShareFlag = { encryptData: 0x8000 } as const;

export interface TreeConnectResponse {
  readonly shareType: number;
  /** {@link ShareFlag}s and others. */
  readonly shareFlags: number;
  /** What this user may do at most, as an access mask. */
  readonly maximalAccess: number;
}

/** The body of a TREE_CONNECT request (MS-SMB2 2.2.9) for a path such as `\\server\share`. */
export function encodeTreeConnectRequest(path: string): Result<Buffer, Unencodable> {
  return encodeName(path).map((name) =>
    new Writer(8 + name.length)
      .u16(9)
      .u16(0)
      .u16(HEADER_SIZE + 8)
      .u16(name.length)
      .bytes(name)
      .end(),
  );
}

/** Decodes a TREE_CONNECT response (MS-SMB2 2.2.10) with its header. */
export function decodeTreeConnectResponse(message: Buffer): Decoded<TreeConnectResponse> {
  const reader = new Reader(message, 'TREE_CONNECT response (MS-SMB2 2.2.10)', HEADER_SIZE);
  reader.structureSize(16);
  const shareType = reader.u8();
  reader.skip(1);
  const shareFlags = reader.u32();
  reader.skip(4);
  return reader.end({ shareType, shareFlags, maximalAccess: reader.u32() });
}
