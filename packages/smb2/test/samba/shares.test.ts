import { needSamba, startSamba, type ShareOptions } from '@sessionkeep/testkit/samba';
import { describe, expect, test } from 'vitest';
import { connectTo } from '../helpers/connect.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';

noStrayRejections();

describe('the shares of a server', () => {
  test('are listed, with what the server says of them', async (context) => {
    needSamba(context);
    await using samba = await startSamba({
      shares: {
        share: { settings: { comment: 'Für Backups' } },
        other: {},
        hidden: { settings: { browseable: 'no' } },
      },
    });
    const client = await connectTo(samba);
    const shares = await must(client.shares());
    expect(shares.map(({ name, kind, isSpecial }) => ({ name, kind, isSpecial }))).toEqual([
      { name: 'share', kind: 'disk', isSpecial: false },
      { name: 'other', kind: 'disk', isSpecial: false },
      { name: 'IPC$', kind: 'ipc', isSpecial: true },
    ]);
    expect(shares[0]?.remark).toBe('Für Backups');
    expect(await must(client.shares())).toEqual(shares);
    expect(await samba.openFiles()).toEqual([]);
  });

  test('are listed whole where they take many answers, encrypted too', async (context) => {
    needSamba(context);
    const names = Array.from({ length: 300 }, (_, index) => `share-number-${String(index).padStart(3, '0')}`);
    const comment = 'much is said about this share '.repeat(4).trim();
    const shares: Record<string, ShareOptions> = Object.fromEntries(
      names.map((name) => [name, { settings: { comment } }]),
    );
    await using samba = await startSamba({ shares });
    for (const encryption of ['off', 'required'] as const) {
      const client = await connectTo(samba, { encryption });
      const found = (await must(client.shares())).filter(({ isSpecial }) => !isSpecial);
      expect(found.map(({ name }) => name).sort()).toEqual(names);
      expect(new Set(found.map(({ remark }) => remark))).toEqual(new Set([comment]));
    }
  });

  test('may be left: what is open goes, the others stay', async (context) => {
    needSamba(context, { openFiles: true });
    await using samba = await startSamba({ shares: { share: {}, other: {} } });
    const client = await connectTo(samba);
    const [share, other] = [await must(client.share('share')), await must(client.share('other'))];
    const file = await must(share.open('a', { mode: 'create', access: ['write'] }));
    await must(share.close());
    expect(await samba.openFiles()).toEqual([]);
    expect(await mustFail(file.write(0, Buffer.of(1)))).toMatchObject({ kind: 'closed' });
    expect(await mustFail(share.stat(''))).toMatchObject({ kind: 'closed' });
    await must(other.stat(''));
    await must((await must(client.share('share'))).stat('a'));
  });
});
