import { describe, expect, test } from 'vitest';
import { Status } from '../../src/status/status.js';
import { Command } from '../../src/wire/command.js';
import { ControlCode, decodeIoctlResponse } from '../../src/wire/ioctl.js';
import { golden } from '../golden.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import type { PeerOptions } from './scripted-peer.js';
import * as say from './responses.js';
import { meet } from './with-peer.js';

noStrayRejections();

/** A folder that is told in so many answers, and then again from its beginning where it is opened again. */
function folderOf(answers: number): NonNullable<PeerOptions['script']> {
  let told = 0;
  return (request, peer) => {
    if (request.header.command === Command.create) told = 0;
    if (request.header.command !== Command.queryDirectory || told === answers) return undefined;
    const entries = [{ name: `e${told++}`, attributes: 0x20 }];
    const body = say.outputBody(say.entriesOutput(entries));
    return say.response(request.header, body, { credits: peer.credits(request) });
  };
}

describe('a folder', () => {
  test.each([
    [0, 4],
    [1, 4],
    [2, 4 + 5],
    [5, 4 + 8],
  ])('that is told in %i answers is listed once, by %i messages', async (answers, messages) => {
    const { peer, client, share } = await listing(folderOf(answers));
    const before = peer.requests.length;
    const names: string[] = [];
    for await (const entry of share.list('folder')) names.push((await must(entry)).name);
    expect(names).toEqual(Array.from({ length: answers }, (_, index) => `e${index}`));
    await must(client.echo());
    expect(peer.requests.length - 1 - before).toBe(messages);
    const count = (command: number) => peer.commands.filter((each) => each === command).length;
    expect(count(Command.close)).toBe(count(Command.create));
  });

  test('of which nothing is told, not even that it has ended, is an error and not asked for ever', async () => {
    const { peer, client, share } = await listing((request, server) =>
      request.header.command === Command.queryDirectory
        ? say.response(request.header, say.outputBody(Buffer.alloc(0)), { credits: server.credits(request) })
        : undefined,
    );
    const errors: unknown[] = [];
    for await (const entry of share.list('folder')) errors.push(await mustFail(entry));
    expect(errors).toMatchObject([{ kind: 'protocol', path: 'folder' }]);
    await must(client.echo());
    const count = (command: number) => peer.commands.filter((each) => each === command).length;
    expect(count(Command.close)).toBe(count(Command.create));
  });
});

async function listing(script: NonNullable<PeerOptions['script']>) {
  const meeting = await meet({ script });
  return { ...meeting, ...(await meeting.share()) };
}

describe('the shares of a server', () => {
  const output = (name: string): Buffer =>
    decodeIoctlResponse(golden('own-311-shares', name))._unsafeUnwrap().output;
  const [bound, list] = [output('< ioctl.2'), output('< ioctl.4')];

  /** A server whose pipe gives the list in these pieces. */
  const pipe = (...pieces: readonly Buffer[]): PeerOptions => {
    let asked = 0;
    let told = 0;
    return {
      shareType: 2,
      script: (request, peer) => {
        const { command } = request.header;
        if (command !== Command.ioctl && command !== Command.read) return undefined;
        const bytes = asked++ === 0 ? bound : (pieces[told++] ?? Buffer.alloc(0));
        const isCut = asked > 1 && told < pieces.length;
        const body =
          command === Command.read ? say.readBody(bytes) : say.ioctlBody(ControlCode.pipeTransceive, bytes);
        const status = isCut ? Status.bufferOverflow : Status.success;
        return say.response(request.header, body, { credits: peer.credits(request), status });
      },
    };
  };
  const cutAt = (...at: readonly number[]): Buffer[] =>
    [0, ...at].map((from, index) => list.subarray(from, at[index] ?? list.length));

  test.each([[[]], [[40]], [[8, 90]], [[1, 2, 3]]])(
    'are read from answers that are cut at %j',
    async (at) => {
      const { peer, connect } = await meet(pipe(...cutAt(...at)));
      const client = await must(connect());
      expect((await must(client.shares())).map(({ name }) => name)).toEqual(['share', 'IPC$']);
      await must(client.echo());
      expect(peer.commands.filter((command) => command === Command.close)).toHaveLength(1);
      expect(peer.commands).toContain(Command.treeDisconnect);
    },
  );

  test('that break off are an error, and the pipe is closed', async () => {
    const { peer, connect } = await meet(pipe(list.subarray(0, 40)));
    const client = await must(connect());
    expect(await mustFail(client.shares())).toMatchObject({ kind: 'protocol', operation: 'list the shares' });
    await must(client.echo());
    expect(peer.commands).toContain(Command.close);
    expect(client.connected).toBe(true);
  });

  test('that never end are an error', async () => {
    const endless = Buffer.from(list);
    endless.writeUInt8(0, 3);
    const pieces = Array.from({ length: 60_000 }, () => endless);
    const { connect } = await meet(pipe(...pieces));
    const client = await must(connect());
    expect(await mustFail(client.shares())).toMatchObject({
      kind: 'protocol',
      message: expect.stringContaining('does not end') as unknown,
    });
  });
});
