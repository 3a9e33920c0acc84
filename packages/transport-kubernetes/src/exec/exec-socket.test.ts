import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { ExecSocket } from './exec-socket.js';

/** A connection that gives what it is told to, and takes anything. */
function connection(): Duplex {
  return new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
}

/** In memory of its own, as what comes over TLS is. */
function alone(...bytes: readonly number[]): Buffer {
  return Buffer.from(Uint8Array.from(bytes).buffer);
}

it('gives back the memory of what came when it was handed on, and of nothing else', async () => {
  const connected = connection();
  const head = Buffer.of(0x82, 2, 1, 0x61);
  const told: string[] = [];
  const both = Promise.withResolvers<undefined>();
  new ExecSocket(connected.pause(), head, '').listen({
    message: (part) => {
      told.push(part.toString('latin1', 1));
      if (told.length === 2) both.resolve(undefined);
    },
    pong: () => undefined,
    failed: both.reject,
    closed: () => undefined,
  });
  const came = alone(0x82, 2, 1, 0x62);
  connected.push(came);
  await both.promise;
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual(['a', 'b']);
  expect([came.length, head.length]).toEqual([0, 4]);
});
