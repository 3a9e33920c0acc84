import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startFaultProxy, type FaultProxyOptions } from './fault-proxy.js';

/** A server that keeps what it hears, and a proxy before it; `answer` makes each portion's answer. */
async function world(
  options: Omit<FaultProxyOptions, 'to'> = {},
  answer: (heard: Buffer) => Buffer | null = () => null,
) {
  const heard: Buffer[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk);
      const bytes = answer(chunk);
      if (bytes !== null) socket.write(bytes);
    });
    socket.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy = await startFaultProxy({ to: { host: '127.0.0.1', port }, ...options });
  onTestFinished(async () => {
    await proxy.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { proxy, server, heard, sockets, all: () => Buffer.concat(heard) };
}

/** The server is reading: otherwise it may find two portions at once when it begins. */
async function greet(socket: Socket, heard: readonly Buffer[]) {
  socket.write('!');
  await expect.poll(() => heard.length).toBe(1);
}

async function client(port: number) {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  onTestFinished(() => void socket.destroy());
  const got: Buffer[] = [];
  const log: string[] = [];
  socket.on('data', (chunk: Buffer) => got.push(chunk));
  socket.on('end', () => log.push('end'));
  socket.on('error', (cause: NodeJS.ErrnoException) => log.push(cause.code ?? ''));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await once(socket, 'connect');
  return { socket, got, log, closed, all: () => Buffer.concat(got) };
}

const echo = (heard: Buffer): Buffer => heard;
const text = (bytes: Buffer): string => bytes.toString('latin1');

function message(body: string): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(body.length);
  return Buffer.concat([prefix, Buffer.from(body)]);
}

it('passes everything on both ways, the end too, and counts it', async () => {
  const { proxy, all } = await world({}, echo);
  const { socket, closed, log, all: got } = await client(proxy.port);
  const bytes = Buffer.alloc(3_000_000, 'abc');
  socket.end(bytes);
  await closed;
  expect(all().equals(bytes)).toBe(true);
  expect(got().equals(bytes)).toBe(true);
  expect(log).toEqual(['end']);
  expect(proxy.connections).toBe(1);
  expect(proxy.traffic).toMatchObject({ up: { bytes: 3_000_000 }, down: { bytes: 3_000_000 } });
});

it('cuts at a byte: what was before it arrives, nothing after', async () => {
  const { proxy, all } = await world({ faults: [{ kind: 'cut', direction: 'up', at: { byte: 5 } }] });
  const { socket, closed, log } = await client(proxy.port);
  socket.write('0123');
  await expect.poll(() => text(all())).toBe('0123');
  socket.write('456789');
  await closed;
  await expect.poll(() => text(all())).toBe('01234');
  expect(log).toEqual(['ECONNRESET']);
});

it('cuts an answer, as a server that closes does', async () => {
  const faults = [{ kind: 'cut', direction: 'down', at: { byte: 2 }, how: 'end' }] as const;
  const { proxy, sockets } = await world({ faults }, echo);
  const { socket, closed, log, all } = await client(proxy.port);
  socket.write('abcd');
  await closed;
  expect(text(all())).toBe('ab');
  expect(log).toEqual(['end']);
  await expect.poll(() => sockets.every((one) => one.destroyed)).toBe(true);
});

it('cuts at a message, wherever its bytes are parted, and on the named connection only', async () => {
  const faults = [{ kind: 'cut', direction: 'up', at: { message: 3 }, connection: 2 }] as const;
  const { proxy, all } = await world({ faults });
  const stream = Buffer.concat([message('one'), message(''), message('three'), message('four')]);
  const first = await client(proxy.port);
  first.socket.end(stream);
  await first.closed;
  expect(all()).toEqual(stream);
  expect(proxy.traffic.up.messages).toBe(4);
  const second = await client(proxy.port);
  for (const byte of stream) {
    if (second.socket.destroyed) break;
    second.socket.write(Buffer.of(byte));
    await sleep(1);
  }
  await second.closed;
  expect(all()).toEqual(Buffer.concat([stream, message('one'), message('')]));
});

it('freezes one direction at a place, lets the other go on, and thaws', async () => {
  const faults = [{ kind: 'freeze', direction: 'down', at: { byte: 3 } }] as const;
  const { proxy, all } = await world({ faults }, echo);
  const { socket, all: got, log } = await client(proxy.port);
  socket.write('abcdef');
  await expect.poll(() => text(got())).toBe('abc');
  socket.write('ghi');
  await expect.poll(() => text(all())).toBe('abcdefghi');
  await expect.poll(() => proxy.traffic.down.bytes).toBe(9);
  expect([text(got()), log]).toEqual(['abc', []]);
  proxy.thaw('down');
  await expect.poll(() => text(got())).toBe('abcdefghi');
});

