import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needSamba, startSamba } from '@sessionkeep/testkit/samba';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SmbClient, type ConnectOptions, type SmbError } from '../../src/index.js';
import { addressOf, connectTo, shareOf } from '../helpers/connect.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';

noStrayRejections();

test('a wrong password, an unknown user, an unknown share, a wrong port', async (context) => {
  needSamba(context);
  await using samba = await startSamba();
  const address = addressOf(samba);
  const wrong = await mustFail(SmbClient.connect({ ...address, password: 'not-the-password' }));
  expect(wrong).toMatchObject({ kind: 'sign-in', retry: false, status: { name: 'STATUS_LOGON_FAILURE' } });
  expect(JSON.stringify(wrong)).not.toContain('not-the-password');
  expect(await mustFail(SmbClient.connect({ ...address, user: 'nobody-of-that-name' }))).toMatchObject({
    kind: 'sign-in',
  });
  const anonymous = { host: address.host, port: samba.port, anonymous: true } as const;
  expect(await mustFail(SmbClient.connect(anonymous))).toMatchObject({ kind: 'insecure' });

  const client = await connectTo(samba);
  expect(await mustFail(client.share('nope'))).toMatchObject({
    kind: 'no-share',
    retry: false,
    path: 'nope',
  });
  expect(await mustFail(client.share('a/b'))).toMatchObject({ kind: 'invalid' });
  expect(await mustFail(client.share('IPC$'))).toMatchObject({ kind: 'unsupported' });
  await must(client.share('share'));

  const port = samba.port;
  await samba.kill();
  const refused = await mustFail(SmbClient.connect({ ...address, port }));
  expect(refused).toMatchObject({
    kind: 'unreachable',
    retry: true,
    hint: expect.stringContaining('port') as unknown,
  });
});

test('a host that there is not', async () => {
  const nowhere = { host: 'no-such-host.invalid', user: 'me', password: 'x' };
  expect(await mustFail(SmbClient.connect(nowhere))).toMatchObject({ kind: 'unreachable' });
});

test('a guest, where the server takes whoever it does not know for one', async (context) => {
  needSamba(context);
  const settings = { 'map to guest': 'Bad User', 'guest account': 'nobody' };
  await using samba = await startSamba({ settings, shares: { share: { settings: { 'guest ok': 'yes' } } } });
  const stranger = { ...addressOf(samba), user: 'stranger', password: 'any' };
  expect(await mustFail(SmbClient.connect(stranger))).toMatchObject({ kind: 'sign-in' });
  const client = await must(SmbClient.connect({ ...stranger, allowGuest: true, signing: 'if-offered' }));
  expect(client.info).toMatchObject({ signedInAs: 'guest', signing: null });
  await must((await must(client.share('share'))).stat(''));
  await client.close();
  const { host, port } = samba;
  const nobody = await must(SmbClient.connect({ host, port, anonymous: true, signing: 'if-offered' }));
  expect(nobody.info).toMatchObject({ signedInAs: 'anonymous', signing: null });
  await must((await must(nobody.share('share'))).stat(''));
  await nobody.close();
});

test('a server that has SMB1 only', async (context) => {
  needSamba(context);
  const settings = { 'server min protocol': 'NT1', 'server max protocol': 'NT1' };
  await using samba = await startSamba({ settings });
  const error = await mustFail(SmbClient.connect(addressOf(samba)));
  expect(`${error.message} ${error.hint}`).toContain('SMB');
  expect(error.hint).toMatch(/SMB ?1|2\.1/);
});

test('a server whose versions are not wanted', async (context) => {
  needSamba(context);
  await using samba = await startSamba({ maxProtocol: 'SMB2_10' });
  const modern = { ...addressOf(samba), versions: ['3.0', '3.1.1'] } as const;
  expect(await mustFail(SmbClient.connect(modern))).toMatchObject({ kind: 'unsupported', retry: false });
  const encrypted = { ...addressOf(samba), encryption: 'required' } as const;
  expect(await mustFail(SmbClient.connect(encrypted))).toMatchObject({ kind: 'insecure', retry: false });
});

test('a path that lies on another server (DFS)', async (context) => {
  needSamba(context);
  const share = { settings: { 'msdfs root': 'yes' } };
  await using samba = await startSamba({ settings: { 'host msdfs': 'yes' }, shares: { share } });
  symlinkSync('msdfs:elsewhere\\files', join(samba.folders.share, 'away'));
  const files = await shareOf(samba);
  expect(await mustFail(files.readFile('away/a.txt'))).toMatchObject({
    kind: 'unsupported',
    hint: expect.stringContaining('server and share') as unknown,
  });
  const kinds: (readonly [string, string])[] = [];
  for await (const entry of files.list('')) {
    const { name, kind } = await must(entry);
    kinds.push([name, kind]);
  }
  expect(kinds).toEqual([['away', 'link']]);
});

