import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { paddingOf } from '../bytes/writer.js';
import { HEADER_SIZE } from './header.js';

/** The link at which the server stopped (MS-SMB2 2.2.2.2.1). */
export interface SymlinkStop {
  /** Where the link leads, as the server has it. */
  readonly target: string;
  /** The form of `target` for people. */
  readonly printName: string;
  /** Whether `target` starts from the folder of the link. */
  readonly relative: boolean;
  /** How many bytes at the end of the asked path come after the link. */
  readonly unparsedLength: number;
}

const SYMLINK_TAG = 0x4c4d5953;
const SYMLINK_REPARSE_TAG = 0xa000000c;
const RELATIVE = 1;

/**
 * Decodes an ERROR response (MS-SMB2 2.2.2) with its header: at which link the server has stopped, null where it says
 * nothing of one. Since 3.1.1 the data lie in a list of contexts; what they say else is left out.
 */
export function decodeErrorResponse(message: Buffer): Decoded<SymlinkStop | null> {
  const reader = new Reader(message, 'ERROR response (MS-SMB2 2.2.2)', HEADER_SIZE);
  reader.structureSize(9);
  const contexts = reader.u8();
  reader.skip(1);
  const length = reader.u32();
  const end = reader.position + length;
  let found = contexts === 0 ? readErrorData(reader, reader.bytes(length)) : null;
  for (let index = 0; index < contexts && !reader.failed; index++) {
    const dataLength = reader.u32();
    reader.skip(4);
    found ??= readErrorData(reader, reader.bytes(dataLength));
    if (index < contexts - 1) reader.skip(paddingOf(dataLength));
    if (reader.position > end) reader.fail('its contexts are longer than it says');
  }
  return reader.end(found);
}

function readErrorData(outer: Reader, data: Buffer): SymlinkStop | null {
  if (data.length < 8 || data.readUInt32LE(4) !== SYMLINK_TAG) return null;
  const symlink = readSymlink(data);
  if (symlink.isErr()) outer.fail(symlink.error.problem);
  return symlink.unwrapOr(null);
}

function readSymlink(data: Buffer): Decoded<SymlinkStop> {
  const reader = new Reader(data, 'symbolic link error (MS-SMB2 2.2.2.2.1)', 8);
  if (reader.u32() !== SYMLINK_REPARSE_TAG) reader.fail('its reparse tag is not that of a symbolic link');
  reader.skip(2);
  const unparsedLength = reader.u16();
  const targetOffset = reader.u16();
  const targetLength = reader.u16();
  const printOffset = reader.u16();
  const printLength = reader.u16();
  const relative = (reader.u32() & RELATIVE) !== 0;
  const names = reader.position;
  const textAt = (offset: number, length: number): string => {
    reader.seek(names + offset);
    return reader.text(length);
  };
  const target = textAt(targetOffset, targetLength);
  return reader.end({ target, printName: textAt(printOffset, printLength), relative, unparsedLength });
}
