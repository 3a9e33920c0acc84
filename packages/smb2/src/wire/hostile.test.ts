import type { Result } from 'neverthrow';
import { describe, expect, test } from 'vitest';
import { golden, goldenSession } from '../../test/golden.js';
import { survivesAll } from '../../test/hostile.js';
import { decodeCloseResponse } from './close.js';
import { splitCompound } from './compound.js';
import { ASK_DISK_ID, decodeCreateContexts, decodeDiskId, encodeCreateContexts } from './create-context.js';
import { decodeCreateResponse } from './create.js';
import { decodeEmptyBody } from './empty-body.js';
import { decodeErrorResponse } from './error-response.js';
import { decodeFramePrefix } from './framing.js';
import { decodeHeader } from './header.js';
import { decodeDirectoryEntries } from './info/directory-entries.js';
import { decodeFsAttributes } from './info/fs-attribute-info.js';
import { decodeFsFullSize } from './info/fs-full-size-info.js';
import { decodeNetworkOpenInfo } from './info/network-open-info.js';
import { decodeIoctlResponse } from './ioctl.js';
import { decodeNegotiateContexts } from './negotiate-context.js';
import { decodeNegotiateResponse } from './negotiate.js';
import { decodeQueryDirectoryResponse } from './query-directory.js';
import { decodeQueryInfoResponse } from './query-info.js';
import { decodeReadResponse } from './read.js';
import { decodeSessionSetupResponse } from './session-setup.js';
import { decodeSetInfoResponse } from './set-info.js';
import { decodeTransformHeader } from './transform-header.js';
import { decodeTreeConnectResponse } from './tree-connect.js';
import { decodeValidateNegotiate } from './validate-negotiate.js';
import { decodeWriteResponse } from './write.js';

const PLAIN = 'smbclient-311-plain';
const OWN = 'own-311-signed';
const SEALED = 'smbclient-311-aes-128-gcm';

const frames = goldenSession(OWN)
  .filter(({ from }) => from === 'server')
  .flatMap(({ bytes }) => splitCompound(bytes)._unsafeUnwrap());
const of = (command: number): Buffer[] =>
  frames.filter((message) => message.readUInt16LE(12) === command && message.readUInt32LE(8) === 0);
/** Basic, standard and network open information; then size, attributes and sectors of the file system. */
const infos = of(16).map((message) => decodeQueryInfoResponse(message)._unsafeUnwrap());
const info = (index: number): Buffer[] => infos.slice(index, index + 1);
const entries = decodeQueryDirectoryResponse(golden(PLAIN, '< query-directory.1'))._unsafeUnwrap();
const negotiate = golden(PLAIN, '< negotiate.1');

type Decode = (bytes: Buffer) => Result<unknown, unknown>;

const decoders: readonly (readonly [string, Decode, readonly Buffer[]])[] = [
  ['frame prefix', (bytes) => decodeFramePrefix(bytes, 2 ** 20), [Buffer.from([0, 0, 1, 0])]],
  ['header', decodeHeader, [negotiate, golden('own-311-shares', '< ioctl.1')]],
  ['transform header', decodeTransformHeader, [golden(SEALED, '< sealed.1')]],
  ['compound', splitCompound, [golden(OWN, '< create+read+close.1')]],
  ['NEGOTIATE', decodeNegotiateResponse, [negotiate, golden('smbclient-302-cmac', '< negotiate.1')]],
  ['negotiate contexts', (bytes) => decodeNegotiateContexts(bytes, 208, 3), [negotiate]],
  ['SESSION_SETUP', decodeSessionSetupResponse, of(1)],
  ['TREE_CONNECT', decodeTreeConnectResponse, of(3)],
  ['empty bodies', decodeEmptyBody, of(4)],
  ['CREATE', decodeCreateResponse, of(5)],
  [
    'create contexts',
    decodeCreateContexts,
    [encodeCreateContexts([ASK_DISK_ID, { name: 'x', data: Buffer.alloc(9) }])],
  ],
  ['disk id', decodeDiskId, []],
  ['CLOSE', decodeCloseResponse, of(6)],
  ['READ', decodeReadResponse, of(8)],
  ['WRITE', decodeWriteResponse, of(9)],
  ['IOCTL', decodeIoctlResponse, [golden('smbclient-302-cmac', '< ioctl.1')]],
  ['VALIDATE_NEGOTIATE_INFO', decodeValidateNegotiate, [Buffer.alloc(24)]],
  ['QUERY_DIRECTORY', decodeQueryDirectoryResponse, of(14)],
  ['directory entries', decodeDirectoryEntries, [entries]],
  ['QUERY_INFO', decodeQueryInfoResponse, of(16)],
  ['SET_INFO', decodeSetInfoResponse, of(17)],
  ['ERROR', decodeErrorResponse, [golden(PLAIN, '< create.20')]],
  ['network open information', decodeNetworkOpenInfo, info(2)],
  ['file system size', decodeFsFullSize, info(3)],
  ['file system attributes', decodeFsAttributes, info(4)],
];

