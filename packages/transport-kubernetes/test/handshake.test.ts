import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { ExecChannel } from '../src/exec/exec-channel.js';
import { HURRY, TARGET } from './pods.js';

const PROTOCOL = 'v5.channel.k8s.io';
const PAUSE = 200;

/** A server that answers every exec as it is told to, byte by byte. */
interface OddServer extends AsyncDisposable {
  open(connect?: number): ReturnType<typeof ExecChannel.open>;
}

async function serve(answer: (socket: Duplex, request: IncomingMessage) => void): Promise<OddServer> {
  const http = createServer();
  const sockets: Duplex[] = [];
  http.on('upgrade', (request, socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    answer(socket, request);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'odd', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }],
    users: [{ name: 'me' }],
    contexts: [{ name: 'odd', cluster: 'odd', user: 'me' }],
    currentContext: 'odd',
  });
  return {
    open: (connect = HURRY.connect) =>
      ExecChannel.open(config, TARGET, ['true'], { ...HURRY, connect, answer: 5000 }),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function agreement(request: IncomingMessage, change: Readonly<Record<string, string>> = {}): string {
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  const headers = {
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-accept': accept,
    'sec-websocket-protocol': PROTOCOL,
    ...change,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`;
}

describe('a handshake', () => {
  it.each([
    ['answers another key', { 'sec-websocket-accept': 'bm90IHlvdXJzIQ==' }, 'key'],
    ['chooses what was not offered', { 'sec-websocket-protocol': 'channel.k8s.io' }, 'subprotocol'],
    ['changes to something else', { upgrade: 'h2c' }, 'another protocol'],
  ])('that %s is refused', async (_, change, words) => {
    await using server = await serve((socket, request) => socket.write(agreement(request, change)));
    const refused = (await server.open())._unsafeUnwrapErr();
    expect(refused).toMatchObject({ kind: 'unreachable', retry: true });
    expect(refused.text).toContain(words);
  });

  it('that never comes is not waited for beyond the deadline', async () => {
    await using server = await serve(() => undefined);
    expect((await server.open(PAUSE))._unsafeUnwrapErr()).toMatchObject({ kind: 'timeout', retry: true });
  });

  it('may bring the first output with it', async () => {
    await using server = await serve((socket, request) =>
      socket.write(Buffer.concat([Buffer.from(agreement(request)), Buffer.of(0x82, 4, 1, 0x6f, 0x6e, 0x65)])),
    );
    const channel = (await server.open())._unsafeUnwrap();
    expect(channel.protocol).toBe(PROTOCOL);
    expect((await channel.read())._unsafeUnwrap().toString()).toBe('one');
    channel.fail({ kind: 'aborted', text: 'enough', retry: false });
  });
});

describe('a connection', () => {
  it('answers a ping with what was in it', async () => {
    let pong = Buffer.alloc(0);
    const answered = Promise.withResolvers<undefined>();
    await using server = await serve((socket, request) => {
      socket.on('data', (bytes: Buffer) => {
        pong = Buffer.concat([pong, bytes]);
        if (pong.length >= 8) answered.resolve(undefined);
      });
      socket.write(Buffer.concat([Buffer.from(agreement(request)), Buffer.of(0x89, 2, 0x68, 0x69)]));
    });
    const channel = (await server.open())._unsafeUnwrap();
    await answered.promise;
    expect([...pong.subarray(0, 2)]).toEqual([0x8a, 0x82]);
    expect(
      pong
        .subarray(6, 8)
        .map((byte, at) => byte ^ (pong[2 + at] ?? 0))
        .toString(),
    ).toBe('hi');
    channel.fail({ kind: 'aborted', text: 'enough', retry: false });
  });

  it.each([
    ['closes with a word', Buffer.of(0x88, 2, 0x03, 0xe9), 'closed (1001)'],
    ['closes without one', Buffer.of(0x88, 0), 'closed (1005)'],
    ['sends what are no frames', Buffer.from('HTTP/1.1 500\r\n'), "no WebSocket's"],
  ])('that %s has ended, and the output before it is there', async (_, bytes, words) => {
    await using server = await serve((socket, request) =>
      socket.write(Buffer.concat([Buffer.from(agreement(request)), Buffer.of(0x82, 2, 1, 0x78), bytes])),
    );
    const channel = (await server.open())._unsafeUnwrap();
    expect((await channel.read())._unsafeUnwrap().toString()).toBe('x');
    const ended = (await channel.read())._unsafeUnwrapErr();
    expect(ended).toMatchObject({ kind: 'unreachable', retry: true });
    expect(ended.text).toContain(words);
    expect((await channel.write(Buffer.from('more')))._unsafeUnwrapErr()).toEqual(ended);
  });

  it('that breaks without a word has ended too', async () => {
    await using server = await serve((socket, request) => {
      socket.end(agreement(request));
    });
    const channel = (await server.open())._unsafeUnwrap();
    expect((await channel.read())._unsafeUnwrapErr().text).toContain('broke');
    expect(channel.alive).toBe(false);
  });
});