it('freezes what there is and what comes, and makes a sender wait in the end', async () => {
  const { proxy, all } = await world();
  const old = await client(proxy.port);
  proxy.freeze('up');
  const young = await client(proxy.port);
  old.socket.write('a');
  young.socket.write(Buffer.alloc(64 << 20));
  await expect.poll(() => proxy.traffic.up.bytes).toBeGreaterThan(16 << 20);
  await sleep(300);
  expect(proxy.traffic.up.bytes).toBeLessThan(20 << 20);
  expect(all().length).toBe(0);
  proxy.thaw('up');
  await expect.poll(() => all().length, { timeout: 20_000 }).toBe((64 << 20) + 1);
});

it('changes the bytes it is told to, and no other', async () => {
  const faults = [
    { kind: 'flip', direction: 'up', byte: 1 },
    { kind: 'flip', direction: 'up', byte: 4, mask: 0x20 },
    { kind: 'flip', direction: 'down', byte: 0, mask: 1 },
  ] as const;
  const { proxy, all } = await world({ faults }, () => Buffer.from('b'));
  const { socket, all: got } = await client(proxy.port);
  socket.write('abc');
  await expect.poll(() => all().length).toBe(3);
  socket.write('def');
  await expect.poll(() => all().length).toBe(6);
  expect([...all()]).toEqual([...Buffer.from('a\x9dcdEf', 'latin1')]);
  await expect.poll(() => text(got())).toBe('cb');
});

it('parts everything into single bytes', async () => {
  const faults = [{ kind: 'split', direction: 'up', most: 1 }] as const;
  const { proxy, heard } = await world({ faults });
  const { socket } = await client(proxy.port);
  await greet(socket, heard);
  socket.write('abcdef');
  await expect.poll(() => heard.map(text)).toEqual(['!', 'a', 'b', 'c', 'd', 'e', 'f']);
});

it('parts by chance, the same for the same seed, and loses nothing', async () => {
  const sizes: number[][] = [];
  for (const seed of [1, 1, 2]) {
    const { proxy, heard, all } = await world({
      faults: [{ kind: 'split', direction: 'up', most: 9, seed }],
    });
    const { socket } = await client(proxy.port);
    await greet(socket, heard);
    const bytes = Buffer.from(Array.from({ length: 100 }, (_, index) => index));
    socket.write(bytes);
    await expect.poll(() => all().subarray(1).equals(bytes)).toBe(true);
    sizes.push(heard.map(({ length }) => length));
  }
  expect(sizes[1]).toEqual(sizes[0]);
  expect(sizes[2]).not.toEqual(sizes[0]);
  expect(Math.max(...(sizes[0] ?? []))).toBeLessThanOrEqual(9);
});

it('parts at a place', async () => {
  const { proxy, heard } = await world({ faults: [{ kind: 'split-at', direction: 'up', byte: 5 }] });
  const { socket } = await client(proxy.port);
  await greet(socket, heard);
  socket.write('abcdef');
  await expect.poll(() => heard.map(text)).toEqual(['!', 'abcd', 'ef']);
});

it('merges what comes one after another, and the end comes after it', async () => {
  const { proxy, heard, all } = await world({
    faults: [{ kind: 'merge', direction: 'up', milliseconds: 60_000 }],
  });
  const { socket, closed } = await client(proxy.port);
  for (const letter of 'abc') {
    socket.write(letter);
    await expect.poll(() => proxy.traffic.up.bytes).toBe('abc'.indexOf(letter) + 1);
  }
  expect(all().length).toBe(0);
  socket.end();
  await closed;
  expect(heard.map(text)).toEqual(['abc']);
});

it('delays a round trip, and all that is under way at once by the same time', async () => {
  const { proxy } = await world({ roundTripMilliseconds: 200 }, echo);
  const { socket, got, all } = await client(proxy.port);
  const began = performance.now();
  for (let index = 0; index < 20; index++) {
    socket.write(String(index % 10));
    await sleep(5);
  }
  // Half of them are not even there when the last is written; one after another they would take four seconds.
  expect(got.length).toBeLessThan(20);
  await expect.poll(() => text(all()), { timeout: 10_000, interval: 5 }).toBe('01234567890123456789');
  expect(performance.now() - began).toBeGreaterThan(200);
  expect(performance.now() - began).toBeLessThan(3_000);
});

it('passes a refused connection on as a lost one, and cuts all on demand', async () => {
  const { proxy, server, sockets } = await world();
  const one = await client(proxy.port);
  one.socket.write('a');
  await expect.poll(() => sockets.length).toBe(1);
  proxy.cut();
  await one.closed;
  expect(one.log).toEqual(['ECONNRESET']);
  await new Promise((resolve) => server.close(resolve));
  const other = await client(proxy.port);
  await other.closed;
  expect(other.log).toEqual(['ECONNRESET']);
  await proxy.close();
  await expect(client(proxy.port)).rejects.toThrow();
});