describe.each(decoders)('%s', (_, decode, seeds) => {
  test('ends in a Result, whatever the bytes', () => {
    survivesAll(decode, seeds);
  });

  test('takes nothing for nothing, but for lists', () => {
    const isList = decode === decodeDirectoryEntries || decode === decodeCreateContexts;
    expect(decode(Buffer.alloc(0)).isOk()).toBe(isList);
  });

  test('takes what it is for', () => {
    for (const seed of seeds) expect(decode(seed).isOk()).toBe(true);
  });
});

test('a chain that leads back to itself ends', () => {
  const looping = Buffer.from(entries);
  looping.writeUInt32LE(1, 0);
  expect(decodeDirectoryEntries(looping)._unsafeUnwrapErr().problem).toContain('next entry');
  const contexts = encodeCreateContexts([ASK_DISK_ID, ASK_DISK_ID]);
  contexts.writeUInt32LE(1, 0);
  expect(decodeCreateContexts(contexts)._unsafeUnwrapErr().problem).toContain('next context');
  const compound = golden(OWN, '< create+read+close.1');
  for (const next of [8, 56, 65, 0xfffffff8]) {
    compound.writeUInt32LE(next, 20);
    expect(splitCompound(compound)._unsafeUnwrapErr().problem).toContain('next part');
  }
});

test('text is not made of the same bytes again and again', () => {
  const overlapping = Buffer.from(entries);
  overlapping.writeUInt32LE(overlapping.length - 104, 60);
  expect(decodeDirectoryEntries(overlapping)._unsafeUnwrapErr().problem).toContain('into the next entry');
  const contexts = encodeCreateContexts([{ name: 'x'.repeat(65), data: Buffer.alloc(0) }]);
  expect(decodeCreateContexts(contexts)._unsafeUnwrapErr().problem).toContain('a name of 65 bytes');
});

test.each([String.raw`..\b`, 'a/b', 'a\0', ''])('an entry cannot be called %j', (name) => {
  const bytes = Buffer.from(entries.subarray(0, 112));
  bytes.writeUInt32LE(0, 0);
  bytes.writeUInt32LE(name.length * 2, 60);
  expect(
    decodeDirectoryEntries(Buffer.concat([bytes.subarray(0, 104), Buffer.from(name, 'utf16le')])).isErr(),
  ).toBe(true);
});

test('a frame is from one byte to what is taken at most', () => {
  const take = (...bytes: number[]): number | string =>
    decodeFramePrefix(Buffer.from(bytes), 0x10000).match(String, ({ problem }) => problem);
  expect([take(0, 0, 0, 1), take(0, 1, 0, 0)]).toEqual(['1', '65536']);
  expect(take(0, 1, 0, 1)).toContain('65537 bytes, and 65536 are the most');
  expect(take(0, 0, 0, 0)).toContain('empty');
  expect(take(0x81, 0, 0, 1)).toContain('first byte is 129');
});

test('a transform header announces just what follows', () => {
  const frame = golden(SEALED, '< sealed.1');
  expect(decodeTransformHeader(frame).isOk()).toBe(true);
  expect(decodeTransformHeader(frame.subarray(0, frame.length - 1)).isErr()).toBe(true);
  expect(decodeTransformHeader(Buffer.concat([frame, Buffer.alloc(1)])).isErr()).toBe(true);
  frame.writeUInt16LE(0, 42);
  expect(decodeTransformHeader(frame)._unsafeUnwrapErr().problem).toContain('flags');
});
