import { describe, expect, test } from 'vitest';
import type { SmbError } from '../../src/index.js';
import { Status } from '../../src/status/status.js';
import { Command } from '../../src/wire/command.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import type { PeerOptions } from './scripted-peer.js';
import { meet } from './with-peer.js';

noStrayRejections();

const MIB = 1 << 20;

async function opened(script: PeerOptions = {}, size = 20 * MIB) {
  const meeting = await meet(script);
  meeting.peer.size = size;
  const { client, share } = await meeting.share();
  const file = await must(share.open('a', { access: ['read', 'write'] }));
  const sent = (command: number): number => meeting.peer.commands.filter((each) => each === command).length;
  return { ...meeting, client, file, sent };
}

/** A source that gives one chunk, and then nothing until it is left. */
function slow() {
  const state = { left: false };
  const source: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => {
      let given = false;
      return {
        next: () => {
          if (given) return new Promise(() => undefined);
          given = true;
          return Promise.resolve({ done: false, value: Buffer.alloc(10) });
        },
        return: () => {
          state.left = true;
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  };
  return { source, state };
}

const failsWrites: PeerOptions['script'] = (request, peer) =>
  request.header.command === Command.write ? peer.error(request, 0xc000007f) : undefined;

describe('a source that is slow', () => {
  test('does not keep an abort waiting', async () => {
    const { file, sent, client } = await opened();
    const { source, state } = slow();
    const aborter = new AbortController();
    const writing = mustFail(file.writeStream(source, { signal: aborter.signal }));
    await expect.poll(() => sent(Command.write)).toBe(1);
    await must(client.echo());
    aborter.abort();
    expect(await writing).toMatchObject({ kind: 'aborted', path: 'a' });
    expect(state.left).toBe(true);
    await must(file.write(0, Buffer.alloc(1)));
  });

  test('does not hide that a write has failed', async () => {
    const { file } = await opened({ script: failsWrites });
    const { source, state } = slow();
    expect(await mustFail(file.writeStream(source))).toMatchObject({ kind: 'full' });
    expect(state.left).toBe(true);
  });

  test('may fail in the end without anybody being hurt', async () => {
    const { file } = await opened({ script: failsWrites });
    const source = async function* () {
      try {
        yield await Promise.resolve(Buffer.alloc(10));
        yield Buffer.alloc(10);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- a source may be as bad as this
        throw new Error('at the end');
      }
    };
    expect((await mustFail(file.writeStream(source()))).kind).toMatch(/full|aborted/);
  });
});

test('a source is asked for more only while less than 8 MiB are under way', async () => {
  let isMute = true;
  const held: (() => void)[] = [];
  const { file } = await opened({
    script: (request, peer) => {
      if (request.header.command !== Command.write || !isMute) return undefined;
      held.push(() => peer.reply(request, peer.normalAnswer(request)));
      return null;
    },
  });
  let given = 0;
  const source = function* () {
    for (; given < 30; given++) yield Buffer.alloc(MIB);
  };
  const writing = must(file.writeStream(source()));
  await expect.poll(() => held.length).toBe(8);
  expect(given).toBeLessThanOrEqual(9);
  isMute = false;
  for (const answer of held) answer();
  expect(await writing).toBe(30 * MIB);
});

test('chunks that are none are an error, not a crash', async () => {
  const { file } = await opened();
  const source = ['text'] as unknown as Uint8Array[];
  const error = await mustFail(file.writeStream(source));
  expect(error).toMatchObject({ kind: 'aborted', cause: new TypeError('a chunk is not a Uint8Array') });
  expect(
    (await mustFail(file.writeStream([Buffer.alloc(8)], { offset: Number.MAX_SAFE_INTEGER - 3 }))).kind,
  ).toBe('invalid');
});

describe('a web stream to read', () => {
  test('gives the bytes, reads nothing before it is asked, and so much ahead', async () => {
    const { file, sent } = await opened();
    const stream = file.readable({ offset: 1, ahead: 2 * MIB });
    await must(file.flush());
    expect(sent(Command.read)).toBe(0);
    const reader = stream.getReader();
    const one = await reader.read();
    expect(one.value).toHaveLength(MIB);
    // The one that was read, two ahead of it at the time.
    expect(sent(Command.read)).toBeLessThanOrEqual(4);
    let total = MIB;
    for (let next = await reader.read(); !next.done; next = await reader.read()) total += next.value.length;
    expect(total).toBe(20 * MIB - 1);
  });

  test('that is cancelled leaves it at that', async () => {
    const { file, sent } = await opened();
    const reader = file.readable({ ahead: MIB }).getReader();
    await reader.read();
    await reader.cancel();
    const before = sent(Command.read);
    await must(file.flush());
    expect(sent(Command.read)).toBe(before);
  });

  test('ends with an Error that has the error as its cause', async () => {
    const { file } = await opened({
      script: (request, peer) =>
        request.header.command === Command.read ? peer.error(request, Status.accessDenied) : undefined,
    });
    const failed: unknown = await file
      .readable()
      .getReader()
      .read()
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    expect((failed as Error).cause).toMatchObject({ kind: 'denied', path: 'a' } satisfies Partial<SmbError>);
  });
});

describe('a web stream to write', () => {
  test('takes what is piped into it, and is not ready while 8 MiB are under way', async () => {
    let isMute = true;
    const held: (() => void)[] = [];
    const { file } = await opened({
      script: (request, peer) => {
        if (request.header.command !== Command.write || !isMute) return undefined;
        held.push(() => peer.reply(request, peer.normalAnswer(request)));
        return null;
      },
    });
    let given = 0;
    const source = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          if (given++ < 30) controller.enqueue(Buffer.alloc(MIB, given));
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const piped = source.pipeTo(file.writable({ offset: 5 }));
    await expect.poll(() => held.length).toBe(8);
    expect(given).toBeLessThanOrEqual(11);
    isMute = false;
    for (const answer of held) answer();
    await piped;
    expect(given).toBe(31);
    expect(await must(file.append(Buffer.of(1)))).toBe(30 * MIB + 5);
  });

  test('ends with an Error that has the error as its cause, at the latest when it is closed', async () => {
    const { file } = await opened({ script: failsWrites });
    const writer = file.writable().getWriter();
    const all = await Promise.allSettled([writer.write(Buffer.alloc(10)), writer.close(), writer.closed]);
    const reasons = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    expect(reasons[0]?.cause).toMatchObject({ kind: 'full' });
    const refused = file.writable({ offset: -1 }).getWriter();
    const outcomes = await Promise.allSettled([refused.write(Buffer.alloc(1)), refused.closed]);
    expect((outcomes[0] as PromiseRejectedResult).reason).toMatchObject({ cause: { kind: 'invalid' } });
  });
});
