import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { paddingOf, Writer } from '../bytes/writer.js';

/** An SMB2_CREATE_CONTEXT (MS-SMB2 2.2.13.2): more to ask or to tell with CREATE. */
export interface CreateContext {
  /** As bytes in Latin-1, e.g. `MxAc`. */
  readonly name: string;
  readonly data: Buffer;
}

const HEAD = 16;
/** The names there are have 4 or 16 bytes. */
const LONGEST_NAME = 64;

/** Asks for the file's number on its volume (MS-SMB2 2.2.13.2.9). */
export const ASK_DISK_ID: CreateContext = { name: 'QFid', data: Buffer.alloc(0) };

export function encodeCreateContexts(contexts: readonly CreateContext[]): Buffer {
  return Buffer.concat(
    contexts.map(({ name, data }, index) => {
      const label = Buffer.from(name, 'latin1');
      const dataOffset = HEAD + label.length + paddingOf(HEAD + label.length);
      const length = data.length === 0 ? HEAD + label.length : dataOffset + data.length;
      const last = index === contexts.length - 1;
      const whole = last ? length : length + paddingOf(length);
      const writer = new Writer(whole)
        .u32(last ? 0 : whole)
        .u16(HEAD)
        .u16(label.length)
        .u16(0)
        .u16(data.length === 0 ? 0 : dataOffset)
        .u32(data.length)
        .bytes(label);
      if (data.length > 0) writer.skip(paddingOf(HEAD + label.length)).bytes(data);
      return writer.skip(whole - length).end();
    }),
  );
}

/** Reads the chain of contexts in `bytes`. */
export function decodeCreateContexts(bytes: Buffer): Decoded<readonly CreateContext[]> {
  const reader = new Reader(bytes, 'create context (MS-SMB2 2.2.14.2)');
  const contexts: CreateContext[] = [];
  let start = 0;
  while (bytes.length > 0 && !reader.failed) {
    reader.seek(start);
    const next = reader.u32();
    const nameOffset = reader.u16();
    const nameLength = reader.u16();
    reader.skip(2);
    const dataOffset = reader.u16();
    const dataLength = reader.u32();
    // Names that overlap would make much text of few bytes.
    if (nameLength > LONGEST_NAME) reader.fail(`a context has a name of ${nameLength} bytes`);
    const name = reader.slice(start + nameOffset, nameLength).toString('latin1');
    contexts.push({ name, data: reader.slice(start + dataOffset, dataLength) });
    if (next === 0) break;
    if (next < HEAD) reader.fail(`the next context cannot begin ${next} bytes further`);
    start += next;
  }
  return reader.end(contexts);
}

/** The number of the file on its volume and of the volume on the server (MS-SMB2 2.2.14.2.9). */
export function decodeDiskId(data: Buffer): Decoded<{ readonly fileId: bigint; readonly volumeId: bigint }> {
  const reader = new Reader(data, 'on-disk id (MS-SMB2 2.2.14.2.9)');
  return reader.end({ fileId: reader.u64(), volumeId: reader.u64() });
}
