import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { utf16 } from '../bytes/utf16.js';
import { paddingOf, Writer } from '../bytes/writer.js';

/** MS-SMB2 2.2.3.1.2, in the order in which this client likes them. */
export const Cipher = { aes128Ccm: 1, aes128Gcm: 2, aes256Ccm: 3, aes256Gcm: 4 } as const;
export type Cipher = (typeof Cipher)[keyof typeof Cipher];

/** MS-SMB2 2.2.3.1.7. */
export const SigningAlgorithm = { hmacSha256: 0, aesCmac: 1, aesGmac: 2 } as const;
export type SigningAlgorithm = (typeof SigningAlgorithm)[keyof typeof SigningAlgorithm];

/** MS-SMB2 2.2.3.1.1. */
export const PreauthHash = { sha512: 1 } as const;

const Type = { preauth: 1, encryption: 2, netname: 5, signing: 8 } as const;

/** A NEGOTIATE_CONTEXT (MS-SMB2 2.2.3.1, 2.2.4.1) of dialect 3.1.1. */
export type NegotiateContext =
  | { readonly type: 'preauth'; readonly hashes: readonly number[]; readonly salt: Buffer }
  | { readonly type: 'encryption'; readonly ciphers: readonly number[] }
  | { readonly type: 'signing'; readonly algorithms: readonly number[] }
  | { readonly type: 'netname'; readonly name: string }
  | { readonly type: 'unknown'; readonly id: number; readonly data: Buffer };

/** Encodes a list of contexts that begins at a multiple of 8 bytes. */
export function encodeNegotiateContexts(contexts: readonly NegotiateContext[]): Buffer {
  const parts = contexts.flatMap((context, index) => {
    const { id, data } = encodeData(context);
    const head = new Writer(8).u16(id).u16(data.length).skip(4).end();
    const padding = index === contexts.length - 1 ? 0 : paddingOf(data.length);
    return [head, data, Buffer.alloc(padding)];
  });
  return Buffer.concat(parts);
}

/** Reads `count` contexts that begin at `offset`. */
export function decodeNegotiateContexts(
  message: Buffer,
  offset: number,
  count: number,
): Decoded<readonly NegotiateContext[]> {
  const reader = new Reader(message, 'negotiate context (MS-SMB2 2.2.4.1)', offset);
  const contexts: NegotiateContext[] = [];
  for (let index = 0; index < count && !reader.failed; index++) {
    if (index > 0) reader.skip(paddingOf(reader.position - offset));
    const id = reader.u16();
    const length = reader.u16();
    reader.skip(4);
    const start = reader.position;
    const data = reader.bytes(length);
    contexts.push(decodeData(reader, id, data, start));
  }
  return reader.end(contexts);
}

function encodeData(context: NegotiateContext): { readonly id: number; readonly data: Buffer } {
  switch (context.type) {
    case 'preauth': {
      const { hashes, salt } = context;
      const writer = new Writer(4 + 2 * hashes.length + salt.length).u16(hashes.length).u16(salt.length);
      for (const hash of hashes) writer.u16(hash);
      return { id: Type.preauth, data: writer.bytes(salt).end() };
    }
    case 'encryption':
      return { id: Type.encryption, data: encodeIds(context.ciphers) };
    case 'signing':
      return { id: Type.signing, data: encodeIds(context.algorithms) };
    case 'netname':
      return { id: Type.netname, data: utf16(context.name) };
    case 'unknown':
      return { id: context.id, data: context.data };
  }
}

function decodeData(outer: Reader, id: number, data: Buffer, start: number): NegotiateContext {
  const reader = new Reader(data, 'negotiate context');
  const context = readData(reader, id, data);
  const read = reader.end(context);
  if (read.isErr()) {
    outer.seek(start);
    outer.fail(`context ${id}: ${read.error.problem}`);
  }
  return context;
}

function readData(reader: Reader, id: number, data: Buffer): NegotiateContext {
  switch (id) {
    case Type.preauth: {
      const count = reader.u16();
      const saltLength = reader.u16();
      return { type: 'preauth', hashes: readIds(reader, count), salt: reader.bytes(saltLength) };
    }
    case Type.encryption:
      return { type: 'encryption', ciphers: readIds(reader, reader.u16()) };
    case Type.signing:
      return { type: 'signing', algorithms: readIds(reader, reader.u16()) };
    case Type.netname:
      return { type: 'netname', name: reader.text(data.length) };
    default:
      return { type: 'unknown', id, data };
  }
}

function encodeIds(ids: readonly number[]): Buffer {
  const writer = new Writer(2 + 2 * ids.length).u16(ids.length);
  for (const id of ids) writer.u16(id);
  return writer.end();
}

function readIds(reader: Reader, count: number): number[] {
  const ids: number[] = [];
  for (let index = 0; index < count && !reader.failed; index++) ids.push(reader.u16());
  return ids;
}
