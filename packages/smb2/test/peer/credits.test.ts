import { expect, test } from 'vitest';
import { Command } from '../../src/wire/command.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import type { PeerRequest } from './scripted-peer.js';
import { meet } from './with-peer.js';

noStrayRejections();

/** How many requests at most were not answered, by their charge. */
function spent(requests: readonly PeerRequest[]): readonly number[] {
  return requests.map(({ header }) => header.creditCharge);
}

test('each request asks for at least as many credits as it costs, and the ids go on by that', async () => {
  const { peer, share } = await meet();
  const { share: files } = await share();
  peer.size = 3 << 20;
  const file = await must(files.open('a'));
  await must(file.read(0, 3 << 20));
  let next = 0n;
  for (const { header } of peer.requests) {
    if (header.command === Command.cancel) continue;
    expect(header.messageId).toBe(next);
    expect(header.credits).toBeGreaterThanOrEqual(header.creditCharge);
    next += BigInt(Math.max(1, header.creditCharge));
  }
  expect(Math.max(...spent(peer.requests))).toBe(16);
});

test('a server that gives one credit at a time is worked with, in small pieces and one by one', async () => {
  const { peer, share } = await meet({ grant: () => 1 });
  const { share: files } = await share();
  const file = await must(files.open('a', { access: ['read', 'write'] }));
  await must(file.write(0, Buffer.alloc(300_000)));
  await must(files.publish({ path: 'a', temporary: 'b', bytes: Buffer.alloc(100_000) }));
  await Promise.all([must(file.read(0, 500)), must(file.read(0, 500)), must(file.close())]);
  expect(Math.max(...spent(peer.requests))).toBe(1);
});

test.each([
  [128 * 1024, 1 << 23, 128 * 1024],
  [4 << 20, 1 << 23, 4 << 20],
  [1 << 30, 1 << 23, 1 << 23],
  [undefined, 1 << 23, 1 << 20],
  [4 << 20, 1 << 20, 1 << 20],
])('requests of %s bytes at most, where the server takes %s, have %s', async (requestSize, maxIo, wanted) => {
  const { peer, share } = await meet({ maxIo });
  peer.size = 1 << 24;
  const { share: files } = await share(requestSize === undefined ? {} : { requestSize });
  const file = await must(files.open('a', { access: ['read', 'write'] }));
  await must(file.write(0, Buffer.alloc(1 << 24)));
  await must(file.read(0, 1 << 24));
  for (const asked of [Command.write, Command.read]) {
    const sizes = peer.requests
      .filter(({ header }) => header.command === asked)
      .map(({ message }) => message.readUInt32LE(64 + 4));
    expect(Math.max(...sizes)).toBe(wanted);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1 << 24);
  }
});

test('a server that gives none for a while is waited for', async () => {
  const held: PeerRequest[] = [];
  const { peer, share } = await meet({
    script: (request) => {
      if (request.header.command !== Command.read) return undefined;
      held.push(request);
      if (held.length > 1) return null;
      // All that are under way by then are answered without a credit; only the last brings some.
      setImmediate(() => {
        for (const one of held.splice(1)) peer.reply(one, peer.normalAnswer(one, 0));
        peer.reply(request, peer.normalAnswer(request, 48));
        held.splice(0);
      });
      return null;
    },
    grant: () => 10,
  });
  peer.size = 64 << 20;
  const { share: files } = await share();
  const file = await must(files.open('a'));
  const reads = Array.from({ length: 12 }, (_, part) => must(file.read(part << 20, 1 << 20)));
  expect((await Promise.all(reads)).map(({ length }) => length)).toEqual(Array(12).fill(1 << 20));
});

test('a server that gives none any more ends in an error, not in waiting', async () => {
  const { share } = await meet({ grant: ({ header }) => (header.command >= Command.create ? 0 : 1) });
  const { client } = await share();
  await must(client.echo());
  expect(await mustFail(client.echo())).toMatchObject({ kind: 'protocol' });
});

test('an interim reply brings credits that others go on with', async () => {
  const { peer, share } = await meet({
    grant: ({ header }) => (header.command === Command.treeConnect ? 1 : header.command > 3 ? 0 : 1),
    script: (request) => {
      if (request.header.command !== Command.create) return undefined;
      peer.interim(request, 77n, 3);
      return null;
    },
  });
  const { client, share: files } = await share();
  const opening = mustFail(files.open('slow'));
  await expect.poll(() => peer.commands.includes(Command.create)).toBe(true);
  await must(client.echo());
  await must(client.echo());
  peer.hangUp();
  expect(await opening).toMatchObject({ kind: 'unreachable', retry: true });
});
