import { describe, expect, test } from 'vitest';
import { golden, goldenSession, goldenSessions } from '../../test/golden.js';
import { encodeCloseRequest } from './close.js';
import { Command } from './command.js';
import { splitCompound } from './compound.js';
import { ASK_DISK_ID } from './create-context.js';
import { encodeCreateRequest } from './create.js';
import { Dialect } from './dialect.js';
import { encodeEmptyBody } from './empty-body.js';
import { PREVIOUS_FILE } from './file-id.js';
import { encodeFlushRequest } from './flush.js';
import { encodeFramePrefix } from './framing.js';
import { decodeHeader, encodeHeader, HEADER_SIZE, SIGNATURE_OFFSET } from './header.js';
import {
  FILE_BASIC,
  FILE_DISPOSITION,
  FILE_END_OF_FILE,
  FILE_NETWORK_OPEN,
  FILE_RENAME,
  FS_ATTRIBUTE,
  FS_FULL_SIZE,
} from './info-class.js';
import { encodeBasicInfo } from './info/basic-info.js';
import { encodeDispositionInfo } from './info/disposition-info.js';
import { encodeEndOfFileInfo } from './info/end-of-file-info.js';
import { encodeRenameInfo } from './info/rename-info.js';
import { ControlCode, encodeIoctlRequest } from './ioctl.js';
import { encodeNegotiateRequest } from './negotiate.js';
import { Access, Attribute, CreateOption, Disposition, Share } from './open-options.js';
import { encodeQueryDirectoryRequest } from './query-directory.js';
import { encodeQueryInfoRequest } from './query-info.js';
import { encodeReadRequest } from './read.js';
import { encodeSessionSetupRequest } from './session-setup.js';
import { encodeSetInfoRequest } from './set-info.js';
import { encodeTreeConnectRequest } from './tree-connect.js';
import {
  decodeTransformHeader,
  encodeTransformHeader,
  isTransformed,
  TRANSFORM_HEADER_SIZE,
  writeTransformTag,
} from './transform-header.js';
import { encodeValidateNegotiate } from './validate-negotiate.js';
import { encodeWriteRequest } from './write.js';

const PLAIN = 'smbclient-311-plain';
const OWN = 'own-311-signed';
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** The body of part number `part` of a recorded request. */
function body(session: string, name: string, part = 0): Buffer {
  const message = splitCompound(golden(session, `> ${name}`))._unsafeUnwrap()[part];
  return message!.subarray(HEADER_SIZE);
}

