import { expect, test } from 'vitest';
import { golden } from '../../test/golden.js';
import { survivesAll } from '../../test/hostile.js';
import { ControlCode, decodeIoctlResponse, encodeIoctlRequest } from '../wire/ioctl.js';
import { decodeRpcBindAck, decodeRpcResponse, encodeRpcBind, encodeRpcRequest } from './rpc-pdu.js';
import { decodeShareList, encodeShareListRequest, SHARE_LIST_OPERATION, SRVSVC } from './share-list.js';

const SESSION = 'own-311-shares';
const output = (name: string): Buffer => decodeIoctlResponse(golden(SESSION, name))._unsafeUnwrap().output;
const bound = output('< ioctl.2');
const response = output('< ioctl.4');
const { stub } = decodeRpcResponse(response)._unsafeUnwrap();

test('asks as the server understands it', () => {
  const sent = (name: string, input: Buffer): void => {
    const body = golden(SESSION, name).subarray(64);
    const fileId = body.subarray(8, 24);
    const controlCode = ControlCode.pipeTransceive;
    expect(encodeIoctlRequest({ controlCode, fileId, input, maxOutput: 4280 })).toEqual(body);
  };
  sent('> ioctl.1', encodeRpcBind(SRVSVC));
  sent('> ioctl.2', encodeRpcRequest(SHARE_LIST_OPERATION, encodeShareListRequest('127.0.0.1')));
});

test('reads the shares, their kinds and remarks', () => {
  expect(decodeRpcBindAck(bound).isOk()).toBe(true);
  expect(decodeRpcResponse(response)._unsafeUnwrap()).toMatchObject({
    length: response.length,
    isLast: true,
  });
  expect(decodeShareList(stub)._unsafeUnwrap()).toEqual([
    { name: 'share', kind: 'disk', isSpecial: false, remark: '' },
    { name: 'IPC$', kind: 'ipc', isSpecial: true, remark: 'IPC Service (Samba 4.17.12-Debian)' },
  ]);
});

test('a list in fragments is read from their stubs together', () => {
  const cut = (from: number, to: number, flags: number): Buffer => {
    const bytes = Buffer.concat([response.subarray(0, 24), stub.subarray(from, to)]);
    bytes.writeUInt8(flags, 3);
    bytes.writeUInt16LE(bytes.length, 8);
    return bytes;
  };
  const first = decodeRpcResponse(Buffer.concat([cut(0, 50, 1), Buffer.from('next')]))._unsafeUnwrap();
  const last = decodeRpcResponse(cut(50, stub.length, 2))._unsafeUnwrap();
  expect([first.isLast, last.isLast, first.length]).toEqual([false, true, 74]);
  expect(decodeShareList(Buffer.concat([first.stub, last.stub])).isOk()).toBe(true);
});

test('a server that refuses, or fails, says so', () => {
  const refused = Buffer.from(bound);
  refused.writeUInt16LE(2, bound.length - 24);
  expect(decodeRpcBindAck(refused)._unsafeUnwrapErr().problem).toContain('refused with result 2');
  const fault = Buffer.alloc(32);
  response.copy(fault, 0, 0, 16);
  fault.writeUInt8(3, 2);
  fault.writeUInt32LE(5, 24);
  expect(decodeRpcResponse(fault)._unsafeUnwrapErr().problem).toContain('fault 0x5');
  const denied = Buffer.from(stub);
  denied.writeUInt32LE(5, stub.length - 4);
  expect(decodeShareList(denied)._unsafeUnwrapErr().problem).toContain('error 5');
  const many = Buffer.from(stub);
  many.writeUInt32LE(0xffffffff, 12);
  expect(decodeShareList(many)._unsafeUnwrapErr().problem).toContain('do not fit');
});

test('an empty list has no shares', () => {
  const empty = Buffer.alloc(32);
  empty.writeUInt32LE(1, 0);
  empty.writeUInt32LE(1, 4);
  expect(decodeShareList(empty)._unsafeUnwrap()).toEqual([]);
});

test.each([
  ['bind acknowledgement', decodeRpcBindAck, bound],
  ['response', decodeRpcResponse, response],
  ['list', decodeShareList, stub],
] as const)('a hostile %s ends in a Result', (_, decode, seed) => {
  survivesAll<unknown>(decode, [seed]);
});
