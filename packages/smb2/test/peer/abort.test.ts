import { describe, expect, test } from 'vitest';
import type { Result } from 'neverthrow';
import type { CallOptions, SmbError, SmbFile, SmbShare } from '../../src/index.js';
import type { SmbClient } from '../../src/client/smb-client.js';
import { Status } from '../../src/status/status.js';
import { Command } from '../../src/wire/command.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import type { PeerRequest } from './scripted-peer.js';
import { meet } from './with-peer.js';

noStrayRejections();

interface World {
  readonly client: SmbClient;
  readonly share: SmbShare;
  readonly file: SmbFile;
}

type Answer = Promise<Result<unknown, SmbError>>;

async function first(items: AsyncIterable<Result<unknown, SmbError>>): Promise<Result<unknown, SmbError>> {
  for await (const item of items) return item;
  throw new Error('there is no item');
}

const bytes = Buffer.from('bytes');

/** Every call that may last, and what it takes. */
const CALLS: readonly (readonly [string, (world: World, options: CallOptions) => Answer])[] = [
  ['client.share', ({ client }, options) => client.share('other', options)],
  ['client.shares', ({ client }, options) => client.shares(options)],
  ['client.echo', ({ client }, options) => client.echo(options)],
  ['share.open', ({ share }, options) => share.open('a', options)],
  ['share.stat', ({ share }, options) => share.stat('a', options)],
  ['share.list', ({ share }, options) => first(share.list('', options))],
  ['share.mkdir', ({ share }, options) => share.mkdir('a/b', { recursive: true, ...options })],
  ['share.remove', ({ share }, options) => share.remove('a', options)],
  ['share.removeFolder', ({ share }, options) => share.removeFolder('a', options)],
  ['share.rename', ({ share }, options) => share.rename('a', 'b', options)],
  ['share.setTimes', ({ share }, options) => share.setTimes('a', { modified: 0n }, options)],
  ['share.flushFolder', ({ share }, options) => share.flushFolder('a', options)],
  ['share.readFile', ({ share }, options) => share.readFile('a', options)],
  ['share.publish', ({ share }, options) => share.publish({ path: 'a', temporary: 'b', bytes, ...options })],
  [
    'share.publish, replacing',
    ({ share }, options) => share.publish({ path: 'a', temporary: 'b', bytes, replace: true, ...options }),
  ],
  ['share.space', ({ share }, options) => share.space(options)],
  ['share.volume', ({ share }, options) => share.volume(options)],
  ['share.close', ({ share }, options) => share.close(options)],
  ['file.read', ({ file }, options) => file.read(0, 10, options)],
  ['file.readStream', ({ file }, options) => first(file.readStream(options))],
  ['file.write', ({ file }, options) => file.write(0, bytes, options)],
  ['file.append', ({ file }, options) => file.append(bytes, options)],
  ['file.writeStream', ({ file }, options) => file.writeStream([bytes], options)],
  ['file.flush', ({ file }, options) => file.flush(options)],
  ['file.truncate', ({ file }, options) => file.truncate(0, options)],
  ['file.setTimes', ({ file }, options) => file.setTimes({ modified: 0n }, options)],
  ['file.stat', ({ file }, options) => file.stat(options)],
  ['file.close', ({ file }, options) => file.close(options)],
  ['file.close, durable', ({ file }, options) => file.close({ flush: true, ...options })],
];

/** A server that answers until it is told to say nothing more. */
async function muteable() {
  let isMute = false;
  const meeting = await meet({ script: () => (isMute ? null : undefined) });
  const { client, share } = await meeting.share();
  const file = await must(share.open('a', { access: ['read', 'write'] }));
  return { ...meeting, world: { client, share, file }, mute: () => (isMute = true) };
}

describe.each(CALLS)('%s', (name, call) => {
  test('ends as soon as it is aborted, on a server that says nothing', async () => {
    const { peer, world, mute } = await muteable();
    const before = peer.requests.length;
    mute();
    const aborter = new AbortController();
    const answer = call(world, { signal: aborter.signal });
    await expect.poll(() => peer.requests.length).toBeGreaterThan(before);
    aborter.abort();
    expect(await mustFail(answer)).toMatchObject({ kind: 'aborted', retry: false });
    expect(world.client.connected).toBe(true);
  });

  test('sends nothing but what lets go of a handle if it was aborted before', async () => {
    const { peer, world } = await muteable();
    const before = peer.requests.length;
    expect(await mustFail(call(world, { signal: AbortSignal.abort() }))).toMatchObject({ kind: 'aborted' });
    await must(world.client.echo());
    const sent = peer.commands.slice(before);
    expect(sent).toEqual([...(name.startsWith('file.close') ? [Command.close] : []), Command.echo]);
  });
});

