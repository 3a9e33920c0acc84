import { describe, expect, test } from 'vitest';
import { Status } from '../../src/status/status.js';
import { Command } from '../../src/wire/command.js';
import { HeaderFlag, UNSOLICITED } from '../../src/wire/header.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import { FILE_ID, type PeerRequest } from './scripted-peer.js';
import * as say from './responses.js';
import { meet } from './with-peer.js';

noStrayRejections();

const MIB = 1 << 20;

describe('answers', () => {
  test('may come in any order', async () => {
    const held: PeerRequest[] = [];
    const { peer, share } = await meet({
      script: (request) => {
        if (request.header.command !== Command.read) return undefined;
        held.push(request);
        if (held.length < 4) return null;
        for (const one of held.reverse()) peer.reply(one, peer.normalAnswer(one));
        return null;
      },
    });
    peer.size = 4 * MIB;
    const { share: files } = await share();
    const file = await must(files.open('a'));
    const reads = await Promise.all([0, 1, 2, 3].map((part) => must(file.read(part * 1000, 10 + part))));
    expect(reads.map(({ length }) => length)).toEqual([10, 11, 12, 13]);
  });

  test('to a compound may come each for itself, and some together with others', async () => {
    const { peer, share } = await meet({
      script: (request) => {
        if (request.header.command !== Command.read) return undefined;
        // The reply to CREATE is under way alone by then, and CLOSE's follows.
        peer.reply(request, peer.normalAnswer(request));
        return null;
      },
    });
    const { share: files } = await share();
    const content = await must(files.readFile('a'));
    expect(content.bytes).toHaveLength(1000);
  });

  test('that are split and merged at any byte are the same', async () => {
    const { peer, share } = await meet({
      script: (request) => {
        if (request.header.command !== Command.read) return undefined;
        const message = peer.normalAnswer(request);
        peer.sign(message);
        const frame = Buffer.alloc(4 + message.length);
        frame.writeUInt32BE(message.length);
        message.copy(frame, 4);
        for (let at = 0; at < frame.length; at += 7) peer.sendRaw(frame.subarray(at, at + 7));
        return null;
      },
    });
    const { share: files } = await share();
    const file = await must(files.open('a'));
    expect(await must(file.read(0, 300))).toHaveLength(300);
  });

  test('to what was not asked end the connection', async () => {
    const { peer, share } = await meet({
      script: (request) => {
        if (request.header.command !== Command.echo) return undefined;
        const { header } = request;
        peer.reply(request, peer.normalAnswer({ ...request, header: { ...header, messageId: 9999n } }));
        return null;
      },
    });
    const { client } = await share();
    expect(await mustFail(client.echo())).toMatchObject({ kind: 'protocol', retry: false });
    expect(client.connected).toBe(false);
  });

  test.each<[string, (request: PeerRequest) => Buffer]>([
    [
      'with another command',
      ({ header }) => say.response({ ...header, command: Command.flush }, say.emptyBody()),
    ],
    ['with a request', ({ header }) => say.response(header, say.emptyBody(), { flags: 0 })],
    [
      'with what is no message',
      () => Buffer.from('not SMB at all, but long enough for a header: '.repeat(2)),
    ],
    ['with a part of a header', () => Buffer.from('fe534d4240', 'hex')],
  ])('%s end the connection', async (_, answer) => {
    const { peer, share } = await meet({
      script: (request) => {
        if (request.header.command !== Command.echo) return undefined;
        const message = answer(request);
        if (message.readUInt32BE() === 0xfe534d42 && message.length >= 64) {
          if (message.readUInt32LE(16) === HeaderFlag.response) message.writeUInt32LE(0, 16);
          peer.sign(message);
        }
        peer.send(message);
        return null;
      },
    });
    const { client } = await share();
    expect(await mustFail(client.echo())).toMatchObject({ kind: 'protocol', retry: false });
  });

  test('with more than was asked for are refused', async () => {
    const { peer, share } = await meet({
      script: (request) =>
        request.header.command === Command.read
          ? say.response(request.header, say.readBody(Buffer.alloc(200)), { credits: 1 })
          : undefined,
    });
    const { share: files } = await share();
    const file = await must(files.open('a'));
    expect(await mustFail(file.read(0, 100))).toMatchObject({ kind: 'protocol' });
    expect(peer.requests.length).toBeGreaterThan(0);
  });
});

