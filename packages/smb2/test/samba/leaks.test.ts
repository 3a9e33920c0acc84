import { getEventListeners } from 'node:events';
import { needSamba, startSamba } from '@sessionkeep/testkit/samba';
import { expect, test } from 'vitest';
import { SmbClient, type SmbShare } from '../../src/index.js';
import { addressOf, connectTo } from '../helpers/connect.js';
import { memoryHeld } from '../helpers/memory.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';

noStrayRejections();

const BACKUPS = 500;
const MIB = 1 << 20;
const BYTES = Buffer.alloc(100_000, 'session ');

/** What ends all backups of a process early: it outlives them, and so does whatever stays attached to it. */
const { signal: interrupt } = new AbortController();

/** All that a backup does with a share, what fails and what is aborted too; `held` is told while it has a lease. */
async function backUp(share: SmbShare, number: number, held: () => Promise<void>): Promise<void> {
  const lease = await must(
    share.open('lease', {
      mode: 'open-or-create',
      access: ['read', 'write', 'delete'],
      share: [],
      deleteOnClose: true,
      signal: interrupt,
    }),
  );
  await held();
  for await (const entry of share.list('', { signal: interrupt }))
    if ((await must(entry)).kind === 'file') break;
  const [path, temporary] = [`f${number % 20}`, 'part'];
  const small = { path, temporary, bytes: BYTES, signal: interrupt };
  await must(share.publish({ ...small, replace: true, times: { modified: 1_000n } }));
  expect(await mustFail(share.publish(small))).toMatchObject({ kind: 'exists' });
  const file = await must(share.open(path, { access: ['read', 'write'] }));
  await must(file.append(BYTES.subarray(0, 10), { signal: interrupt }));
  for await (const chunk of file.readStream({ signal: interrupt })) await must(chunk);
  await must(file.close({ flush: number % 50 === 0, times: { modified: 2_000n } }));
  const content = await must(share.readFile(path, { offset: BYTES.length, length: 100, signal: interrupt }));
  expect(content.bytes).toHaveLength(10);
  await must(share.stat(path, { signal: interrupt }));
  await mustFail(share.open('not there'));
  await mustFail(share.open(path, { mode: 'create', access: ['write'] }));
  const aborter = new AbortController();
  const { signal } = aborter;
  const aborted = Promise.all([
    share.open(path, { signal }),
    share.publish({ path: 'aborted', temporary: 'aborted.part', bytes: BYTES, replace: true, signal }),
  ]);
  if (number % 2 === 0) await must(share.stat(''));
  aborter.abort();
  const [opened] = await aborted;
  if (opened.isOk()) await must(opened.value.close());
  await must(share.rename(path, `${path} moved`, { replace: true }));
  await must(lease.close());
}

test('500 backups over one connection leave nothing open on the server, and nothing in memory', async (context) => {
  needSamba(context, { openFiles: true });
  await using samba = await startSamba({ settings: { 'strict sync': 'no' } });
  const client = await connectTo(samba);
  const share = await must(client.share('share'));
  let before = 0;
  for (let number = 1; number <= BACKUPS; number++) {
    await backUp(share, number, async () => {
      if (number % 100 !== 0) return;
      const open = async () => (await samba.openFiles()).map(({ path, handles }) => [path, handles]);
      await expect.poll(open).toEqual([['lease', 1]]);
    });
    if (number === 100) before = await memoryHeld();
  }
  await must(client.echo());
  await expect.poll(() => samba.openFiles()).toEqual([]);
  expect((await memoryHeld()) - before).toBeLessThan(MIB);
  expect(getEventListeners(interrupt, 'abort')).toHaveLength(0);
});

test('connections that are made and ended leave nothing open, and nothing in memory', async (context) => {
  needSamba(context, { openFiles: true });
  await using samba = await startSamba();
  const connectMany = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn++) {
      const client = await must(SmbClient.connect(addressOf(samba)));
      const share = await must(client.share('share'));
      // The server closes it with the session.
      await must(share.open('left', { mode: 'open-or-create', access: ['read', 'write'] }));
      await client.close();
    }
  };
  await connectMany(20);
  const before = await memoryHeld();
  await connectMany(60);
  expect((await memoryHeld()) - before).toBeLessThan(MIB / 2);
  await expect.poll(() => samba.openFiles(), { timeout: 20_000 }).toEqual([]);
});