describe('requests are what smbclient sends', () => {
  test('NEGOTIATE, with contexts', () => {
    const encoded = encodeNegotiateRequest({
      dialects: [0x0202 as Dialect, Dialect.smb210, Dialect.smb300, Dialect.smb302, Dialect.smb311],
      securityMode: 1,
      capabilities: 0x7f,
      clientGuid: hex('779aac864818f64aaa3a8d7214ba1c30'),
      contexts: [
        {
          type: 'preauth',
          hashes: [1],
          salt: hex('a44f73984a7987d9d90552dc535c82e0ce33dfe2d19924c3e4ecff1abf2f508d'),
        },
        { type: 'encryption', ciphers: [2, 1, 4, 3] },
        { type: 'signing', algorithms: [2, 1, 0] },
        { type: 'netname', name: '127.0.0.1' },
      ],
    });
    expect(encoded.toString('hex')).toBe(body(PLAIN, 'negotiate.1').toString('hex'));
  });

  test('NEGOTIATE, without', () => {
    const encoded = encodeNegotiateRequest({
      dialects: [0x0202 as Dialect, Dialect.smb210, Dialect.smb300, Dialect.smb302],
      securityMode: 1,
      capabilities: 0x7f,
      clientGuid: body('smbclient-302-cmac', 'negotiate.1').subarray(12, 28),
      contexts: [{ type: 'signing', algorithms: [1] }],
    });
    expect(encoded.subarray(0, 4).toString('hex')).toBe('24000400');
    expect(encoded.subarray(28, 36).toString('hex')).toBe('0000000000000000');
  });

  test('SESSION_SETUP', () => {
    const securityBuffer = body(PLAIN, 'session-setup.1').subarray(24);
    expect(
      encodeSessionSetupRequest({ securityMode: 1, capabilities: 1, previousSession: 0n, securityBuffer }),
    ).toEqual(body(PLAIN, 'session-setup.1'));
  });

  test('TREE_CONNECT and TREE_DISCONNECT', () => {
    const encoded = encodeTreeConnectRequest(String.raw`\\127.0.0.1\IPC$`);
    expect(encoded._unsafeUnwrap()).toEqual(body(PLAIN, 'tree-connect.1'));
    expect(encodeEmptyBody()).toEqual(body(PLAIN, 'tree-disconnect.1'));
  });

  test('CREATE, but for the zero at its end', () => {
    const encoded = encodeCreateRequest({
      path: String.raw`dir\a.txt`,
      access: 0x0012019f,
      attributes: 0,
      share: Share.read | Share.write,
      disposition: Disposition.overwriteIf,
      options: CreateOption.notFolder,
    });
    const recorded = body(PLAIN, 'create.2');
    expect(encoded._unsafeUnwrap()).toEqual(recorded.subarray(0, recorded.length - 2));
  });

  test('CLOSE, WRITE', () => {
    const fileId = hex('121b40820000000056d4fc3100000000');
    expect(encodeCloseRequest({ fileId, wantsFacts: false })).toEqual(body(PLAIN, 'close.1'));
    const written = hex('50659162000000005938210f00000000');
    const encoded = encodeWriteRequest({ fileId: written, offset: 0, length: 22 });
    expect(Buffer.concat([encoded, Buffer.from('A small file of text.\n')])).toEqual(body(PLAIN, 'write.1'));
  });

  test('READ, but for where the data is to begin', () => {
    const recorded = body(PLAIN, 'read.1');
    recorded[2] = 80;
    const fileId = recorded.subarray(16, 32);
    expect(encodeReadRequest({ fileId, offset: 0, length: 22 })).toEqual(recorded);
  });

  test('QUERY_DIRECTORY', () => {
    const fileId = hex('10cda648000000005cf2e18000000000');
    const encoded = encodeQueryDirectoryRequest({ fileId, pattern: '*', restart: false, maxOutput: 0x80000 });
    const recorded = body(PLAIN, 'query-directory.1');
    recorded.writeUInt32LE(0x80000, 28);
    expect(encoded._unsafeUnwrap()).toEqual(recorded);
  });

  test('QUERY_INFO, but for its empty byte', () => {
    const recorded = body(PLAIN, 'query-info.1');
    const fileId = recorded.subarray(24, 40);
    const infoClass = { type: 1, id: 0x15 };
    expect(encodeQueryInfoRequest({ fileId, infoClass, maxOutput: 0xffff })).toEqual(
      recorded.subarray(0, 40),
    );
  });

  test('SET_INFO of times, of a name, and of a deletion', () => {
    const set = (name: string, infoClass: typeof FILE_BASIC, info: Buffer): void => {
      const recorded = body(PLAIN, name);
      const fileId = recorded.subarray(16, 32);
      expect(encodeSetInfoRequest({ fileId, infoClass, info })).toEqual(recorded);
    };
    const accessed = 1_700_000_000_000_000_000n;
    const written = 1_700_000_001_000_000_000n;
    set('set-info.5', FILE_BASIC, encodeBasicInfo({ accessed, written })._unsafeUnwrap());
    const path = String.raw`dir\b.txt`;
    set('set-info.6', FILE_RENAME, encodeRenameInfo({ path, replace: false })._unsafeUnwrap());
    set('set-info.7', FILE_DISPOSITION, encodeDispositionInfo(true));
  });

  test('IOCTL with VALIDATE_NEGOTIATE_INFO, but for an offset to no output', () => {
    const input = encodeValidateNegotiate({
      capabilities: 0x7f,
      clientGuid: hex('6a311db95646ce4cbab2d4215284a67e'),
      securityMode: 3,
      dialects: [0x0202 as Dialect, Dialect.smb210, Dialect.smb300, Dialect.smb302],
    });
    const controlCode = ControlCode.validateNegotiateInfo;
    const encoded = encodeIoctlRequest({ controlCode, fileId: PREVIOUS_FILE, input, maxOutput: 24 });
    const recorded = body('smbclient-302-cmac', 'ioctl.1').fill(0, 36, 40);
    expect(encoded).toEqual(recorded);
  });
});