test('a server may say something unasked: it is heard and nothing else', async () => {
  const { peer, share } = await meet();
  const { client } = await share();
  const [request] = peer.requests;
  const header = { ...request!.header, command: Command.oplockBreak, messageId: UNSOLICITED };
  const body = Buffer.alloc(24);
  body.writeUInt16LE(24);
  peer.send(say.response(header, body));
  await must(client.echo());
  expect(client.connected).toBe(true);
});

describe('a file', () => {
  test('is read in the right order with several requests ahead, and no more than that', async () => {
    let ahead = 0;
    let most = 0;
    const { peer, share } = await meet({
      script: (request) => {
        if (request.header.command !== Command.read) return undefined;
        ahead += 1;
        most = Math.max(most, ahead);
        setImmediate(() => {
          ahead -= 1;
          peer.reply(request, peer.normalAnswer(request));
        });
        return null;
      },
    });
    peer.size = 20 * MIB + 5;
    const { share: files } = await share();
    const file = await must(files.open('a'));
    let size = 0;
    for await (const chunk of file.readStream({ ahead: 4 * MIB })) size += (await must(chunk)).length;
    expect(size).toBe(20 * MIB + 5);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(5);
  });

  test('is read whole where the server gives less than is asked for', async () => {
    const { peer, share } = await meet({
      script: (request) => {
        if (request.header.command !== Command.read) return undefined;
        const offset = Number(request.message.readBigUInt64LE(72));
        const left = Math.min(request.message.readUInt32LE(68), peer.size - offset, 333);
        if (left <= 0) return undefined;
        return say.response(request.header, say.readBody(Buffer.alloc(left, offset % 251)), { credits: 20 });
      },
    });
    const { share: files } = await share();
    const file = await must(files.open('a'));
    const chunks: number[] = [];
    for await (const chunk of file.readStream()) chunks.push((await must(chunk)).length);
    expect(chunks).toEqual([333, 333, 333, 1]);
  });

  test('that has grown since it was opened is read to its end', async () => {
    const { peer, share } = await meet();
    const { share: files } = await share();
    const file = await must(files.open('a'));
    peer.size = 200_000;
    let size = 0;
    for await (const chunk of file.readStream()) size += (await must(chunk)).length;
    expect(size).toBe(200_000);
  });

  test('is written whole where the server takes less than it is given', async () => {
    const written: [number, number][] = [];
    const { share } = await meet({
      script: (request) => {
        if (request.header.command !== Command.write) return undefined;
        const count = Math.min(400, request.message.readUInt32LE(68));
        written.push([Number(request.message.readBigUInt64LE(72)), count]);
        return say.response(request.header, say.writeBody(count), { credits: 20 });
      },
    });
    const { share: files } = await share();
    const file = await must(files.open('a', { access: ['write'] }));
    await must(file.write(50, Buffer.alloc(1000)));
    expect(written).toEqual([
      [50, 400],
      [450, 400],
      [850, 200],
    ]);
  });

  test.each([0, 1001])('whose server says it wrote %i of 1000 bytes is not written', async (count) => {
    const { share } = await meet({
      script: ({ header }) =>
        header.command === Command.write
          ? say.response(header, say.writeBody(count), { credits: 9 })
          : undefined,
    });
    const { share: files } = await share();
    const file = await must(files.open('a', { access: ['write'] }));
    expect(await mustFail(file.write(0, Buffer.alloc(1000)))).toMatchObject({ kind: 'io' });
  });

  test('that is closed takes nothing any more, and is closed only once', async () => {
    const { peer, share } = await meet();
    const { share: files } = await share();
    const file = await must(files.open('a'));
    await must(file.close());
    expect(await must(file.close())).toBeNull();
    for (const late of [file.read(0, 1), file.write(0, Buffer.of(1)), file.flush(), file.stat()]) {
      expect(await mustFail(late)).toMatchObject({ kind: 'closed', retry: false });
    }
    expect(peer.commands.filter((command) => command === Command.close)).toHaveLength(1);
  });
});

