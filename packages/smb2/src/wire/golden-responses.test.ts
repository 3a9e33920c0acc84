import { describe, expect, test } from 'vitest';
import { golden } from '../../test/golden.js';
import { decodeCloseResponse } from './close.js';
import { Command } from './command.js';
import { splitCompound } from './compound.js';
import { decodeDiskId } from './create-context.js';
import { decodeCreateResponse } from './create.js';
import { Dialect } from './dialect.js';
import { decodeEmptyBody } from './empty-body.js';
import { decodeErrorResponse } from './error-response.js';
import { decodeFramePrefix } from './framing.js';
import { decodeHeader, HeaderFlag } from './header.js';
import { decodeDirectoryEntries } from './info/directory-entries.js';
import { decodeFsAttributes } from './info/fs-attribute-info.js';
import { decodeFsFullSize } from './info/fs-full-size-info.js';
import { decodeNetworkOpenInfo } from './info/network-open-info.js';
import { decodeIoctlResponse } from './ioctl.js';
import { decodeNegotiateResponse } from './negotiate.js';
import { Attribute, CreateAction } from './open-options.js';
import { decodeQueryDirectoryResponse } from './query-directory.js';
import { decodeQueryInfoResponse } from './query-info.js';
import { decodeReadResponse } from './read.js';
import { decodeSessionSetupResponse } from './session-setup.js';
import { decodeSetInfoResponse } from './set-info.js';
import { decodeTreeConnectResponse } from './tree-connect.js';
import { decodeValidateNegotiate } from './validate-negotiate.js';
import { decodeWriteResponse } from './write.js';

const PLAIN = 'smbclient-311-plain';
const OWN = 'own-311-signed';
const PUBLISHED = 'create+write+flush+set-info+set-info+close.1';
const READ = 'create+read+query-info+query-info+query-info+close.1';
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

function part(name: string, index: number): Buffer {
  return splitCompound(golden(OWN, `< ${name}`))._unsafeUnwrap()[index]!;
}

