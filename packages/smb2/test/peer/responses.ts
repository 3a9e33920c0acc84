import { paddingOf, Writer } from '../../src/bytes/writer.js';
import { encodeNegotiateContexts, type NegotiateContext } from '../../src/wire/negotiate-context.js';
import { encodeHeader, HeaderFlag, type Header } from '../../src/wire/header.js';

/** What servers say, made by the specification: the other side of this package's codecs. */

export interface NegotiateAnswer {
  readonly dialect: number;
  readonly securityMode: number;
  readonly capabilities: number;
  readonly serverGuid: Buffer;
  readonly maxTransact: number;
  readonly maxRead: number;
  readonly maxWrite: number;
  readonly contexts: readonly NegotiateContext[];
  /** By what the server signs users in. */
  readonly offer: Buffer;
}

/** MS-SMB2 2.2.4. */
export function negotiateBody(answer: NegotiateAnswer): Buffer {
  const contexts = encodeNegotiateContexts(answer.contexts);
  const { offer } = answer;
  const padding = paddingOf(offer.length);
  return new Writer(64 + offer.length + padding + contexts.length)
    .u16(65)
    .u16(answer.securityMode)
    .u16(answer.dialect)
    .u16(answer.contexts.length)
    .bytes(answer.serverGuid)
    .u32(answer.capabilities)
    .u32(answer.maxTransact)
    .u32(answer.maxRead)
    .u32(answer.maxWrite)
    .u64(132_000_000_000_000_000n)
    .u64(0n)
    .u16(128)
    .u16(offer.length)
    .u32(answer.contexts.length === 0 ? 0 : 128 + offer.length + padding)
    .bytes(offer)
    .skip(padding)
    .bytes(contexts)
    .end();
}

/** MS-SMB2 2.2.6. */
export function sessionSetupBody(sessionFlags: number, token: Buffer): Buffer {
  return new Writer(8 + token.length).u16(9).u16(sessionFlags).u16(72).u16(token.length).bytes(token).end();
}

/** MS-SMB2 2.2.10. */
export function treeConnectBody(shareType: number, shareFlags: number): Buffer {
  return new Writer(16).u16(16).u8(shareType).u8(0).u32(shareFlags).u32(0).u32(0x001f01ff).end();
}

/** MS-SMB2 2.2.14. */
export function createBody(fileId: Buffer, size: number): Buffer {
  return facts(new Writer(88).u16(89).u8(0).u8(0).u32(1), size).u32(0).bytes(fileId).u32(0).u32(0).end();
}

/** MS-SMB2 2.2.16. */
export function closeBody(size: number): Buffer {
  return facts(new Writer(60).u16(60).u16(1).u32(0), size).end();
}

function facts(writer: Writer, size: number): Writer {
  for (let time = 0; time < 4; time++) writer.u64(132_000_000_000_000_000n);
  return writer.size(size).size(size).u32(0x20);
}

/** MS-SMB2 2.2.20. */
export function readBody(data: Buffer): Buffer {
  return new Writer(16 + data.length).u16(17).u8(80).u8(0).u32(data.length).u32(0).u32(0).bytes(data).end();
}

/** MS-SMB2 2.2.22. */
export function writeBody(count: number): Buffer {
  return new Writer(16).u16(17).u16(0).u32(count).u32(0).u32(0).end();
}

/** MS-SMB2 2.2.34 and 2.2.38. */
export function outputBody(output: Buffer): Buffer {
  return new Writer(8 + output.length).u16(9).u16(72).u32(output.length).bytes(output).end();
}

export interface EntryAnswer {
  readonly name: string;
  readonly attributes: number;
  readonly reparseTag?: number;
}

/** FileIdBothDirectoryInformation (MS-FSCC 2.4.17). */
export function entriesOutput(entries: readonly EntryAnswer[]): Buffer {
  return Buffer.concat(
    entries.map(({ name, attributes, reparseTag = 0 }, index) => {
      const text = Buffer.from(name, 'utf16le');
      const length = 104 + text.length;
      const isLast = index === entries.length - 1;
      const padding = isLast ? 0 : paddingOf(length);
      const writer = new Writer(length + padding).u32(isLast ? 0 : length + padding).u32(0);
      for (let time = 0; time < 4; time++) writer.u64(132_000_000_000_000_000n);
      writer.u64(5n).u64(4096n).u32(attributes).u32(text.length).u32(reparseTag).skip(28);
      return writer
        .u64(BigInt(index + 1))
        .bytes(text)
        .skip(padding)
        .end();
    }),
  );
}

/** MS-SMB2 2.2.32. */
export function ioctlBody(controlCode: number, output: Buffer): Buffer {
  const fixed = new Writer(48 + output.length).u16(49).u16(0).u32(controlCode).skip(16).u32(112).u32(0);
  return fixed.u32(112).u32(output.length).u32(0).u32(0).bytes(output).end();
}

/** LOGOFF, TREE_DISCONNECT, ECHO, FLUSH. */
export function emptyBody(): Buffer {
  return new Writer(4).u16(4).u16(0).end();
}

/** MS-SMB2 2.2.40. */
export function setInfoBody(): Buffer {
  return new Writer(2).u16(2).end();
}

/** MS-SMB2 2.2.2. */
export function errorBody(): Buffer {
  return new Writer(9).u16(9).skip(7).end();
}

/** A response to `request`; what is not given is as the request has it. */
export function response(request: Header, body: Buffer, more: Partial<Header> = {}): Buffer {
  const header = { ...request, status: 0, credits: 0, nextCommand: 0, ...more };
  const flags = (more.flags ?? request.flags & HeaderFlag.related) | HeaderFlag.response;
  return Buffer.concat([encodeHeader({ ...header, flags }), body]);
}

/** Responses as one frame. */
export function compound(parts: readonly Buffer[]): readonly Buffer[] {
  return parts.map((part, index) => {
    if (index === parts.length - 1) return part;
    const padded = Buffer.concat([part, Buffer.alloc(paddingOf(part.length))]);
    padded.writeUInt32LE(padded.length, 20);
    return padded;
  });
}
