import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needSamba, startSamba, type SambaOptions } from '@sessionkeep/testkit/samba';
import { describe, expect, test } from 'vitest';
import type { ConnectOptions, SessionInfo, SmbShare } from '../../src/index.js';
import { connectTo } from '../helpers/connect.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';

noStrayRejections();

const TIME = 1_700_000_000_123_456_700n;

/** All that a file goes through, and that the server has it as it should. */
async function workOn(share: SmbShare, folder: string): Promise<void> {
  const bytes = Buffer.alloc(3_000_001, 'content ');
  await must(share.mkdir('a/b', { recursive: true }));
  const file = await must(share.open('a/b/large', { mode: 'create', access: ['read', 'write'] }));
  await must(file.write(0, bytes));
  expect(await must(file.append(Buffer.from('end')))).toBe(bytes.length);
  await must(file.truncate(bytes.length + 1));
  expect(await must(file.read(bytes.length - 2, 100))).toHaveLength(3);
  const closed = await must(file.close({ flush: true, times: { modified: TIME } }));
  expect(closed).toMatchObject({ kind: 'file', size: bytes.length + 1, modified: TIME });
  expect(readFileSync(join(folder, 'a/b/large')).subarray(0, bytes.length).equals(bytes)).toBe(true);

  const small = {
    path: 'a/small',
    temporary: 'a/small.part',
    bytes: Buffer.from('small'),
    times: { modified: TIME },
  };
  const published = await must(share.publish(small));
  expect(published).toMatchObject({ size: 5, modified: TIME });
  expect(await mustFail(share.publish(small))).toMatchObject({ kind: 'exists' });
  await must(share.publish({ ...small, bytes: Buffer.from('smaller'), replace: true }));
  const content = await must(share.readFile('a/small'));
  expect(Buffer.from(content.bytes).toString()).toBe('smaller');
  expect(content.stat.size).toBe(7);

  const names: string[] = [];
  for await (const entry of share.list('a')) names.push((await must(entry)).name);
  expect(names.sort()).toEqual(['b', 'small']);

  await must(share.rename('a/small', 'a/b/renamed'));
  expect(await must(share.stat('a/b/renamed'))).toMatchObject({ kind: 'file', size: 7 });
  expect(await mustFail(share.stat('a/small'))).toMatchObject({ kind: 'not-found', retry: false });
  const set = await must(share.setTimes('a/b', { modified: TIME, created: TIME - 1000n }));
  expect(set).toMatchObject({ kind: 'folder', modified: TIME });
  await must(share.flushFolder('a'));
  expect((await must(share.space())).available).toBeGreaterThan(0);
  expect((await must(share.volume())).longestName).toBe(255);
  expect(await mustFail(share.removeFolder('a/b'))).toMatchObject({ kind: 'not-empty' });
  await must(share.remove('a/b/renamed'));
  await must(share.remove('a/b/large'));
  await must(share.removeFolder('a/b'));
  await must(share.removeFolder('a'));
}

const CASES: readonly [string, SambaOptions<'share'>, Partial<ConnectOptions>, Partial<SessionInfo>][] = [
  ['as installed', {}, {}, { version: '3.1.1', signing: 'AES-128-GMAC', encryption: null }],
  ['as installed, unsigned', {}, { signing: 'if-required' }, { signing: null, encryption: null }],
  ['as installed, signed as it is offered', {}, { signing: 'if-offered' }, { signing: 'AES-128-GMAC' }],
  ['as installed, encrypted', {}, { encryption: 'if-offered' }, { encryption: 'AES-128-GCM' }],
  ['as installed, step by step', {}, { compounds: false }, { version: '3.1.1' }],
  ['that demands signing', { signing: 'mandatory' }, { signing: 'if-required' }, { signing: 'AES-128-GMAC' }],
  ['that demands encryption', { encrypt: 'required' }, {}, { encryption: 'AES-128-GCM' }],
  [
    'that demands it of old versions too',
    { encrypt: 'required' },
    { versions: ['3.0'] },
    { encryption: 'AES-128-CCM' },
  ],
  ['with 3.1.1 only', { minProtocol: 'SMB3_11' }, {}, { version: '3.1.1' }],
  ['with 3.0.2 at most', { maxProtocol: 'SMB3_02' }, {}, { version: '3.0.2', signing: 'AES-128-CMAC' }],
  ['with 3.0 at most', { maxProtocol: 'SMB3_00' }, { encryption: 'required' }, { encryption: 'AES-128-CCM' }],
  ['with 2.1 only', { maxProtocol: 'SMB2_10' }, {}, { version: '2.1', signing: 'HMAC-SHA256', cipher: null }],
  ['asked for 2.1', {}, { versions: ['2.1'], signing: 'if-required' }, { version: '2.1', signing: null }],
  [
    'that prefers AES-256-GCM',
    { settings: { 'server smb3 encryption algorithms': 'AES-256-GCM' } },
    { encryption: 'required' },
    { encryption: 'AES-256-GCM' },
  ],
  [
    'that encrypts with AES-256-CCM only',
    { settings: { 'server smb3 encryption algorithms': 'AES-256-CCM' } },
    { encryption: 'required' },
    { encryption: 'AES-256-CCM' },
  ],
  [
    'with 3.1.1 that encrypts with AES-128-CCM only',
    { minProtocol: 'SMB3_11', settings: { 'server smb3 encryption algorithms': 'AES-128-CCM' } },
    { encryption: 'required' },
    { version: '3.1.1', encryption: 'AES-128-CCM' },
  ],
  [
    'with 3.1.1 that signs with CMAC',
    { minProtocol: 'SMB3_11', settings: { 'server smb3 signing algorithms': 'AES-128-CMAC' } },
    {},
    { version: '3.1.1', signing: 'AES-128-CMAC' },
  ],
  [
    'that signs with HMAC',
    { settings: { 'server smb3 signing algorithms': 'HMAC-SHA256' } },
    {},
    { version: '3.1.1', signing: 'HMAC-SHA256' },
  ],
];

describe.each(CASES)('a Samba %s', (_, options, asked, agreed) => {
  test('takes everything that is done with files', async (context) => {
    needSamba(context, { openFiles: true });
    await using samba = await startSamba({ ...options, shares: { share: {} } });
    const client = await connectTo(samba, asked);
    expect(client.info).toMatchObject({ signedInAs: 'user', ...agreed });
    const share = await must(client.share('share'));
    await workOn(share, samba.folders.share);
    await client.close();
    expect(await samba.openFiles()).toEqual([]);
  });
});

test('a share that demands encryption gets it, and only that share', async (context) => {
  needSamba(context);
  await using samba = await startSamba({ shares: { share: {}, safe: { encrypt: 'required' } } });
  const client = await connectTo(samba);
  const [share, safe] = [await must(client.share('share')), await must(client.share('safe'))];
  expect([share.encrypted, safe.encrypted, client.info.encryption]).toEqual([false, true, null]);
  await Promise.all([workOn(share, samba.folders.share), workOn(safe, samba.folders.safe)]);
  const without = await connectTo(samba, { encryption: 'off' });
  expect(await mustFail(without.share('safe'))).toMatchObject({ retry: false });
  await must(without.share('share'));
});
