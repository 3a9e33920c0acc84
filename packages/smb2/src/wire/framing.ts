import { Reader } from '../bytes/reader.js';
import type { Decoded } from '../bytes/decode-fault.js';

/** The length of the prefix of every message on TCP. */
export const FRAME_PREFIX = 4;

const LONGEST = 0xff_ffff;

/** The Direct TCP Transport packet header (MS-SMB2 2.1): a zero byte and the length of what follows, big-endian. */
export function encodeFramePrefix(length: number): Buffer {
  if (length > LONGEST) throw new RangeError(`a frame of ${length} bytes`);
  const prefix = Buffer.alloc(FRAME_PREFIX);
  prefix.writeUInt32BE(length);
  return prefix;
}

/** The length of the frame that follows `prefix`, if it is one from 1 to `longest` bytes. */
export function decodeFramePrefix(prefix: Buffer, longest: number): Decoded<number> {
  const reader = new Reader(prefix, 'TCP transport header (MS-SMB2 2.1)');
  const type = reader.u8();
  const high = reader.u8();
  const middle = reader.u8();
  const length = high * 0x1_0000 + middle * 0x100 + reader.u8();
  if (type !== 0) reader.fail(`its first byte is ${type}, not 0`);
  else if (length === 0) reader.fail('it announces an empty message');
  else if (length > longest) reader.fail(`it announces ${length} bytes, and ${longest} are the most`);
  return reader.end(length);
}
