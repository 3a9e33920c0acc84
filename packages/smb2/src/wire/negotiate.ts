import { err } from 'neverthrow';
import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { paddingOf, Writer } from '../bytes/writer.js';
import { Dialect } from './dialect.js';
import { HEADER_SIZE } from './header.js';
import {
  decodeNegotiateContexts,
  encodeNegotiateContexts,
  type NegotiateContext,
} from './negotiate-context.js';

/** MS-SMB2 2.2.3. */
export const SecurityMode = { signingEnabled: 1, signingRequired: 2 } as const;

/** MS-SMB2 2.2.3. */
export const Capability = {
  dfs: 0x01,
  leasing: 0x02,
  /** Multi-credit operations: reads and writes larger than 64 KiB. */
  largeMtu: 0x04,
  multiChannel: 0x08,
  persistentHandles: 0x10,
  directoryLeasing: 0x20,
  /** Of 3.0 and 3.0.2; 3.1.1 has a context for it. */
  encryption: 0x40,
} as const;

export interface NegotiateRequest {
  readonly dialects: readonly Dialect[];
  readonly securityMode: number;
  readonly capabilities: number;
  /** 16 bytes. */
  readonly clientGuid: Buffer;
  /** Sent only where the dialects hold 3.1.1. */
  readonly contexts: readonly NegotiateContext[];
}

export interface NegotiateResponse {
  /** As the server says it: may be one this client does not speak. */
  readonly dialect: number;
  readonly securityMode: number;
  readonly capabilities: number;
  readonly serverGuid: Buffer;
  readonly maxTransactSize: number;
  readonly maxReadSize: number;
  readonly maxWriteSize: number;
  /** Nanoseconds since 1970. */
  readonly systemTime: bigint | null;
  /** The first token of signing in; may be empty. */
  readonly securityBuffer: Buffer;
  readonly contexts: readonly NegotiateContext[];
}

const FIXED_SIZE = 36;

/** The body of a NEGOTIATE request (MS-SMB2 2.2.3). */
export function encodeNegotiateRequest(request: NegotiateRequest): Buffer {
  const { dialects } = request;
  const contexts = dialects.includes(Dialect.smb311) ? request.contexts : [];
  const listed = FIXED_SIZE + 2 * dialects.length;
  const padding = contexts.length === 0 ? 0 : paddingOf(listed);
  const encoded = encodeNegotiateContexts(contexts);
  const writer = new Writer(listed + padding + encoded.length)
    .u16(36)
    .u16(dialects.length)
    .u16(request.securityMode)
    .u16(0)
    .u32(request.capabilities)
    .bytes(request.clientGuid)
    .u32(contexts.length === 0 ? 0 : HEADER_SIZE + listed + padding)
    .u16(contexts.length)
    .u16(0);
  for (const dialect of dialects) writer.u16(dialect);
  return writer.skip(padding).bytes(encoded).end();
}

/** Decodes a NEGOTIATE response (MS-SMB2 2.2.4) with its header. */
export function decodeNegotiateResponse(message: Buffer): Decoded<NegotiateResponse> {
  const reader = new Reader(message, 'NEGOTIATE response (MS-SMB2 2.2.4)', HEADER_SIZE);
  reader.structureSize(65);
  const securityMode = reader.u16();
  const dialect = reader.u16();
  const contextCount = reader.u16();
  const serverGuid = reader.bytes(16);
  const capabilities = reader.u32();
  const maxTransactSize = reader.u32();
  const maxReadSize = reader.u32();
  const maxWriteSize = reader.u32();
  const systemTime = reader.moment();
  reader.skip(8);
  const securityOffset = reader.u16();
  const securityLength = reader.u16();
  const contextOffset = reader.u32();
  const securityBuffer = reader.slice(securityOffset, securityLength);
  const contexts = decodeNegotiateContexts(
    message,
    contextOffset,
    dialect === Dialect.smb311 && !reader.failed ? contextCount : 0,
  );
  if (!reader.failed && dialect === Dialect.smb311 && contexts.isErr()) return err(contexts.error);
  return reader.end({
    dialect,
    securityMode,
    capabilities,
    serverGuid,
    maxTransactSize,
    maxReadSize,
    maxWriteSize,
    systemTime,
    securityBuffer,
    contexts: contexts.unwrapOr([]),
  });
}
