import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { paddingOf, Writer } from '../bytes/writer.js';

/** Kinds of PDU (C706 12.6.4). */
const PduType = { request: 0, response: 2, fault: 3, bind: 11, bindAck: 12 } as const;

const HEADER = 16;
const LENGTH_OFFSET = 8;
const FIRST_AND_LAST = 3;
const LAST = 2;
const LITTLE_ENDIAN = 0x10;
/** The largest fragment either side sends: what Windows and Samba offer. */
const FRAGMENT = 4280;
const CONTEXT = 0;

/** An interface as it goes into a bind: its UUID in wire order, and its version. */
export interface RpcInterface {
  readonly uuid: string;
  readonly version: number;
}

/** NDR 2.0, the transfer syntax (C706 14). */
const NDR: RpcInterface = { uuid: '045d888aeb1cc9119fe808002b104860', version: 2 };

/** A bind to one interface (C706 12.6.4.3), the first message on a pipe. */
export function encodeRpcBind(to: RpcInterface): Buffer {
  const body = new Writer(56).u16(FRAGMENT).u16(FRAGMENT).u32(0).u8(1).skip(3).u16(CONTEXT).u8(1).skip(1);
  for (const { uuid, version } of [to, NDR]) body.bytes(Buffer.from(uuid, 'hex')).u32(version);
  return encodePdu(PduType.bind, body.end());
}

/** A request for operation number `operation`, in one fragment (C706 12.6.4.9). */
export function encodeRpcRequest(operation: number, stub: Buffer): Buffer {
  const head = new Writer(8).u32(stub.length).u16(CONTEXT).u16(operation).end();
  return encodePdu(PduType.request, Buffer.concat([head, stub]));
}

function encodePdu(type: number, body: Buffer): Buffer {
  return new Writer(HEADER + body.length)
    .u8(5)
    .u8(0)
    .u8(type)
    .u8(FIRST_AND_LAST)
    .u32(LITTLE_ENDIAN)
    .u16(HEADER + body.length)
    .u16(0)
    .u32(1)
    .bytes(body)
    .end();
}

/** Whether a bind was accepted (C706 12.6.4.4); anything else is a fault. */
export function decodeRpcBindAck(bytes: Buffer): Decoded<null> {
  const reader = new Reader(bytes, 'RPC bind acknowledgement (C706 12.6.4.4)');
  readHead(reader, PduType.bindAck);
  reader.skip(8);
  const addressLength = reader.u16();
  reader.skip(addressLength + paddingOf(2 + addressLength, 4));
  const results = reader.u8();
  reader.skip(3);
  const result = reader.u16();
  if (results !== 1 || result !== 0) reader.fail(`the interface was refused with result ${result}`);
  return reader.end(null);
}

/** One fragment of a response. */
export interface RpcFragment {
  /** How long the whole PDU is: what of `bytes` lies behind it belongs to the next. */
  readonly length: number;
  readonly stub: Buffer;
  readonly isLast: boolean;
}

/** Decodes a response's fragment (C706 12.6.4.10); a fault of the server's is one here too. */
export function decodeRpcResponse(bytes: Buffer): Decoded<RpcFragment> {
  const reader = new Reader(bytes, 'RPC response (C706 12.6.4.10)');
  const { length, flags } = readHead(reader, PduType.response);
  reader.skip(8);
  if (length < reader.position) reader.fail(`a fragment of ${length} bytes is too short`);
  const stub = reader.bytes(Math.max(0, length - reader.position));
  return reader.end({ length, stub, isLast: (flags & LAST) !== 0 });
}

/** How long the PDU is that `bytes` begin with; of fewer bytes than tell it, how many it takes to tell. */
export function rpcLength(bytes: Buffer): number {
  return bytes.length < HEADER ? HEADER : bytes.readUInt16LE(LENGTH_OFFSET);
}

function readHead(reader: Reader, wanted: number): { readonly length: number; readonly flags: number } {
  const version = reader.u8();
  reader.skip(1);
  const type = reader.u8();
  const flags = reader.u8();
  const representation = reader.u32();
  const length = reader.u16();
  const authLength = reader.u16();
  reader.skip(4);
  if (reader.failed) return { length, flags };
  if (version !== 5 || representation !== LITTLE_ENDIAN)
    reader.fail('it is not in the form that was asked for');
  if (authLength !== 0) reader.fail('it is signed, which nobody asked for');
  if (type === PduType.fault) {
    reader.skip(8);
    reader.fail(`the server answers with fault 0x${reader.u32().toString(16)}`);
  } else if (type !== wanted) reader.fail(`it is of type ${type}, not ${wanted}`);
  return { length, flags };
}
