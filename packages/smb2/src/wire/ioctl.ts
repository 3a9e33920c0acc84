import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { Writer } from '../bytes/writer.js';
import { FILE_ID_SIZE, type FileId } from './file-id.js';
import { HEADER_SIZE } from './header.js';

/** Control codes (MS-SMB2 2.2.31). */
export const ControlCode = {
  /** Writes to a pipe and reads its answer. */
  pipeTransceive: 0x0011_c017,
  validateNegotiateInfo: 0x0014_0204,
} as const;

export interface IoctlRequest {
  readonly controlCode: number;
  readonly fileId: FileId;
  readonly input: Buffer;
  readonly maxOutput: number;
}

export interface IoctlResponse {
  readonly controlCode: number;
  readonly output: Buffer;
}

const FIXED_SIZE = 56;
const IS_FSCTL = 1;

/** The body of an IOCTL request (MS-SMB2 2.2.31). */
export function encodeIoctlRequest({ controlCode, fileId, input, maxOutput }: IoctlRequest): Buffer {
  const offset = HEADER_SIZE + FIXED_SIZE;
  return new Writer(FIXED_SIZE + input.length)
    .u16(57)
    .u16(0)
    .u32(controlCode)
    .bytes(fileId)
    .u32(input.length === 0 ? 0 : offset)
    .u32(input.length)
    .u32(0)
    .u32(0)
    .u32(0)
    .u32(maxOutput)
    .u32(IS_FSCTL)
    .u32(0)
    .bytes(input)
    .end();
}

/** Decodes an IOCTL response (MS-SMB2 2.2.32) with its header. */
export function decodeIoctlResponse(message: Buffer): Decoded<IoctlResponse> {
  const reader = new Reader(message, 'IOCTL response (MS-SMB2 2.2.32)', HEADER_SIZE);
  reader.structureSize(49);
  reader.skip(2);
  const controlCode = reader.u32();
  reader.skip(FILE_ID_SIZE + 8);
  const offset = reader.u32();
  const length = reader.u32();
  return reader.end({ controlCode, output: reader.slice(offset, length) });
}
