import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { needSamba, noSamba, startSamba, type Samba } from '@sessionkeep/testkit/samba';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FolderEntry, OpenMode } from '../../src/index.js';
import { connectTo, shareOf } from '../helpers/connect.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';

noStrayRejections();

let samba: Samba;
beforeAll(async () => {
  if (noSamba() === null) samba = await startSamba();
});
afterAll(() => (noSamba() === null ? samba.stop() : undefined));

const GIB = 2 ** 30;
const onDisk = (...names: string[]): string => join(samba.folders['share'] ?? '', ...names);

describe('a folder', () => {
  test('of 2,000 entries is listed whole, with sizes and times', async (context) => {
    needSamba(context);
    mkdirSync(onDisk('many'));
    for (let index = 0; index < 2000; index++)
      writeFileSync(onDisk('many', `entry number ${index}`), 'x'.repeat(index % 50));
    mkdirSync(onDisk('many', 'a folder'));
    const share = await shareOf(samba);
    const entries = new Map<string, FolderEntry>();
    for await (const entry of share.list('many')) {
      const { name } = await must(entry);
      entries.set(name, await must(entry));
    }
    expect(entries.size).toBe(2001);
    expect(entries.get('a folder')?.kind).toBe('folder');
    const one = statSync(onDisk('many', 'entry number 1234'), { bigint: true });
    expect(entries.get('entry number 1234')).toMatchObject({
      kind: 'file',
      size: 1234 % 50,
      modified: (one.mtimeNs / 100n) * 100n,
      id: one.ino,
    });
  });

  test('that is left in the middle is not kept open', async (context) => {
    needSamba(context, { openFiles: true });
    mkdirSync(onDisk('left'));
    for (let index = 0; index < 50; index++) writeFileSync(onDisk('left', `e${index}`), '');
    const share = await shareOf(samba);
    for await (const entry of share.list('left')) if ((await must(entry)).kind === 'file') break;
    await expect.poll(() => samba.openFiles()).toEqual([]);
  });

  test('that is empty, or not there', async (context) => {
    needSamba(context);
    mkdirSync(onDisk('empty'));
    const share = await shareOf(samba);
    for await (const entry of share.list('empty')) expect(entry).toBeNull();
    const errors: unknown[] = [];
    for await (const entry of share.list('nowhere/at/all')) errors.push(entry._unsafeUnwrapErr().kind);
    expect(errors).toEqual(['not-found']);
  });

  test('is made with those above it, and it is fine if they are there', async (context) => {
    needSamba(context);
    const share = await shareOf(samba);
    await must(share.mkdir('deep/er/still', { recursive: true }));
    await must(share.mkdir('deep/er/still', { recursive: true }));
    await must(share.mkdir('deep/other', { recursive: true }));
    expect(await mustFail(share.mkdir('deep/er'))).toMatchObject({ kind: 'exists' });
    expect(await mustFail(share.mkdir('not/there'))).toMatchObject({ kind: 'not-found' });
    writeFileSync(onDisk('deep', 'file'), '');
    expect((await share.mkdir('deep/file/below', { recursive: true })).isErr()).toBe(true);
  });
});

