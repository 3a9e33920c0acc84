import { randomBytes } from 'node:crypto';
import { needSamba, startSamba } from '@sessionkeep/testkit/samba';
import { expect, test } from 'vitest';
import { SmbClient } from '../../src/client/smb-client.js';
import { addressOf, connectTo } from '../helpers/connect.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import { FakeClock } from '../peer/fake-clock.js';

noStrayRejections();

const bytes = Buffer.alloc(1 << 20, 7);

test('a server that is killed fails all that is under way, and a new client goes on when it is back', async (context) => {
  needSamba(context);
  await using samba = await startSamba();
  const client = await connectTo(samba);
  const share = await must(client.share('share'));
  const file = await must(share.open('a', { mode: 'create', access: ['read', 'write'] }));
  await must(file.write(0, bytes));
  const endless = function* () {
    for (;;) yield bytes;
  };
  const writing = mustFail(file.writeStream(endless()));
  const calls = [writing, ...['a', 'b', 'c'].map((path) => mustFail(publishUntilItFails(path)))];
  async function publishUntilItFails(path: string) {
    for (;;) {
      const published = await share.publish({ path, temporary: `${path}.part`, bytes, replace: true });
      if (published.isErr()) return published;
    }
  }
  await must(client.echo());
  await samba.kill();
  for (const call of calls) expect(await call).toMatchObject({ kind: 'unreachable', retry: true });
  expect(client.connected).toBe(false);
  expect(await mustFail(file.close())).toMatchObject({ kind: 'unreachable', retry: true });
  await client.close();

  await samba.restart();
  const again = await connectTo(samba);
  const fresh = await must(again.share('share'));
  expect((await must(fresh.stat('a'))).size).toBeGreaterThanOrEqual(bytes.length);
  await must(fresh.publish({ path: 'a', temporary: 'a.part', bytes, replace: true }));
});

test('a server that is frozen is noticed, and nobody waits for ever', async (context) => {
  needSamba(context);
  await using samba = await startSamba();
  const clock = Object.assign(new FakeClock(), { random: randomBytes });
  const client = await must(
    SmbClient.connectWith({ ...addressOf(samba), timeouts: { silence: 20_000 } }, clock),
  );
  const share = await must(client.share('share'));
  const file = await must(share.open('a', { mode: 'create', access: ['write'] }));
  samba.freeze();
  const calls = [
    mustFail(file.writeStream(Array.from({ length: 40 }, () => bytes))),
    mustFail(share.stat('a')),
    mustFail(client.echo()),
  ];
  // What the system takes into its own buffers has gone by then.
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (let time = 0; time < 30_000; time += 1000) clock.advance(1000);
  for (const call of calls) expect(await call).toMatchObject({ kind: 'timeout', retry: true });
  expect(client.connected).toBe(false);
  await client.close();
  samba.thaw();
  const again = await connectTo(samba);
  await must((await must(again.share('share'))).stat('a'));
});

test('an abort ends streams in both directions, and the connection goes on', async (context) => {
  needSamba(context, { openFiles: true });
  await using samba = await startSamba();
  const client = await connectTo(samba);
  const share = await must(client.share('share'));
  const file = await must(share.open('a', { mode: 'create', access: ['read', 'write'] }));
  const aborter = new AbortController();
  let given = 0;
  const source = function* () {
    for (;;) {
      given += 1;
      if (given === 30) aborter.abort();
      yield bytes;
    }
  };
  expect(await mustFail(file.writeStream(source(), { signal: aborter.signal }))).toMatchObject({
    kind: 'aborted',
  });
  expect(given).toBeLessThan(60);
  const reading = new AbortController();
  const kinds: string[] = [];
  for await (const chunk of file.readStream({ signal: reading.signal })) {
    reading.abort();
    kinds.push(chunk.isOk() ? 'chunk' : chunk.error.kind);
  }
  expect(kinds.at(-1)).toBe('aborted');
  await must(file.close());
  await must(client.echo());
  await expect.poll(() => samba.openFiles()).toEqual([]);
});

test('aborted opens and publications leave nothing open', async (context) => {
  needSamba(context, { openFiles: true });
  await using samba = await startSamba();
  const client = await connectTo(samba);
  const share = await must(client.share('share'));
  const outcomes = new Set<string>();
  for (let round = 0; round < 40; round++) {
    const aborter = new AbortController();
    const { signal } = aborter;
    const open = share.open(`o${round}`, { mode: 'create', access: ['write'], signal });
    const publish = share.publish({ path: `p${round}`, temporary: `t${round}`, bytes, signal });
    const read = share.readFile(`p${round - 1}`, { signal });
    if (round % 4 > 0) await new Promise((resolve) => setImmediate(resolve));
    if (round % 4 > 1) await must(client.echo());
    aborter.abort();
    const [opened, published, content] = await Promise.all([open, publish, read]);
    if (opened.isOk()) await must(opened.value.close());
    for (const one of [opened, published, content]) outcomes.add(one.isOk() ? 'ok' : one.error.kind);
  }
  expect(outcomes).toContain('aborted');
  await must(client.echo());
  await expect.poll(() => samba.openFiles()).toEqual([]);
});