test('a share that can only be read', async (context) => {
  needSamba(context);
  await using samba = await startSamba({ shares: { share: { readOnly: true } } });
  writeFileSync(join(samba.folders.share, 'a'), 'there');
  const share = await shareOf(samba);
  expect(share.rights).toMatchObject({ read: true, write: false });
  expect((await must(share.readFile('a'))).stat.size).toBe(5);
  const denied: Promise<SmbError>[] = [
    mustFail(share.publish({ path: 'b', temporary: 'c', bytes: Buffer.of(1) })),
    mustFail(share.open('b', { mode: 'create', access: ['write'] })),
    mustFail(share.remove('a')),
    mustFail(share.mkdir('d')),
    mustFail(share.rename('a', 'e')),
  ];
  for (const error of await Promise.all(denied)) expect(['denied', 'read-only']).toContain(error.kind);
});

describe('a disk that is full', () => {
  const bytes = Buffer.alloc(900_000, 1);

  async function small(options: Partial<ConnectOptions> = {}) {
    const samba = await startSamba({ shares: { share: { diskBytes: 2 << 20 } } });
    onTestFinished(() => samba.stop());
    return { samba, share: await shareOf(samba, options), folder: samba.folders.share };
  }

  test.for([true, false])('leaves no file half done (compounds: %s)', async (compounds, context) => {
    needSamba(context, { smallDisk: true, openFiles: true });
    const { samba, share, folder } = await small({ compounds });
    const full = { kind: 'full', retry: false };
    await must(share.publish({ path: 'fits', temporary: 't', bytes }));
    await must(share.publish({ path: 'fits too', temporary: 't', bytes }));
    const refused = await mustFail(share.publish({ path: 'does not', temporary: 't', bytes }));
    expect(refused).toMatchObject({ ...full, path: 'does not' });
    const large = Buffer.alloc(5_000_000);
    expect(await mustFail(share.publish({ path: 'large', temporary: 't', bytes: large }))).toMatchObject(
      full,
    );
    const file = await must(
      share.open('stream', { mode: 'create', access: ['write', 'delete'], deleteOnClose: true }),
    );
    expect(await mustFail(file.writeStream([bytes, bytes, bytes]))).toMatchObject(full);
    await must(file.close());
    expect(readdirSync(folder).sort()).toEqual(['fits', 'fits too']);
    expect(await samba.openFiles()).toEqual([]);
  });

  test.for([true, false])(
    'keeps the old bytes of what is to be replaced (compounds: %s)',
    async (compounds, context) => {
      needSamba(context, { smallDisk: true, openFiles: true });
      const { samba, share, folder } = await small({ compounds });
      const old = Buffer.alloc(800_000, 'old');
      await must(share.publish({ path: 'kept', temporary: 't', bytes: old }));
      await must(share.publish({ path: 'fills', temporary: 't', bytes: old }));
      for (const size of [900_000, 1_500_000, 4_000_000]) {
        const replacing = { path: 'kept', temporary: 't', bytes: Buffer.alloc(size, 'new'), replace: true };
        expect(await mustFail(share.publish(replacing))).toMatchObject({ kind: 'full', retry: false });
        expect([size, readFileSync(join(folder, 'kept')).equals(old)]).toEqual([size, true]);
        expect(readdirSync(folder).sort()).toEqual(['fills', 'kept']);
      }
      expect(await samba.openFiles()).toEqual([]);
      // With room again the same goes through.
      await must(share.remove('fills'));
      await must(share.publish({ path: 'kept', temporary: 't', bytes, replace: true }));
      expect(readFileSync(join(folder, 'kept')).equals(bytes)).toBe(true);
    },
  );
});

test('names that no share can hold, before anything is sent', async (context) => {
  needSamba(context);
  await using samba = await startSamba();
  const share = await shareOf(samba);
  const bad = [
    'a\\b',
    'a:b',
    'a*',
    '?',
    '"',
    '<',
    '>',
    '|',
    'a\u0001',
    'a.',
    'a ',
    '.',
    '..',
    'a/../b',
    '/a',
    'a/',
    'a//b',
  ];
  for (const path of [...bad, 'x'.repeat(256), 'a\0']) {
    const errors = await Promise.all([
      mustFail(share.stat(path)),
      mustFail(share.publish({ path: 'ok', temporary: path, bytes: Buffer.of() })),
    ]);
    for (const error of errors) expect([path, error.kind]).toEqual([path, 'invalid']);
  }
  expect(await mustFail(share.readFile('a', { offset: -1 }))).toMatchObject({ kind: 'invalid' });
});

test('a file for a folder, and a folder for a file', async (context) => {
  needSamba(context);
  await using samba = await startSamba();
  mkdirSync(join(samba.folders.share, 'folder'));
  writeFileSync(join(samba.folders.share, 'file'), '');
  const share = await shareOf(samba);
  expect(await mustFail(share.readFile('folder'))).toMatchObject({ kind: 'wrong-type' });
  expect(await mustFail(share.remove('folder'))).toMatchObject({ kind: 'wrong-type' });
  expect(await mustFail(share.removeFolder('file'))).toMatchObject({ kind: 'wrong-type' });
  expect(await mustFail(share.readFile('file/below'))).toMatchObject({ kind: 'not-found' });
  for await (const entry of share.list('file'))
    expect(entry._unsafeUnwrapErr()).toMatchObject({ kind: 'wrong-type' });
  expect(await mustFail(share.mkdir('folder'))).toMatchObject({ kind: 'exists' });
});