describe('a file that is closed with its last bytes', () => {
  const related = ({ header }: PeerRequest): boolean => (header.flags & HeaderFlag.related) !== 0;
  const last = { write: { offset: 7, bytes: Buffer.from('bytes') }, flush: true, times: { modified: 1n } };

  test('takes them, and is durable with its times, in one message', async () => {
    const { peer, share } = await meet();
    const { share: files } = await share();
    const file = await must(files.open('a', { access: ['write'] }));
    const before = peer.requests.length;
    expect(await must(file.close(last))).toMatchObject({ kind: 'file', size: peer.size });
    const sent = peer.requests.slice(before);
    expect(sent.map(({ header }) => header.command)).toEqual([
      Command.write,
      Command.flush,
      Command.setInfo,
      Command.close,
    ]);
    expect(sent.map(related)).toEqual([false, true, true, true]);
    expect(sent[0]!.message.readBigUInt64LE(64 + 8)).toBe(7n);
    expect(await must(file.close(last))).toBeNull();
  });

  test('takes many in turn, and is closed last', async () => {
    const { peer, share } = await meet();
    const { share: files } = await share({ compounds: false });
    const file = await must(files.open('a', { access: ['write'] }));
    await must(file.close({ ...last, write: { offset: 0, bytes: Buffer.alloc(3 * MIB) } }));
    expect(peer.commands.filter((command) => command === Command.write)).toHaveLength(3);
    expect(peer.commands.at(-1)).toBe(Command.close);
    const empty = await must(files.open('a', { access: ['write'] }));
    await must(empty.close({ write: { offset: 0, bytes: Buffer.of() } }));
    expect(peer.commands.filter((command) => command === Command.write)).toHaveLength(3);
  });

  test.each([
    ['one', 5],
    ['many', 3 * MIB],
  ])('says that %s were not written, and is closed all the same', async (_, size) => {
    const { peer, share } = await meet({
      script: (request, one) =>
        request.header.command === Command.write ? one.error(request, 0xc000007f) : undefined,
    });
    const { share: files } = await share();
    const file = await must(files.open('a', { access: ['write'] }));
    const write = { offset: 0, bytes: Buffer.alloc(size) };
    expect(await mustFail(file.close({ write }))).toMatchObject({ kind: 'full', path: 'a' });
    await expect.poll(() => peer.commands.at(-1)).toBe(Command.close);
  });

  test('says that a server wrote only a part', async () => {
    const { share } = await meet({
      script: (request, peer) =>
        request.header.command === Command.write
          ? say.response(request.header, say.writeBody(3), { credits: peer.credits(request) })
          : undefined,
    });
    const { share: files } = await share();
    const file = await must(files.open('a', { access: ['write'] }));
    expect(await mustFail(file.close(last))).toMatchObject({ kind: 'io' });
    const other = await must(files.open('a', { access: ['write'] }));
    const far = { write: { offset: Number.MAX_SAFE_INTEGER, bytes: Buffer.of(1) } };
    expect(await mustFail(other.close(far))).toMatchObject({ kind: 'invalid' });
    await must(other.close());
  });
});

describe('a compound whose middle fails', () => {
  const failing = (status: number, closes: boolean) => (request: PeerRequest) => {
    const { command, flags } = request.header;
    if (command === Command.setInfo)
      return say.response(request.header, say.errorBody(), { status, credits: 9 });
    const related = (flags & HeaderFlag.related) !== 0;
    if (command === Command.close && related && !closes) {
      return say.response(request.header, say.errorBody(), { status, credits: 9 });
    }
    return undefined;
  };
  const publish = { path: 'a', temporary: 'a.part', bytes: Buffer.from('x'), times: { modified: 1n } };

  test('closes the file by itself where the server has not', async () => {
    const { peer, share } = await meet({ script: failing(Status.accessDenied, false) });
    const { share: files } = await share();
    expect(await mustFail(files.setTimes('a', { modified: 1n }))).toMatchObject({ kind: 'denied' });
    await expect
      .poll(() =>
        peer.requests.filter(({ message }) => message.includes(FILE_ID)).map((one) => one.header.command),
      )
      .toEqual([Command.close]);
  });

  test('takes away what it has made', async () => {
    const { peer, share } = await meet({ script: failing(Status.accessDenied, true) });
    const { share: files } = await share();
    expect(await mustFail(files.publish(publish))).toMatchObject({ kind: 'denied', operation: 'publish' });
    const removals = peer.requests.filter(
      ({ header, message }) =>
        header.command === Command.create && message.includes(Buffer.from('a.part', 'utf16le')),
    );
    expect(removals).toHaveLength(2);
  });

  test('does the same one by one', async () => {
    const { peer, share } = await meet({ script: failing(Status.accessDenied, true) });
    const { share: files } = await share({ compounds: false });
    expect(await mustFail(files.publish(publish))).toMatchObject({ kind: 'denied', operation: 'publish' });
    expect(peer.requests.every(({ header }) => (header.flags & HeaderFlag.related) === 0)).toBe(true);
    const opened = peer.commands.filter((command) => command === Command.create).length;
    await expect.poll(() => peer.commands.filter((command) => command === Command.close).length).toBe(opened);
  });
});
