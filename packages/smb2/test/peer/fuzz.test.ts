import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Command } from '../../src/wire/command.js';
import type { SmbErrorKind } from '../../src/index.js';
import { hostile } from '../hostile.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import { ScriptedPeer, type PeerOptions } from './scripted-peer.js';
import { SmbClient } from '../../src/client/smb-client.js';
import { FakeClock } from './fake-clock.js';

noStrayRejections();

/** A session of everything, and the kinds of the errors in it. */
async function session(port: number): Promise<readonly SmbErrorKind[]> {
  const kinds: SmbErrorKind[] = [];
  const note = <T>(result: {
    match: <R>(ok: (value: T) => R, err: (error: { kind: SmbErrorKind }) => R) => R;
  }) =>
    result.match<T | null>(
      (value) => value,
      ({ kind }) => {
        kinds.push(kind);
        return null;
      },
    );
  const options = { host: '127.0.0.1', port, user: 'me', password: 'x', signing: 'if-required' } as const;
  const client = note(await SmbClient.connectWith(options, new FakeClock()));
  if (client === null) return kinds;
  const share = note(await client.share('share'));
  if (share !== null) {
    const file = note(await share.open('a', { access: ['read', 'write'] }));
    if (file !== null) {
      note(await file.read(0, 100));
      note(await file.write(0, Buffer.alloc(10)));
      note(await file.close());
    }
    note(await share.readFile('a'));
    note(await share.stat('a'));
    note(await share.space());
    for await (const entry of share.list('')) note(entry);
    note(await share.publish({ path: 'a', temporary: 'b', bytes: Buffer.of(1) }));
  }
  client.close().catch(() => expect.unreachable());
  return kinds;
}

const COMMANDS = [
  ...[
    Command.negotiate,
    Command.sessionSetup,
    Command.treeConnect,
    Command.create,
    Command.close,
    Command.read,
  ],
  ...[Command.write, Command.queryDirectory, Command.queryInfo],
];

test('whatever bytes a server sends at whatever step, each call ends in a Result', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...COMMANDS),
      fc.nat({ max: 2 }),
      fc.nat(),
      async (command, nth, seed) => {
        let seen = 0;
        const script: PeerOptions['script'] = (request, peer) => {
          if (request.header.command === Command.logoff) return null;
          if (request.header.command !== command || seen++ !== nth) return undefined;
          const [bytes = Buffer.of()] = fc.sample(hostile([peer.normalAnswer(request)]), {
            numRuns: 1,
            seed,
          });
          peer.send(bytes.length === 0 ? Buffer.of(1) : bytes);
          // What is not answered by that is not answered at all.
          peer.hangUpSoon();
          return null;
        };
        const peer = await ScriptedPeer.start({ script });
        try {
          // That it ends at all, and that nothing is thrown at nobody, is what is shown.
          expect(await session(peer.port)).toBeInstanceOf(Array);
        } finally {
          await peer.stop();
        }
      },
    ),
    { numRuns: 250 },
  );
});

test('whatever is no message at all ends in a Result too', async () => {
  const streams = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 200 }),
    fc.constantFrom(
      Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
      Buffer.from('SSH-2.0-OpenSSH_9.6\r\n'),
      Buffer.from(
        '0000002bff534d4272000000009853c8000000000000000000000000fffe000000000000001102000500',
        'hex',
      ),
      Buffer.from('00ffffff', 'hex'),
    ),
  );
  await fc.assert(
    fc.asyncProperty(streams, async (bytes) => {
      const script: PeerOptions['script'] = (_, peer) => {
        peer.sendRaw(Buffer.from(bytes));
        peer.hangUpSoon();
        return null;
      };
      const peer = await ScriptedPeer.start({ script });
      try {
        const kinds = await session(peer.port);
        expect(kinds).toHaveLength(1);
        expect(['protocol', 'unreachable', 'unsupported']).toContain(kinds[0]);
      } finally {
        await peer.stop();
      }
    }),
    { numRuns: 100 },
  );
});

test('an honest session has no errors', async () => {
  const peer = await ScriptedPeer.start();
  // The peer's volume says nothing of itself.
  expect(await session(peer.port)).toEqual(['protocol']);
  await peer.stop();
});
