import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { Writer } from '../bytes/writer.js';
import type { Dialect } from './dialect.js';

/** What the client had said in NEGOTIATE, once more and signed. */
export interface ValidateNegotiateRequest {
  readonly capabilities: number;
  /** 16 bytes. */
  readonly clientGuid: Buffer;
  readonly securityMode: number;
  readonly dialects: readonly Dialect[];
}

/** What the server had answered. */
export interface ValidateNegotiateResponse {
  readonly capabilities: number;
  readonly serverGuid: Buffer;
  readonly securityMode: number;
  readonly dialect: number;
}

/** How long the response is. */
export const VALIDATE_NEGOTIATE_SIZE = 24;

/** The input of FSCTL_VALIDATE_NEGOTIATE_INFO (MS-SMB2 2.2.31.4). */
export function encodeValidateNegotiate(request: ValidateNegotiateRequest): Buffer {
  const { dialects } = request;
  const writer = new Writer(24 + 2 * dialects.length)
    .u32(request.capabilities)
    .bytes(request.clientGuid)
    .u16(request.securityMode)
    .u16(dialects.length);
  for (const dialect of dialects) writer.u16(dialect);
  return writer.end();
}

/** Decodes the output of FSCTL_VALIDATE_NEGOTIATE_INFO (MS-SMB2 2.2.32.6). */
export function decodeValidateNegotiate(output: Buffer): Decoded<ValidateNegotiateResponse> {
  const reader = new Reader(output, 'VALIDATE_NEGOTIATE_INFO response (MS-SMB2 2.2.32.6)');
  const capabilities = reader.u32();
  const serverGuid = reader.bytes(16);
  const securityMode = reader.u16();
  return reader.end({ capabilities, serverGuid, securityMode, dialect: reader.u16() });
}