describe('a file', () => {
  test('of 5 GiB grows beyond 4 GiB where it ends, and is read there', async (context) => {
    needSamba(context);
    writeFileSync(onDisk('huge'), '');
    truncateSync(onDisk('huge'), 5 * GIB);
    const share = await shareOf(samba);
    const file = await must(share.open('huge', { access: ['read', 'write'] }));
    expect(file.opened.size).toBe(5 * GIB);
    expect(await must(file.append(Buffer.from('appended')))).toBe(5 * GIB);
    await must(file.write(4 * GIB + 1, Buffer.from('in the middle')));
    expect(Buffer.from(await must(file.read(5 * GIB - 2, 100))).toString()).toBe('\0\0appended');
    expect((await must(file.stat())).size).toBe(5 * GIB + 8);
    await must(file.close({ flush: true }));
    const { bytes } = await must(share.readFile('huge', { offset: 4 * GIB, length: 14 }));
    expect(Buffer.from(bytes).toString()).toBe('\0in the middle');
    const disk = Buffer.alloc(8);
    const descriptor = openSync(onDisk('huge'), 'r');
    readSync(descriptor, disk, 0, 8, 5 * GIB);
    closeSync(descriptor);
    expect(disk.toString()).toBe('appended');
    expect(await mustFail(share.readFile('huge'))).toMatchObject({ kind: 'invalid' });
    await must(share.remove('huge'));
  });

  test('that a reader has open can be renamed, replaced and removed, and the reader reads on', async (context) => {
    needSamba(context);
    const share = await shareOf(samba);
    const put = (path: string, text: string) =>
      must(share.publish({ path, temporary: 'part', bytes: Buffer.from(text), replace: true }));
    await put('read', 'first');
    const other = await shareOf(samba);
    const reader = await must(other.open('read'));
    await must(share.rename('read', 'renamed'));
    expect(Buffer.from(await must(reader.read(0, 9))).toString()).toBe('first');
    await put('source', 'second');
    const replaced = await share.rename('source', 'renamed', { replace: true });
    if (replaced.isErr()) {
      expect(['busy', 'denied']).toContain(replaced.error.kind);
      await must(reader.close());
      await must(share.rename('source', 'renamed', { replace: true }));
    }
    expect(readFileSync(onDisk('renamed'), 'utf8')).toBe('second');
    await must(reader.close());
  });

  test('that a reader has open who lets nobody rename stays where it is until then', async (context) => {
    needSamba(context);
    const share = await shareOf(samba);
    await must(share.publish({ path: 'kept', temporary: 'part', bytes: Buffer.from('first') }));
    const reader = await must((await shareOf(samba)).open('kept', { share: ['read', 'write'] }));
    const busy = { kind: 'busy', retry: true };
    expect(await mustFail(share.rename('kept', 'moved'))).toMatchObject(busy);
    expect(await mustFail(share.remove('kept'))).toMatchObject(busy);
    expect(Buffer.from(await must(reader.read(0, 9))).toString()).toBe('first');
    expect([readFileSync(onDisk('kept'), 'utf8'), existsSync(onDisk('moved'))]).toEqual(['first', false]);
    await must(reader.close());
    await must(share.rename('kept', 'moved'));
    expect([existsSync(onDisk('kept')), readFileSync(onDisk('moved'), 'utf8')]).toEqual([false, 'first']);
  });

  test('that is held without sharing is busy for others, and goes with its handle', async (context) => {
    needSamba(context);
    const exclusive = {
      mode: 'open-or-create',
      access: ['read', 'write', 'delete'],
      share: [],
      deleteOnClose: true,
    } as const;
    const [mine, theirs] = [await connectTo(samba), await shareOf(samba)];
    const share = await must(mine.share('share'));
    const handle = await must(share.open('lease', exclusive));
    await must(handle.write(0, Buffer.from('mine')));
    expect(await mustFail(theirs.open('lease', exclusive))).toMatchObject({ kind: 'busy', retry: true });
    expect(await mustFail(theirs.open('lease'))).toMatchObject({ kind: 'busy', retry: true });
    await mine.close();
    await expect.poll(async () => (await theirs.stat('lease')).isErr()).toBe(true);
    await must((await must(theirs.open('lease', exclusive))).close());
    expect(await mustFail(theirs.stat('lease'))).toMatchObject({ kind: 'not-found' });
  });

  test('is opened in every way there is', async (context) => {
    needSamba(context);
    const share = await shareOf(samba);
    const open = async (mode: OpenMode) => {
      const opened = await share.open('modes', { mode, access: ['read', 'write'] });
      if (opened.isErr()) return opened.error.kind;
      const { size } = opened.value.opened;
      await must(opened.value.write(size, Buffer.from('x')));
      await must(opened.value.close());
      return size;
    };
    expect([await open('open'), await open('truncate')]).toEqual(['not-found', 'not-found']);
    expect([await open('create'), await open('create')]).toEqual([0, 'exists']);
    expect([await open('open'), await open('open-or-create')]).toEqual([1, 2]);
    expect([await open('truncate'), await open('open')]).toEqual([0, 1]);
    expect([await open('create-or-truncate'), await open('open')]).toEqual([0, 1]);
    await must(share.remove('modes'));
    expect([await open('create-or-truncate'), await open('open-or-create')]).toEqual([0, 1]);
    expect([await open('supersede'), await open('open')]).toEqual([0, 1]);
    await must(share.remove('modes'));
    expect([await open('supersede'), await open('open')]).toEqual([0, 1]);
  });

  test('written from a source that fails says what the source said', async (context) => {
    needSamba(context);
    const share = await shareOf(samba);
    const file = await must(share.open('failing', { mode: 'create-or-truncate', access: ['write'] }));
    const cause = new Error('the source is gone');
    const source = function* () {
      yield Buffer.alloc(10);
      throw cause;
    };
    expect(await mustFail(file.writeStream(source()))).toMatchObject({ kind: 'aborted', cause });
    await must(file.close());
  });

  test('streams through web streams', async (context) => {
    needSamba(context);
    const share = await shareOf(samba);
    const bytes = Buffer.alloc(2_500_000, 'web stream ');
    const file = await must(share.open('web', { mode: 'create-or-truncate', access: ['read', 'write'] }));
    expect(await must(file.writeStream(new Blob([bytes]).stream()))).toBe(bytes.length);
    const chunks: Uint8Array[] = [];
    for await (const chunk of ReadableStream.from(file.readStream({ offset: 1 })))
      chunks.push(await must(chunk));
    expect(Buffer.concat(chunks).equals(bytes.subarray(1))).toBe(true);
    await must(file.close());
  });
});