describe('what Samba answers', () => {
  test('NEGOTIATE, with contexts', () => {
    const response = decodeNegotiateResponse(golden(PLAIN, '< negotiate.1'))._unsafeUnwrap();
    expect(response).toMatchObject({
      dialect: Dialect.smb311,
      securityMode: 1,
      capabilities: 0x0f,
      serverGuid: Buffer.from('testserver\0\0\0\0\0\0'),
      maxTransactSize: 2 ** 23,
      maxReadSize: 2 ** 23,
      maxWriteSize: 2 ** 23,
      contexts: [
        { type: 'preauth', hashes: [1] },
        { type: 'encryption', ciphers: [2] },
        { type: 'signing', algorithms: [2] },
      ],
    });
    expect(response.securityBuffer).toHaveLength(74);
    expect(new Date(Number(response.systemTime) / 1e6).toISOString()).toMatch(/^2026-11-23T08:36/);
  });

  test('NEGOTIATE, without: what looks like contexts is none', () => {
    const message = golden('smbclient-302-cmac', '< negotiate.1');
    message.writeUInt16LE(3, 64 + 6);
    message.writeUInt32LE(128, 64 + 60);
    const response = decodeNegotiateResponse(message)._unsafeUnwrap();
    expect(response).toMatchObject({ dialect: Dialect.smb302, capabilities: 0x4f, contexts: [] });
  });

  test('SESSION_SETUP', () => {
    const step = decodeSessionSetupResponse(golden(PLAIN, '< session-setup.1'))._unsafeUnwrap();
    expect(step.sessionFlags).toBe(0);
    expect(step.securityBuffer).toHaveLength(183);
    expect(decodeHeader(golden(PLAIN, '< session-setup.1'))._unsafeUnwrap()).toMatchObject({
      status: 0xc0000016,
      command: Command.sessionSetup,
      sessionId: 0x68fbc3f0n,
    });
  });

  test('TREE_CONNECT, and the others with nothing to say', () => {
    expect(decodeTreeConnectResponse(golden(OWN, '< tree-connect.1'))._unsafeUnwrap()).toEqual({
      shareType: 1,
      shareFlags: 0,
      maximalAccess: 0x001f01ff,
    });
    for (const name of ['echo.1', 'tree-disconnect.1', 'logoff.1']) {
      expect(decodeEmptyBody(golden(OWN, `< ${name}`)).isOk()).toBe(true);
    }
    expect(decodeEmptyBody(part(PUBLISHED, 2)).isOk()).toBe(true);
    expect(decodeSetInfoResponse(part(PUBLISHED, 3)).isOk()).toBe(true);
  });

  test('CREATE, with contexts', () => {
    const response = decodeCreateResponse(part(READ, 0))._unsafeUnwrap();
    expect(response).toMatchObject({
      action: CreateAction.opened,
      oplockLevel: 0,
      written: 1_700_000_000_123_456_700n,
      allocationSize: 4096,
      size: 29,
      attributes: Attribute.archive,
      fileId: hex('b5db888900000000fdf3cf6400000000'),
    });
    const [access, disk] = response.contexts;
    expect([access?.name, disk?.name]).toEqual(['MxAc', 'QFid']);
    expect(decodeDiskId(disk!.data)._unsafeUnwrap()).toEqual({ fileId: 0xea82e7n, volumeId: 0xfe00n });
  });

  test('CREATE gives the file a name that outlives the frame', () => {
    const message = Buffer.from(part(READ, 0));
    const { fileId } = decodeCreateResponse(message)._unsafeUnwrap();
    message.fill(0);
    expect(fileId).toEqual(hex('b5db888900000000fdf3cf6400000000'));
  });

  test('CLOSE, with the facts of the file and without', () => {
    expect(decodeCloseResponse(part(PUBLISHED, 5))._unsafeUnwrap()).toMatchObject({
      size: 29,
      written: 1_700_000_000_123_456_700n,
    });
    expect(decodeCloseResponse(part(READ, 5))._unsafeUnwrap()).toBeNull();
    expect(decodeCloseResponse(golden(OWN, '< close.1'))._unsafeUnwrap()).toMatchObject({
      size: 5 * 2 ** 30 + 3,
    });
  });

  test('WRITE and READ', () => {
    expect(decodeWriteResponse(part(PUBLISHED, 1))._unsafeUnwrap()).toBe(29);
    expect(decodeReadResponse(part(READ, 1))._unsafeUnwrap().toString()).toBe(
      'Published in one round trip.\n',
    );
    expect(decodeReadResponse(golden(PLAIN, '< read.1'))._unsafeUnwrap().toString()).toBe(
      'A small file of text.\n',
    );
  });

  test('READ gives a view, not a copy', () => {
    const message = golden(PLAIN, '< read.1');
    const data = decodeReadResponse(message)._unsafeUnwrap();
    message.fill(0x41, 80);
    expect(data.toString()).toBe('A'.repeat(22));
  });

  test('QUERY_DIRECTORY', () => {
    const bytes = decodeQueryDirectoryResponse(golden(PLAIN, '< query-directory.1'))._unsafeUnwrap();
    const entries = decodeDirectoryEntries(bytes)._unsafeUnwrap();
    expect(entries.map(({ name, attributes, size }) => [name, attributes, size])).toEqual([
      ['.', Attribute.folder, 0],
      ['..', Attribute.folder, 0],
      ['b.txt', Attribute.archive, 22],
    ]);
    expect(entries[2]).toMatchObject({
      accessed: 1_700_000_000_000_000_000n,
      written: 1_700_000_001_000_000_000n,
      allocationSize: 4096,
      fileNumber: 0xea23f3n,
    });
    const end = golden(PLAIN, '< query-directory.2');
    expect(decodeErrorResponse(end)._unsafeUnwrap()).toBeNull();
  });

  test('QUERY_INFO of a file', () => {
    const info = (index: number): Buffer => decodeQueryInfoResponse(part(READ, index))._unsafeUnwrap();
    const written = 1_700_000_000_123_456_700n;
    expect(decodeNetworkOpenInfo(info(4))._unsafeUnwrap()).toMatchObject({ written, size: 29 });
  });

  test('QUERY_INFO of the file system', () => {
    const info = (index: number): Buffer =>
      decodeQueryInfoResponse(golden(OWN, `< query-info.${index}`))._unsafeUnwrap();
    expect(decodeFsFullSize(info(1))._unsafeUnwrap()).toEqual({
      total: 264_212_084 * 1024,
      available: 0x0432912c * 1024,
      free: 0x0432912c * 1024,
      unit: 1024,
    });
    expect(decodeFsAttributes(info(2))._unsafeUnwrap()).toEqual({
      attributes: 0x1006f,
      longestName: 255,
      name: 'NTFS',
    });
  });

  test('IOCTL with VALIDATE_NEGOTIATE_INFO', () => {
    const { output } = decodeIoctlResponse(golden('smbclient-302-cmac', '< ioctl.1'))._unsafeUnwrap();
    expect(decodeValidateNegotiate(output)._unsafeUnwrap()).toEqual({
      capabilities: 0x4f,
      serverGuid: Buffer.from('testserver\0\0\0\0\0\0'),
      securityMode: 1,
      dialect: Dialect.smb302,
    });
  });

  test('a compound that fails in its first part fails in all', () => {
    const parts = splitCompound(golden(OWN, '< create+read+close.1'))._unsafeUnwrap();
    const headers = parts.map((message) => decodeHeader(message)._unsafeUnwrap());
    expect(headers.map(({ status }) => status)).toEqual(Array(3).fill(0xc0000034));
    expect(headers.map(({ flags }) => (flags & HeaderFlag.related) !== 0)).toEqual([false, true, true]);
  });
});

