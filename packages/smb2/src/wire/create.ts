import { err, type Result } from 'neverthrow';
import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import type { Unencodable } from '../bytes/unencodable.js';
import { encodeName } from '../bytes/utf16.js';
import { paddingOf, Writer } from '../bytes/writer.js';
import { decodeCreateContexts, encodeCreateContexts, type CreateContext } from './create-context.js';
import { readFileFacts, type FileFacts } from './file-facts.js';
import { FILE_ID_SIZE, type FileId } from './file-id.js';
import { HEADER_SIZE } from './header.js';
import type { Disposition } from './open-options.js';

export interface CreateRequest {
  /** Relative to the share with `\` between names, not at the start; empty for the share's own folder. */
  readonly path: string;
  /** Access bits. */
  readonly access: number;
  /** Attribute bits for a file that is made. */
  readonly attributes: number;
  /** Share bits. */
  readonly share: number;
  readonly disposition: Disposition;
  /** CreateOption bits. */
  readonly options: number;
  readonly contexts?: readonly CreateContext[];
}

export interface CreateResponse extends FileFacts {
  readonly fileId: FileId;
  /** A CreateAction. */
  readonly action: number;
  readonly oplockLevel: number;
  readonly contexts: readonly CreateContext[];
}

const FIXED_SIZE = 56;
const NAME_OFFSET = HEADER_SIZE + FIXED_SIZE;
const NO_OPLOCK = 0;
const IMPERSONATION = 2;

/** The body of a CREATE request (MS-SMB2 2.2.13), which asks for no oplock. */
export function encodeCreateRequest(request: CreateRequest): Result<Buffer, Unencodable> {
  return encodeName(request.path).map((name) => {
    const contexts = encodeCreateContexts(request.contexts ?? []);
    // Contexts begin at 8 bytes, and the variable part is never empty.
    const padding = contexts.length === 0 ? (name.length === 0 ? 1 : 0) : paddingOf(name.length);
    return new Writer(FIXED_SIZE + name.length + padding + contexts.length)
      .u16(57)
      .u8(0)
      .u8(NO_OPLOCK)
      .u32(IMPERSONATION)
      .u64(0n)
      .u64(0n)
      .u32(request.access)
      .u32(request.attributes)
      .u32(request.share)
      .u32(request.disposition)
      .u32(request.options)
      .u16(NAME_OFFSET)
      .u16(name.length)
      .u32(contexts.length === 0 ? 0 : NAME_OFFSET + name.length + padding)
      .u32(contexts.length)
      .bytes(name)
      .skip(padding)
      .bytes(contexts)
      .end();
  });
}

/** Decodes a CREATE response (MS-SMB2 2.2.14) with its header. */
export function decodeCreateResponse(message: Buffer): Decoded<CreateResponse> {
  const reader = new Reader(message, 'CREATE response (MS-SMB2 2.2.14)', HEADER_SIZE);
  reader.structureSize(89);
  const oplockLevel = reader.u8();
  reader.skip(1);
  const action = reader.u32();
  const facts = readFileFacts(reader);
  reader.skip(4);
  // A copy: a view would keep the whole frame in memory as long as the file is open.
  const fileId = Buffer.from(reader.bytes(FILE_ID_SIZE));
  const contextsOffset = reader.u32();
  const contextsLength = reader.u32();
  const contexts = decodeCreateContexts(reader.slice(contextsOffset, contextsLength));
  if (!reader.failed && contexts.isErr()) return err(contexts.error);
  return reader.end({ ...facts, fileId, action, oplockLevel, contexts: contexts.unwrapOr([]) });
}