/** What this client sends itself, and a real server took. */
describe('requests are what the server took', () => {
  const file = PREVIOUS_FILE;
  const publish = 'create+write+flush+set-info+set-info+close.1';
  const padded = (encoded: Buffer): Buffer =>
    Buffer.concat([encoded, Buffer.alloc((8 - (encoded.length % 8)) % 8)]);

  test('a whole file published in one round trip', () => {
    const create = encodeCreateRequest({
      path: String.raw`own\a.partial`,
      access: Access.writeData | Access.writeAttributes | Access.readAttributes | Access.delete,
      attributes: 0,
      share: Share.read | Share.write | Share.delete,
      disposition: Disposition.overwriteIf,
      options: CreateOption.notFolder,
    })._unsafeUnwrap();
    const data = Buffer.from('Published in one round trip.\n');
    const write = encodeWriteRequest({ fileId: file, offset: 0, length: data.length });
    const basic = encodeBasicInfo({ written: 1_700_000_000_123_456_700n })._unsafeUnwrap();
    const rename = encodeRenameInfo({ path: String.raw`own\a`, replace: true })._unsafeUnwrap();
    const parts = [
      padded(create),
      padded(Buffer.concat([write, data])),
      padded(encodeFlushRequest(file)),
      padded(encodeSetInfoRequest({ fileId: file, infoClass: FILE_BASIC, info: basic })),
      padded(encodeSetInfoRequest({ fileId: file, infoClass: FILE_RENAME, info: rename })),
      encodeCloseRequest({ fileId: file, wantsFacts: true }),
    ];
    expect(parts).toEqual(parts.map((_, index) => body(OWN, publish, index)));
  });

  test('a file opened with questions, and read', () => {
    const create = encodeCreateRequest({
      path: String.raw`own\a`,
      access: Access.readData | Access.readAttributes,
      attributes: 0,
      share: 7,
      disposition: Disposition.open,
      options: CreateOption.notFolder,
      contexts: [{ name: 'MxAc', data: Buffer.alloc(0) }, ASK_DISK_ID],
    })._unsafeUnwrap();
    const name = 'create+read+query-info+query-info+query-info+close.1';
    expect(padded(create)).toEqual(body(OWN, name));
    expect(padded(encodeReadRequest({ fileId: file, offset: 0, length: 100 }))).toEqual(body(OWN, name, 1));
    const query = encodeQueryInfoRequest({ fileId: file, infoClass: FILE_NETWORK_OPEN, maxOutput: 4096 });
    expect(query).toEqual(body(OWN, name, 4));
  });

  test('a file cut, and one written past 4 GiB', () => {
    const info = encodeEndOfFileInfo(9);
    const cut = encodeSetInfoRequest({ fileId: file, infoClass: FILE_END_OF_FILE, info });
    expect(cut).toEqual(body(OWN, 'create+set-info+read+close.1', 1));
    const recorded = body(OWN, 'write.1');
    const fileId = recorded.subarray(16, 32);
    const write = encodeWriteRequest({ fileId, offset: 5 * 2 ** 30, length: 3 });
    expect(write).toEqual(recorded.subarray(0, 48));
  });

  test('names of all scripts, and none for the root', () => {
    const create = (path: string, access: number, disposition: Disposition, options: number): Buffer =>
      encodeCreateRequest({ path, access, attributes: 0, share: 7, disposition, options })._unsafeUnwrap();
    const access = Access.writeData | Access.writeAttributes | Access.readAttributes | Access.delete;
    expect(create('own\\länge 😀.txt', access, Disposition.create, CreateOption.notFolder)).toEqual(
      body(OWN, 'create.1'),
    );
    expect(create('', Access.readAttributes, Disposition.open, CreateOption.folder)).toEqual(
      body(OWN, 'create.3'),
    );
  });

  test('questions about the file system, and a folder listed', () => {
    const recorded = body(OWN, 'query-info.1');
    const fileId = recorded.subarray(24, 40);
    expect(encodeQueryInfoRequest({ fileId, infoClass: FS_FULL_SIZE, maxOutput: 4096 })).toEqual(recorded);
    expect(encodeQueryInfoRequest({ fileId, infoClass: FS_ATTRIBUTE, maxOutput: 4096 })).toEqual(
      body(OWN, 'query-info.2'),
    );
    const listing = encodeQueryDirectoryRequest({ fileId, pattern: '*', restart: true, maxOutput: 65536 });
    expect(listing._unsafeUnwrap()).toEqual(body(OWN, 'query-directory.1'));
    expect(encodeEmptyBody()).toEqual(body(OWN, 'logoff.1'));
    expect(encodeEmptyBody()).toEqual(body(OWN, 'echo.1'));
  });
});