describe('a publication that is aborted', () => {
  const held: PeerRequest[] = [];
  const removes = (requests: readonly PeerRequest[], name: string): boolean =>
    requests.some(
      ({ header, message }, index) =>
        header.command === Command.create &&
        message.includes(Buffer.from(name, 'utf16le')) &&
        requests[index + 1]?.header.command === Command.setInfo,
    );
  const holding = (...commands: readonly number[]) => {
    held.splice(0);
    return meet({
      script: (request) => {
        if (!commands.includes(request.header.command) || held.length === commands.length) return undefined;
        held.push(request);
        return null;
      },
    });
  };

  test('has what the server makes of it after all removed', async () => {
    const { create, write, flush, setInfo, close } = Command;
    const { peer, share } = await holding(create, write, flush, setInfo, close);
    const { share: files } = await share();
    const aborter = new AbortController();
    const { signal } = aborter;
    const publishing = mustFail(files.publish({ path: 'final', temporary: 'part', bytes, signal }));
    await expect.poll(() => held.length).toBe(5);
    aborter.abort();
    expect(await publishing).toMatchObject({ kind: 'aborted' });
    const before = peer.requests.length;
    const [first, ...rest] = held;
    peer.replyAll(first!, [
      peer.normalAnswer(first!),
      ...rest.map((one) => peer.error(one, Status.accessDenied)),
    ]);
    await expect.poll(() => removes(peer.requests.slice(before), 'part')).toBe(true);
    expect(removes(peer.requests.slice(before), 'final')).toBe(false);
  });

  test('stays where the server has done all of it', async () => {
    const { create, write, flush, setInfo, close } = Command;
    const { peer, share } = await holding(create, write, flush, setInfo, close);
    const { client, share: files } = await share();
    const aborter = new AbortController();
    const { signal } = aborter;
    const publishing = mustFail(files.publish({ path: 'final', temporary: 'part', bytes, signal }));
    await expect.poll(() => held.length).toBe(5);
    aborter.abort();
    await publishing;
    const before = peer.requests.length;
    peer.replyAll(
      held[0]!,
      held.map((one) => peer.normalAnswer(one)),
    );
    await must(client.echo());
    const sent = peer.commands.slice(before).filter((command) => command !== Command.cancel);
    expect(sent).toEqual([Command.echo]);
  });

  test('does not wait for its temporary file to be gone', async () => {
    let isMute = false;
    const { peer, share } = await meet({
      script: ({ header }) =>
        header.command === Command.write ? ((isMute = true), null) : isMute ? null : undefined,
    });
    const { share: files } = await share();
    const aborter = new AbortController();
    const { signal } = aborter;
    const large = Buffer.alloc(3 << 20);
    const publishing = mustFail(files.publish({ path: 'final', temporary: 'part', bytes: large, signal }));
    await expect.poll(() => isMute).toBe(true);
    const before = peer.requests.length;
    aborter.abort();
    expect(await publishing).toMatchObject({ kind: 'aborted' });
    await expect.poll(() => removes(peer.requests.slice(before), 'part')).toBe(true);
  });
});

test.each([
  ['signed', 0],
  ['encrypted', 0x8000],
])('a share that opens after all is left again, %s as it has to be', async (_, shareFlags) => {
  const held: PeerRequest[] = [];
  const { peer, connect } = await meet({
    shareFlags,
    script: (request) => {
      if (request.header.command !== Command.treeConnect) return undefined;
      held.push(request);
      return null;
    },
  });
  const client = await must(connect());
  const aborter = new AbortController();
  const reaching = mustFail(client.share('a', { signal: aborter.signal }));
  await expect.poll(() => held.length).toBe(1);
  aborter.abort();
  expect(await reaching).toMatchObject({ kind: 'aborted' });
  peer.reply(held[0]!, peer.normalAnswer(held[0]!));
  await expect.poll(() => peer.commands.at(-1)).toBe(Command.treeDisconnect);
  expect(peer.requests.at(-1)).toMatchObject({ sealed: shareFlags !== 0, header: { treeId: 5 } });
});

test('a share that is none of files is left again', async () => {
  const { peer, connect } = await meet({ shareType: 3 });
  const client = await must(connect());
  expect(await mustFail(client.share('printer'))).toMatchObject({ kind: 'unsupported' });
  await expect.poll(() => peer.commands.at(-1)).toBe(Command.treeDisconnect);
});

test('a share that waits for the check of 3.0 is aborted alone, and what it had is let go', async () => {
  let isMute = true;
  const { peer, connect } = await meet({
    dialect: 0x302,
    script: (request) => (request.header.command === Command.ioctl && isMute ? null : undefined),
  });
  const client = await must(connect());
  const aborter = new AbortController();
  const [aborted, patient] = [mustFail(client.share('a', { signal: aborter.signal })), client.share('b')];
  await expect.poll(() => peer.commands.includes(Command.ioctl)).toBe(true);
  aborter.abort();
  expect(await aborted).toMatchObject({ kind: 'aborted', path: 'a' });
  isMute = false;
  const asked = peer.requests.find(({ header }) => header.command === Command.ioctl)!;
  peer.reply(asked, peer.normalAnswer(asked));
  await must((await must(patient)).stat('x'));
  expect(peer.commands).toContain(Command.treeDisconnect);
});
