import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Transport } from '@sessionkeep/core';
import { at } from '@sessionkeep/testkit';
import { needSamba, startSamba, type Samba } from '@sessionkeep/testkit/samba';
import { describe, expect, it } from 'vitest';
import { kindOf, must } from './results.js';
import { describeOnSamba, open, USER } from './servers.js';
import { ShareDisk } from './share-disk.js';
import { chunked, HOLDER, MiB, pattern, put, textOf } from './tools.js';

const holder = { ...HOLDER, run: 'r' };

/** What each changing call answers. */
async function changes(transport: Transport): Promise<string[]> {
  const bytes = Buffer.from('x');
  return [
    kindOf(await transport.create(at('new'), chunked(bytes), 1)),
    kindOf(await transport.create(at('new/deep'), chunked(bytes), 1)),
    kindOf(await transport.append(at('file'), 7, chunked(bytes), 1)),
    kindOf(await transport.publish({ path: at('new'), temporary: at('t'), bytes })),
    kindOf(await transport.rename(at('file'), at('other'))),
    kindOf(await transport.remove(at('file'))),
    kindOf(await transport.setModifiedTime(at('file'), 1_000_000_000n)),
    kindOf(await transport.lease(at('lock'), holder)),
    kindOf(await transport.probe(at(''), 'write')),
  ];
}

describeOnSamba('a share that may only be read', { shares: { share: { readOnly: true } } }, (samba) => {
  it('refuses every change by that name, and can be read', async () => {
    const disk = new ShareDisk(samba().folders.share);
    disk.write('file', 'content');
    const transport = await open(samba(), { folder: disk.folder });
    expect(new Set(await changes(transport))).toEqual(new Set(['read-only']));
    expect(await textOf(transport, 'file', 7)).toBe('content');
    expect(kindOf(await transport.probe(at(''), 'look'))).toBe('ok');
    const made = await transport.create(at('new'), chunked(Buffer.from('x')), 1);
    expect(made._unsafeUnwrapErr().hint).toContain('only read');
    await transport.close();
    disk.remove();
  });
});

describeOnSamba('a folder that others own', {}, (samba) => {
  it('refuses every change with "denied"', async () => {
    const disk = new ShareDisk(samba().folders.share);
    disk.write('file', 'content');
    chmodSync(disk.at('file'), 0o444);
    chmodSync(disk.root, 0o555);
    const transport = await open(samba(), { folder: disk.folder });
    const kinds = await changes(transport);
    // Its owner may set the time of what he may not write.
    expect(new Set(kinds.filter((kind) => kind !== 'ok'))).toEqual(new Set(['denied']));
    expect(kinds.filter((kind) => kind === 'ok').length).toBeLessThanOrEqual(1);
    expect(readFileSync(disk.at('file'), 'utf8')).toBe('content');
    await transport.close();
    chmodSync(disk.root, 0o755);
    disk.remove();
  });
});

describe('a share on a disk of two megabytes', () => {
  async function small(): Promise<Samba<'share'>> {
    return startSamba({ ...USER, shares: { share: { diskBytes: 2 * MiB } } });
  }

  it('is full, leaves no half file, and takes what fits afterwards', async (context) => {
    needSamba(context, { smallDisk: true });
    await using samba = await small();
    const folder = samba.folders.share;
    const transport = await open(samba);
    must(await put(transport, 'log', 'precious'));
    const content = pattern(4 * MiB);
    const failed = await transport.create(at('folder/big'), chunked(content), content.length);
    expect(failed._unsafeUnwrapErr()).toMatchObject({ kind: 'full', retry: false, path: 'folder/big' });
    expect(failed._unsafeUnwrapErr().hint).toContain('free space');
    expect(readdirSync(`${folder}/folder`)).toEqual([]);
    expect(kindOf(await transport.append(at('log'), 8, chunked(content), content.length))).toBe('full');
    expect(readFileSync(`${folder}/log`, 'utf8')).toBe('precious');
    writeFileSync(`${folder}/filler`, content.subarray(0, 1.5 * MiB));
    const bytes = content.subarray(0, MiB);
    expect(kindOf(await transport.publish({ path: at('p'), temporary: at('t'), bytes }))).toBe('full');
    expect(readdirSync(folder).sort()).toEqual(['filler', 'folder', 'log']);
    must(await transport.append(at('log'), 8, chunked(Buffer.from('!')), 1));
    must(await put(transport, 'small', content.subarray(0, 100_000)));
    expect(statSync(`${folder}/small`).size).toBe(100_000);
    await transport.close();
  });
});