test('the prefix of a frame', () => {
  expect(decodeFramePrefix(hex('00123456'), 0x20_0000)._unsafeUnwrap()).toBe(0x12_3456);
});

/** What no Samba here can be brought to say, made by the specification. */
describe('what other servers answer', () => {
  const header = '00'.repeat(64);
  const u16 = (...values: number[]): string => Buffer.from(Uint16Array.from(values).buffer).toString('hex');
  const u32 = (...values: number[]): string => Buffer.from(Uint32Array.from(values).buffer).toString('hex');
  const text = (value: string): string => Buffer.from(value, 'utf16le').toString('hex');
  const names = text('\\??\\C:\\to') + text('C:\\to');
  const symlink = u32(0x4c4d5953, 0xa000000c) + u16(12 + names.length / 2, 6, 0, 18, 18, 10) + u32(0) + names;
  const data = u32(symlink.length / 2) + symlink;
  const stop = { target: '\\??\\C:\\to', printName: 'C:\\to', relative: false, unparsedLength: 6 };

  test('a symbolic link on the way', () => {
    const plain = `${u16(9)}0000${u32(data.length / 2)}${data}`;
    expect(decodeErrorResponse(hex(header + plain))._unsafeUnwrap()).toEqual(stop);
    const context = u32(data.length / 2, 0) + data;
    const contexts = `${u16(9)}0100${u32(context.length / 2)}${context}`;
    expect(decodeErrorResponse(hex(header + contexts))._unsafeUnwrap()).toEqual(stop);
  });

  test('something else before the link', () => {
    // The first context is padded to 8 bytes, the last is not.
    const contexts = `${u32(1, 0)}00${'00'.repeat(7)}${u32(data.length / 2, 0)}${data}`;
    const both = `${u16(9)}0200${u32(contexts.length / 2)}${contexts}`;
    expect(decodeErrorResponse(hex(header + both))._unsafeUnwrap()).toEqual(stop);
    const shorter = `${u16(9)}0200${u32(contexts.length / 2 - 1)}${contexts}`;
    expect(decodeErrorResponse(hex(header + shorter)).isErr()).toBe(true);
    const length = `${u16(9)}0000${u32(4, 0x1234)}`;
    expect(decodeErrorResponse(hex(header + length))._unsafeUnwrap()).toBeNull();
  });
});