test('CANCEL, of what the server has taken and of what it says takes longer (MS-SMB2 2.2.30)', () => {
  const cancel = (asyncId: bigint | null): string => {
    const header = encodeHeader({
      command: Command.cancel,
      flags: 0,
      messageId: 0x0102n,
      creditCharge: 0,
      credits: 0,
      status: 0,
      sessionId: 0x1122334455667788n,
      treeId: 5,
      asyncId,
      nextCommand: 0,
    });
    return Buffer.concat([header, encodeEmptyBody()]).toString('hex');
  };
  const start = 'fe534d4240000000000000000c000000';
  const end = `8877665544332211${'00'.repeat(16)}04000000`;
  expect(cancel(null)).toBe(`${start}000000000000000002010000000000000000000005000000${end}`);
  expect(cancel(4711n)).toBe(`${start}020000000000000002010000000000006712000000000000${end}`);
});

test('the prefix of a frame', () => {
  expect(encodeFramePrefix(0x12_3456).toString('hex')).toBe('00123456');
  expect(() => encodeFramePrefix(0x100_0000)).toThrow(RangeError);
});

test.each(goldenSessions())('transform headers of %s come out as they went in', (session) => {
  for (const { bytes } of goldenSession(session).filter((frame) => isTransformed(frame.bytes))) {
    const { tag, ...rest } = decodeTransformHeader(bytes)._unsafeUnwrap();
    const header = encodeTransformHeader(rest);
    writeTransformTag(header, tag);
    expect(header).toEqual(bytes.subarray(0, TRANSFORM_HEADER_SIZE));
  }
});

test.each(goldenSessions())('headers of %s come out as they went in', (session) => {
  for (const { bytes } of goldenSession(session).filter((frame) => !isTransformed(frame.bytes))) {
    for (const part of splitCompound(bytes)._unsafeUnwrap()) {
      const unsigned = Buffer.from(part.subarray(0, HEADER_SIZE)).fill(0, SIGNATURE_OFFSET);
      expect(encodeHeader(decodeHeader(part)._unsafeUnwrap())).toEqual(unsigned);
    }
  }
});

test('an interim response has an id of its own, by which it can be cancelled', () => {
  const interim = golden('own-311-shares', '< ioctl.1');
  const header = decodeHeader(interim)._unsafeUnwrap();
  expect(header).toMatchObject({ status: 0x103, flags: 3, messageId: 5n, asyncId: 5n, treeId: 0 });
  expect(encodeHeader(header)).toEqual(
    Buffer.from(interim.subarray(0, HEADER_SIZE)).fill(0, SIGNATURE_OFFSET),
  );
});

test('an attribute is set without a time', () => {
  const info = encodeBasicInfo({ attributes: Attribute.hidden })._unsafeUnwrap();
  expect(info.toString('hex')).toBe(`${'00'.repeat(32)}0200000000000000`);
});
