import { describe, expect, test } from 'vitest';
import type { SmbClient } from '../../src/client/smb-client.js';
import { Status } from '../../src/status/status.js';
import { Command } from '../../src/wire/command.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import { FILE_ID, type PeerRequest } from './scripted-peer.js';
import * as say from './responses.js';
import { meet } from './with-peer.js';

noStrayRejections();

/** A peer that holds what has one of these commands, for ever or until it is answered by hand. */
async function holding(...commands: readonly number[]) {
  const held: PeerRequest[] = [];
  const meeting = await meet({
    script: (request) => {
      if (!commands.includes(request.header.command)) return undefined;
      held.push(request);
      return null;
    },
  });
  return { ...meeting, held };
}

describe('a server that says nothing', () => {
  test('is asked for a sign of life, and then given up', async () => {
    const { peer, clock, share, held } = await holding(Command.create, Command.echo);
    const { client, share: files } = await share({ timeouts: { silence: 30_000 } });
    const opening = mustFail(files.open('a'));
    await expect.poll(() => held.length).toBe(1);
    clock.advance(9_000);
    expect(held).toHaveLength(1);
    clock.advance(2_000);
    await expect.poll(() => held.map(({ header }) => header.command)).toEqual([Command.create, Command.echo]);
    clock.advance(19_500);
    expect(await opening).toMatchObject({ kind: 'timeout', retry: true, path: 'a' });
    expect(client.connected).toBe(false);
    expect(await mustFail(client.echo())).toMatchObject({ kind: 'timeout' });
    expect(clock.timers).toBe(0);
    expect(peer.commands.filter((command) => command === Command.echo)).toHaveLength(1);
  });

  test.each([
    ['what is agreed on', Command.negotiate],
    ['signing in', Command.sessionSetup],
    ['connecting to a share', Command.treeConnect],
  ])('at %s is given up after the same time, though there is no credit to ask it with', async (_, step) => {
    const held: PeerRequest[] = [];
    const { clock, connect } = await meet({
      grant: () => 1,
      script: (request) => {
        if (request.header.command !== step) return undefined;
        held.push(request);
        return null;
      },
    });
    const timeouts = { silence: 30_000, answer: 120_000 };
    const reaching = mustFail(
      connect({ timeouts }).then(async (it) => (it.isErr() ? it : it.value.share('a'))),
    );
    await expect.poll(() => held.length).toBe(1);
    clock.advance(29_000);
    await new Promise(setImmediate);
    expect(held).toHaveLength(1);
    clock.advance(6_000);
    expect(await reaching).toMatchObject({ kind: 'timeout', retry: true });
    expect(clock.timers).toBe(0);
  });

  test('of any use, because the length of a frame is wrong, is given up though it answers', async () => {
    const { peer, clock, share } = await meet({
      script: ({ header }) => {
        if (header.command !== Command.create) return undefined;
        // All that is said from here on is taken for the content of this frame.
        peer.sendRaw(Buffer.of(0, 15, 0, 0));
        return null;
      },
    });
    const { share: files } = await share({ timeouts: { silence: 30_000 } });
    const opening = mustFail(files.open('a'));
    await expect.poll(() => peer.commands.at(-1)).toBe(Command.create);
    const ended = opening.then(() => true);
    for (let second = 0; second < 60; second++) {
      clock.advance(1_000);
      // What is asked reaches the peer, and its answer comes back, before time goes on.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await Promise.race([ended, Promise.resolve(false)])).toBe(true);
    expect(await opening).toMatchObject({ kind: 'timeout', retry: true, path: 'a' });
  });

  test('while nothing is asked of it is left alone, and no timer runs', async () => {
    const { clock, share } = await holding(Command.echo);
    const { client } = await share();
    clock.advance(1_000_000);
    expect(client.connected).toBe(true);
    expect(clock.timers).toBe(0);
  });

  test('at the goodbye is not waited for', async () => {
    const { clock, share, held } = await holding(Command.logoff);
    const { client } = await share();
    const closing = client.close();
    await expect.poll(() => held.length).toBe(1);
    clock.advance(2_000);
    await closing;
    expect(client.connected).toBe(false);
  });
});

describe('a server that is alive and does not answer', () => {
  test('is told to leave it, and the file that opens after all is closed', async () => {
    const { peer, clock, share, held } = await holding(Command.create);
    const { client, share: files } = await share({ timeouts: { silence: 30_000, answer: 60_000 } });
    const opening = mustFail(files.open('a'));
    await expect.poll(() => held.length).toBe(1);
    peer.interim(held[0]!, 4711n);
    await must(client.echo());
    for (let minute = 0; minute < 70_000; minute += 10_000) {
      clock.advance(10_000);
      await must(client.echo());
    }
    expect(await opening).toMatchObject({ kind: 'timeout', retry: true, path: 'a' });
    const cancel = peer.requests.find(({ header }) => header.command === Command.cancel);
    expect(cancel?.header).toMatchObject({ asyncId: 4711n, messageId: held[0]!.header.messageId });
    peer.reply(held[0]!, peer.normalAnswer(held[0]!));
    await expect.poll(() => peer.requests.at(-1)?.message.includes(FILE_ID)).toBe(true);
    expect(peer.commands.at(-1)).toBe(Command.close);
    expect(client.connected).toBe(true);
  });

  test('also when only later requests show that it has the first', async () => {
    const { clock, share, held } = await holding(Command.create);
    const { client, share: files } = await share({ timeouts: { silence: 30_000, answer: 60_000 } });
    const opening = mustFail(files.open('a'));
    await expect.poll(() => held.length).toBe(1);
    for (let time = 0; time <= 80_000; time += 10_000) {
      await must(client.echo());
      clock.advance(10_000);
    }
    expect(await opening).toMatchObject({ kind: 'timeout', retry: true });
    expect(client.connected).toBe(true);
  });
});

describe('a server that is alive, and answers nothing that costs more than a sign of life', () => {
  test('is left when all credits went into that, so that nobody waits for more for ever', async () => {
    const { peer, clock, share } = await meet({
      grant: ({ header }) => (header.command === Command.treeConnect ? 20 : 1),
      script: ({ header }) => (header.command === Command.write ? null : undefined),
    });
    const { client, share: files } = await share({ timeouts: { silence: 30_000, answer: 60_000 } });
    const file = await must(files.open('a', { access: ['write'] }));
    const writes = Array.from({ length: 30 }, (_, at) => mustFail(file.write(at, Buffer.alloc(10))));
    const written = (): number => peer.commands.filter((command) => command === Command.write).length;
    await expect.poll(written).toBeGreaterThan(16);
    const ended = Promise.all([...writes, mustFail(files.stat('b'))]);
    for (let second = 0; second < 180 && client.connected; second++) {
      clock.advance(1_000);
      // What is asked reaches the peer, and its answer comes back, before time goes on.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(client.connected).toBe(false);
    for (const error of await ended) expect(error).toMatchObject({ kind: 'timeout', retry: true });
    expect(peer.commands.filter((command) => command === Command.echo).length).toBeGreaterThan(2);
    expect(clock.timers).toBe(0);
  });
});

describe('an abort', () => {
  test('ends a call at once, cancels it, and undoes what it did after all', async () => {
    const { peer, share, held } = await holding(Command.create);
    const { client, share: files } = await share();
    const aborter = new AbortController();
    const opening = mustFail(files.open('a', { signal: aborter.signal }));
    await expect.poll(() => held.length).toBe(1);
    aborter.abort();
    expect(await opening).toMatchObject({ kind: 'aborted', retry: false, path: 'a' });
    await expect.poll(() => peer.commands.includes(Command.cancel)).toBe(true);
    peer.reply(held[0]!, peer.normalAnswer(held[0]!));
    await expect.poll(() => peer.commands.at(-1)).toBe(Command.close);
    await must(client.echo());
  });

  test('closes what a compound has left open', async () => {
    const { peer, share, held } = await holding(Command.create, Command.read, Command.close);
    const { share: files } = await share();
    const aborter = new AbortController();
    const reading = mustFail(files.readFile('a', { signal: aborter.signal }));
    await expect.poll(() => held.length).toBe(3);
    aborter.abort();
    expect(await reading).toMatchObject({ kind: 'aborted' });
    const [create, read, close] = held.splice(0);
    peer.replyAll(create!, [
      peer.normalAnswer(create!),
      peer.error(read!, Status.accessDenied),
      peer.error(close!, Status.accessDenied),
    ]);
    await expect.poll(() => held.map(({ message }) => message.includes(FILE_ID))).toEqual([true]);
  });

  test('before the call sends nothing', async () => {
    const { peer, share, connect } = await holding();
    const { client, share: files } = await share();
    const before = peer.requests.length;
    const signal = AbortSignal.abort();
    const calls = [
      files.open('a', { signal }),
      files.stat('a', { signal }),
      files.publish({ path: 'a', temporary: 'b', bytes: Buffer.of(), signal }),
      files.readFile('a', { signal }),
      client.share('x', { signal }),
      client.echo({ signal }),
    ];
    for (const call of calls) expect(await mustFail(call)).toMatchObject({ kind: 'aborted' });
    for await (const entry of files.list('', { signal })) {
      expect(entry._unsafeUnwrapErr()).toMatchObject({ kind: 'aborted' });
    }
    expect(peer.requests.length).toBe(before);
    expect(await mustFail(connect({ signal }))).toMatchObject({ kind: 'aborted' });
  });

  test('while signing in ends that, and the connection', async () => {
    const { connect, held } = await holding(Command.sessionSetup);
    const aborter = new AbortController();
    const connecting = mustFail(connect({ signal: aborter.signal }));
    await expect.poll(() => held.length).toBe(1);
    aborter.abort();
    expect(await connecting).toMatchObject({ kind: 'aborted' });
  });
});

describe('the end of a connection', () => {
  test('fails all that is under way, and all that comes later', async () => {
    const { peer, share, held } = await holding(Command.read, Command.create);
    const { client, share: files } = await share();
    const calls = ['a', 'b', 'c'].map((name) => mustFail(files.open(name)));
    await expect.poll(() => held.length).toBe(3);
    peer.hangUp();
    for (const call of calls) expect(await call).toMatchObject({ kind: 'unreachable', retry: true });
    expect(await mustFail(files.stat('a'))).toMatchObject({ kind: 'unreachable', retry: true });
    expect(client.connected).toBe(false);
    await client.close();
  });

  test('comes with the end of the block that uses it', async () => {
    const { peer, connect } = await holding();
    let kept: SmbClient;
    {
      await using client = await must(connect());
      kept = client;
      await must(client.echo());
    }
    expect(kept.connected).toBe(false);
    expect(peer.commands.at(-1)).toBe(Command.logoff);
  });

  test('by close fails what is under way as closed, says goodbye, and may be asked for again', async () => {
    const { peer, share, held } = await holding(Command.create);
    const { client, share: files } = await share();
    const opening = mustFail(files.open('a'));
    await expect.poll(() => held.length).toBe(1);
    await Promise.all([client.close(), client.close()]);
    expect(await opening).toMatchObject({ kind: 'closed', retry: false });
    expect(await mustFail(files.open('b'))).toMatchObject({ kind: 'closed', retry: false });
    expect(peer.commands.at(-1)).toBe(Command.logoff);
    await client.close();
  });

  test.each([Status.userSessionDeleted, Status.networkSessionExpired])(
    'of the session, said in the clear (%i), asks for a new one',
    async (status) => {
      const { peer, share } = await meet({
        script: (request) => {
          if (request.header.command !== Command.create) return undefined;
          peer.send(say.response(request.header, say.errorBody(), { status, credits: 1, flags: 0 }));
          return null;
        },
      });
      const { client, share: files } = await share();
      expect(await mustFail(files.open('a'))).toMatchObject({ kind: 'closed', retry: true });
      expect(client.connected).toBe(false);
    },
  );
});
