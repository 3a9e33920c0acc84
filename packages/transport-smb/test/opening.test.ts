import { inspect } from 'node:util';
import { at } from '@sessionkeep/testkit';
import { startFaultProxy } from '@sessionkeep/testkit/proxy';
import { expect, it } from 'vitest';
import { openSmbTransport } from '../src/index.js';
import { kindOf, must } from './results.js';
import { describeOnSamba, open, tryOpen } from './servers.js';
import { put, textOf } from './tools.js';

describeOnSamba('opening a share', { encrypt: 'required' }, (samba) => {
  it('says what is wrong, and never shows a password', async () => {
    const password = 'Geheim-1234';
    const wrong = await tryOpen(samba(), { password });
    expect(wrong._unsafeUnwrapErr()).toMatchObject({ kind: 'denied', retry: false });
    expect(wrong._unsafeUnwrapErr().message).toContain('STATUS_LOGON_FAILURE');
    expect(inspect(wrong, { depth: 20, showHidden: true })).not.toContain(password);
    const share = await tryOpen(samba(), { share: 'nowhere' });
    expect(share._unsafeUnwrapErr()).toMatchObject({ kind: 'unreachable', retry: false });
    expect(share._unsafeUnwrapErr().message).toContain('there is no such share');
    const plain = await tryOpen(samba(), { encryption: 'off' });
    expect(plain._unsafeUnwrapErr()).toMatchObject({ retry: false });
    const { port } = await startFaultProxy({ to: samba() }).then(async (proxy) => {
      await proxy.close();
      return proxy;
    });
    const refused = await tryOpen(samba(), { port });
    expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'unreachable', retry: true });
    expect(refused._unsafeUnwrapErr().message).toContain('ECONNREFUSED');
  });

  it('refuses what is no place on a share before it connects', async () => {
    const { host, port, user, password } = samba();
    const kinds: string[] = [];
    for (const url of [
      'smb://me:secret@nas/share',
      'smb://nas/share',
      'smb://me@nas',
      'smb://me@nas/share/../x',
    ]) {
      const opened = await openSmbTransport({ url, password });
      kinds.push(kindOf(opened));
      expect(opened._unsafeUnwrapErr().message).not.toContain('secret');
    }
    kinds.push(
      kindOf(await openSmbTransport({ host, port, user, password, share: 'share', folder: 'a/b:c' })),
    );
    expect(kinds).toEqual(Array(5).fill('usage'));
  });

  it('takes a URL, is called by it without the user, and makes its folder with the first write alone', async () => {
    const { host, port, user, password } = samba();
    const url = `smb://${user}@${host}:${port}/share/new/deep%20folder`;
    const transport = must(await openSmbTransport({ url, password }));
    expect(transport.name).toBe(`smb://${host}:${port}/share/new/deep%20folder`);
    expect(kindOf(await transport.stat(at('')))).toBe('not-found');
    expect(kindOf(await transport.list(at('')))).toBe('not-found');
    expect(await textOf(transport, 'file', 1)).toBe('not-found');
    must(await transport.probe(at('below'), 'look'));
    must(await transport.remove(at('file')));
    must(await transport.flush([at('below')]));
    const top = await open(samba());
    expect(must(await top.list(at('')))).toEqual([]);
    must(await put(transport, 'file', 'x'));
    expect(await textOf(top, 'new/deep folder/file', 1)).toBe('x');
    await transport.close();
    await top.close();
  });

  it('is over with close: what is asked afterwards fails, and nothing connects again', async () => {
    const transport = await open(samba(), { folder: 'closed' });
    must(await put(transport, 'file', 'x'));
    await transport.close();
    const kinds = [
      kindOf(await transport.stat(at('file'))),
      kindOf(await put(transport, 'other', 'x')),
      await textOf(transport, 'file', 1),
    ];
    expect(kinds).toEqual(['unreachable', 'unreachable', 'unreachable']);
  });
});
