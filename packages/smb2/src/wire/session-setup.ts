import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { Writer } from '../bytes/writer.js';
import { HEADER_SIZE } from './header.js';

/** MS-SMB2 2.2.6. */
export const SessionFlag = { guest: 0x1, anonymous: 0x2, encrypted: 0x4 } as const;

export interface SessionSetupRequest {
  /** SecurityMode of NEGOTIATE, as one byte. */
  readonly securityMode: number;
  readonly capabilities: number;
  /** A session of the same user that the server shall end first; 0 for none. */
  readonly previousSession: bigint;
  readonly securityBuffer: Buffer;
}

export interface SessionSetupResponse {
  /** {@link SessionFlag}s. */
  readonly sessionFlags: number;
  readonly securityBuffer: Buffer;
}

/** The body of a SESSION_SETUP request (MS-SMB2 2.2.5) for a new session. */
export function encodeSessionSetupRequest(request: SessionSetupRequest): Buffer {
  const { securityBuffer, previousSession } = request;
  return new Writer(24 + securityBuffer.length)
    .u16(25)
    .u8(0)
    .u8(request.securityMode)
    .u32(request.capabilities)
    .u32(0)
    .u16(HEADER_SIZE + 24)
    .u16(securityBuffer.length)
    .u64(previousSession)
    .bytes(securityBuffer)
    .end();
}

/** Decodes a SESSION_SETUP response (MS-SMB2 2.2.6) with its header. */
export function decodeSessionSetupResponse(message: Buffer): Decoded<SessionSetupResponse> {
  const reader = new Reader(message, 'SESSION_SETUP response (MS-SMB2 2.2.6)', HEADER_SIZE);
  reader.structureSize(9);
  const sessionFlags = reader.u16();
  const offset = reader.u16();
  const length = reader.u16();
  return reader.end({ sessionFlags, securityBuffer: reader.slice(offset, length) });
}
