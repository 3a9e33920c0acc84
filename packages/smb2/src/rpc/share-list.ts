import type { Decoded } from '../bytes/decode-fault.js';
import { Reader } from '../bytes/reader.js';
import { utf16 } from '../bytes/utf16.js';
import { paddingOf, Writer } from '../bytes/writer.js';
import type { RpcInterface } from './rpc-pdu.js';

/** The server service (MS-SRVS 2.1), on the pipe `srvsvc` of the share `IPC$`. */
export const SRVSVC: RpcInterface = { uuid: 'c84f324b7016d30112785a47bf6ee188', version: 3 };

/** NetrShareEnum (MS-SRVS 3.1.4.8). */
export const SHARE_LIST_OPERATION = 15;

/** A share, as a server lists it. */
export interface ShareInfo {
  readonly name: string;
  /** Only those of kind `disk` hold files. */
  readonly kind: 'disk' | 'printer' | 'device' | 'ipc' | 'other';
  /** Whether it is one of the server's own, such as `C$`, or hidden. */
  readonly isSpecial: boolean;
  /** What the server says of it to people. */
  readonly remark: string;
}

const LEVEL = 1;
/** Any number but zero: a pointer that is not null. */
const REFERENT = 0x0002_0000;
const UNLIMITED = 0xffff_ffff;

/** The arguments of NetrShareEnum for all shares of `server`, with names, kinds and remarks. */
export function encodeShareListRequest(server: string): Buffer {
  const name = utf16(`\\\\${server}\0`);
  const units = name.length / 2;
  return new Writer(16 + name.length + paddingOf(name.length, 4) + 28)
    .u32(REFERENT)
    .u32(units)
    .u32(0)
    .u32(units)
    .bytes(name)
    .skip(paddingOf(name.length, 4))
    .u32(LEVEL)
    .u32(LEVEL)
    .u32(REFERENT)
    .u32(0)
    .u32(0)
    .u32(UNLIMITED)
    .u32(0)
    .end();
}

const KINDS = ['disk', 'printer', 'device', 'ipc'] as const;
const SPECIAL = 0x8000_0000;
const ENTRY_SIZE = 12;

/** Decodes what NetrShareEnum gives: the stubs of all fragments, one after another. */
export function decodeShareList(stub: Buffer): Decoded<readonly ShareInfo[]> {
  const reader = new Reader(stub, 'list of shares (MS-SRVS 3.1.4.8)');
  const level = reader.u32();
  if (level !== LEVEL || reader.u32() !== LEVEL) reader.fail(`it is of level ${level}, not ${LEVEL}`);
  const container = reader.u32();
  const shares = container === 0 ? [] : readContainer(reader);
  reader.skip(4);
  if (reader.u32() !== 0) reader.skip(4);
  const code = reader.u32();
  if (code !== 0) reader.fail(`the server answers with error ${code}`);
  return reader.end(shares);
}

function readContainer(reader: Reader): readonly ShareInfo[] {
  const count = reader.u32();
  if (reader.u32() === 0) return [];
  reader.skip(4);
  if (count > reader.left / ENTRY_SIZE) reader.fail(`${count} shares do not fit in ${reader.left} bytes`);
  const entries: { readonly name: number; readonly type: number; readonly remark: number }[] = [];
  for (let index = 0; index < count && !reader.failed; index++) {
    entries.push({ name: reader.u32(), type: reader.u32(), remark: reader.u32() });
  }
  return entries.map(({ name, type, remark }) => ({
    name: name === 0 ? '' : readText(reader),
    kind: KINDS[type & 0xff] ?? 'other',
    isSpecial: (type & SPECIAL) !== 0,
    remark: remark === 0 ? '' : readText(reader),
  }));
}

/** A conformant and varying string (C706 14.3.4.2) with its closing zero. */
function readText(reader: Reader): string {
  reader.skip(8);
  const length = reader.u32() * 2;
  const text = reader.text(length);
  reader.skip(paddingOf(length, 4));
  return text.endsWith('\0') ? text.slice(0, -1) : text;
}
