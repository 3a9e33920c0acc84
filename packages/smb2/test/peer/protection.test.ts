import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Status } from '../../src/status/status.js';
import { Command } from '../../src/wire/command.js';
import { HeaderFlag, SIGNATURE_OFFSET } from '../../src/wire/header.js';
import { Cipher, SigningAlgorithm, type NegotiateContext } from '../../src/wire/negotiate-context.js';
import type { ConnectOptions } from '../../src/index.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import type { PeerOptions, PeerRequest } from './scripted-peer.js';
import * as say from './responses.js';
import { meet } from './with-peer.js';

noStrayRejections();

const PREAUTH: NegotiateContext = { type: 'preauth', hashes: [1], salt: Buffer.alloc(32) };
const GMAC: NegotiateContext = { type: 'signing', algorithms: [SigningAlgorithm.aesGmac] };
const LARGE_MTU = 0x04;

const [smb210, smb300, smb302] = [0x210, 0x300, 0x302];

describe.each<[string, PeerOptions, Partial<ConnectOptions>]>([
  ['2.1 with HMAC', { dialect: smb210, capabilities: LARGE_MTU }, {}],
  ['3.0 with CMAC', { dialect: smb300 }, {}],
  ['3.0.2 encrypted with CCM', { dialect: smb302 }, { encryption: 'required' }],
  ['3.1.1 with GMAC', {}, {}],
  ['3.1.1 with CMAC for want of a choice', { contexts: [PREAUTH] }, {}],
  ['3.1.1 with HMAC', { contexts: [PREAUTH, { type: 'signing', algorithms: [0] }] }, {}],
  ['3.1.1 encrypted with AES-128-GCM', {}, { encryption: 'if-offered' }],
  ...[Cipher.aes128Ccm, Cipher.aes256Ccm, Cipher.aes256Gcm].map(
    (cipher): [string, PeerOptions, Partial<ConnectOptions>] => [
      `3.1.1 encrypted with cipher ${cipher}`,
      { contexts: [PREAUTH, GMAC, { type: 'encryption', ciphers: [cipher] }] },
      { encryption: 'required' },
    ],
  ),
  ['a session that the server encrypts', { sessionFlags: 4 }, {}],
  ['a share that the server encrypts', { shareFlags: 0x8000 }, {}],
])('%s', (_, script, options) => {
  test('everything that goes to the share is protected, and that is checked on both sides', async () => {
    const { peer, share } = await meet(script);
    const { client, share: files } = await share(options);
    await must(files.readFile('a'));
    await must(files.publish({ path: 'a', temporary: 'b', bytes: Buffer.alloc(70_001) }));
    await must(files.mkdir('c'));
    await must(client.echo());
    const after = peer.requests.slice(peer.commands.indexOf(Command.treeConnect) + 1);
    const wanted = files.encrypted ? 'sealed' : 'signed';
    const found = after
      .filter(({ header }) => header.command !== Command.echo)
      .map(({ header, sealed }) =>
        sealed ? 'sealed' : (header.flags & HeaderFlag.signed) === 0 ? 'plain' : 'signed',
      );
    expect(new Set(found)).toEqual(new Set([wanted]));
    expect(client.info.signing === null && client.info.encryption === null).toBe(false);
  });
});

describe('a reply that is not protected as its request was', () => {
  const onCreate =
    (reply: (request: PeerRequest, peer: Parameters<NonNullable<PeerOptions['script']>>[1]) => Buffer) =>
    (request: PeerRequest, peer: Parameters<NonNullable<PeerOptions['script']>>[1]): null | undefined => {
      if (request.header.command !== Command.create) return undefined;
      peer.send(reply(request, peer));
      return null;
    };
  const cases: [string, Partial<ConnectOptions>, NonNullable<PeerOptions['script']>][] = [
    ['in that it is not signed', {}, onCreate((request, peer) => unsigned(peer.normalAnswer(request)))],
    [
      'in that its signature is wrong',
      {},
      onCreate((request, peer) => {
        const message = peer.normalAnswer(request);
        peer.sign(message);
        message[SIGNATURE_OFFSET]! ^= 1;
        return message;
      }),
    ],
    [
      'in that it was changed after it was signed',
      {},
      onCreate((request, peer) => {
        const message = peer.normalAnswer(request);
        peer.sign(message);
        message[100]! ^= 1;
        return message;
      }),
    ],
    [
      'in that it is signed for another request',
      {},
      onCreate((request, peer) => {
        const message = peer.normalAnswer(request);
        peer.sign(message);
        return message
          .fill(0, 16, 17)
          .fill(HeaderFlag.response | HeaderFlag.signed | HeaderFlag.related, 16, 17);
      }),
    ],
    [
      'in that it says in the clear that there is no such file',
      {},
      onCreate((request, peer) => unsigned(peer.error(request, Status.objectNameNotFound))),
    ],
    [
      'in that it comes in the clear to an encrypted one',
      { encryption: 'required' },
      onCreate((request, peer) => unsigned(peer.normalAnswer(request))),
    ],
    [
      'in that it comes signed to an encrypted one',
      { encryption: 'required' },
      onCreate((request, peer) => {
        const message = peer.normalAnswer(request);
        peer.sign(message);
        return message;
      }),
    ],
    [
      'in that it says in the clear that it takes longer, to an encrypted one',
      { encryption: 'required' },
      onCreate((request) =>
        say.response(request.header, say.errorBody(), { status: Status.pending, asyncId: 1n, credits: 1 }),
      ),
    ],
    [
      'in that it does not decrypt',
      { encryption: 'required' },
      onCreate((request, peer) => {
        const frame = Buffer.concat(peer.sealer!.seal([peer.normalAnswer(request)]));
        frame[60]! ^= 1;
        return frame;
      }),
    ],
  ];

  test.each(cases)('%s, ends the connection', async (_, options, script) => {
    const { share } = await meet({ script });
    const { client, share: files } = await share(options);
    const [first, second] = [mustFail(files.open('a')), mustFail(client.echo())];
    expect(await first).toMatchObject({ kind: 'insecure', retry: false });
    await second.catch(() => null);
    expect(client.connected).toBe(false);
    expect(await mustFail(files.stat('a'))).toMatchObject({ kind: 'insecure' });
  });

  test('but that it takes longer may be said unsigned', async () => {
    const { peer, share } = await meet({
      script: (request) => {
        if (request.header.command !== Command.create) return undefined;
        peer.interim(request, 9n);
        peer.reply(request, peer.normalAnswer(request));
        return null;
      },
    });
    const { share: files } = await share();
    await must(files.open('a'));
  });
});

describe('what is agreed on', () => {
  const cases: [string, PeerOptions, Partial<ConnectOptions>, string][] = [
    ['a version that was not offered', { dialect: 0x202 }, {}, 'unsupported'],
    ['the versions of SMB1 servers', { dialect: 0x2ff }, {}, 'unsupported'],
    ['a version that is not wanted', { dialect: smb302 }, { versions: ['3.1.1'] }, 'unsupported'],
    ['no protection of what is agreed on', { contexts: [GMAC] }, {}, 'insecure'],
    [
      'a cipher that was not offered',
      { contexts: [PREAUTH, { type: 'encryption', ciphers: [7] }] },
      {},
      'protocol',
    ],
    [
      'a cipher where none was offered',
      { contexts: [PREAUTH, { type: 'encryption', ciphers: [2] }] },
      { encryption: 'off' },
      'protocol',
    ],
    [
      'a way of signing that was not offered',
      { contexts: [PREAUTH, { type: 'signing', algorithms: [9] }] },
      {},
      'protocol',
    ],
    ['two ways of signing', { contexts: [PREAUTH, { type: 'signing', algorithms: [1, 2] }] }, {}, 'protocol'],
    ['requests of no size', { maxIo: 100 }, {}, 'protocol'],
    [
      'no encryption where it is required',
      { contexts: [PREAUTH, GMAC] },
      { encryption: 'required' },
      'insecure',
    ],
    [
      'no encryption in 2.1 where it is required',
      { dialect: smb210 },
      { encryption: 'required' },
      'insecure',
    ],
    [
      'encryption of all where it is off',
      { sessionFlags: 4, contexts: [PREAUTH] },
      { encryption: 'off' },
      'insecure',
    ],
    ['a guest', { sessionFlags: 1 }, {}, 'sign-in'],
    ['nobody in particular', { sessionFlags: 2 }, {}, 'sign-in'],
    ['a guest who wants to be signed', { sessionFlags: 1 }, { allowGuest: true }, 'insecure'],
    ['an unsigned welcome', { script: unsignedWelcome }, {}, 'insecure'],
    ['a welcome that somebody else has signed', { script: forgedWelcome }, {}, 'insecure'],
  ];

  test.each(cases)('may not be %s', async (_, script, options, kind) => {
    const { connect } = await meet(script);
    expect(await mustFail(connect(options))).toMatchObject({ kind, retry: false });
  });

  test.each([smb210, smb300, smb302])(
    'is checked once more by %i, which has no hash over it',
    async (dialect) => {
      const honest = await meet({ dialect });
      const { client, share } = await honest.share();
      expect(share.name).toBe('share');
      await must(client.share('other'));
      expect(honest.peer.commands.filter((command) => command === Command.ioctl)).toHaveLength(1);

      const talkedDown = await meet({ dialect, validatedDialect: 0x302 + 15 });
      const other = await must(talkedDown.connect());
      expect(await mustFail(other.share('share'))).toMatchObject({ kind: 'insecure', retry: false });
      expect(other.connected).toBe(false);
    },
  );

  test('is taken as it is from old servers, which sign that they cannot say', async () => {
    const { peer, share } = await meet({
      dialect: smb210,
      script: (request) =>
        request.header.command === Command.ioctl ? peer.error(request, Status.fileClosed) : undefined,
    });
    await share();
    const refusing = await meet({
      dialect: smb210,
      script: (request) =>
        request.header.command === Command.ioctl
          ? refusing.peer.error(request, Status.accessDenied)
          : undefined,
    });
    const client = await must(refusing.connect());
    expect(await mustFail(client.share('share'))).toMatchObject({ kind: 'denied' });
  });

  test('changes in 3.1.1 every key when somebody changes it on the way', async () => {
    const { connect } = await meet({
      tamper: (frame, { header }) => {
        // The server says that it does not demand signing, or so it seems.
        if (header.command === Command.negotiate) frame[66]! ^= 2;
        return frame;
      },
    });
    expect(await mustFail(connect())).toMatchObject({ kind: 'insecure' });
  });
});

describe('guests and anonymous', () => {
  test('are let in where that is asked for, and then nothing is signed', async () => {
    const guest = await meet({ sessionFlags: 1 });
    const { client } = await guest.share({ allowGuest: true, signing: 'if-offered' });
    expect(client.info).toMatchObject({ signedInAs: 'guest', signing: null, encryption: null, cipher: null });
    expect(guest.peer.requests.every(({ header }) => (header.flags & HeaderFlag.signed) === 0)).toBe(true);
  });

  test('are not mistaken for each other', async () => {
    const { connect } = await meet({ sessionFlags: 2 });
    const nobody = {
      user: undefined,
      password: undefined,
      anonymous: true,
    } as unknown as Partial<ConnectOptions>;
    const client = await must(connect({ ...nobody, signing: 'if-offered' }));
    expect(client.info.signedInAs).toBe('anonymous');
    expect(await mustFail(connect({ anonymous: true }))).toMatchObject({ kind: 'invalid' });
    expect(await mustFail(connect({ user: '' }))).toMatchObject({ kind: 'invalid' });
  });

  test('are refused by default, also as anonymous', async () => {
    const { connect } = await meet({ sessionFlags: 2 });
    const nobody = {
      user: undefined,
      password: undefined,
      anonymous: true,
    } as unknown as Partial<ConnectOptions>;
    expect(await mustFail(connect(nobody))).toMatchObject({ kind: 'insecure' });
  });
});

describe('signing', () => {
  test('"if-required" is done where the server demands it, and for TREE_CONNECT of 3.1.1', async () => {
    const lax = await meet();
    const { share: files, client } = await lax.share({ signing: 'if-required' });
    await must(files.stat('a'));
    expect(client.info.signing).toBeNull();
    const signed = lax.peer.requests.filter(({ header }) => (header.flags & HeaderFlag.signed) !== 0);
    expect(signed.map(({ header }) => header.command)).toEqual([Command.treeConnect]);

    const strict = await meet({ securityMode: 3 });
    const other = await strict.share({ signing: 'if-required' });
    expect(other.client.info.signing).toBe('AES-128-GMAC');
  });

  test('of a reply that needs none has to be right all the same', async () => {
    const { share } = await meet({
      script: (request, peer) => {
        if (request.header.command !== Command.create) return undefined;
        const message = peer.normalAnswer(request);
        peer.sign(message);
        message[SIGNATURE_OFFSET]! ^= 1;
        peer.send(message);
        return null;
      },
    });
    const { share: files } = await share({ signing: 'if-required' });
    expect(await mustFail(files.open('a'))).toMatchObject({ kind: 'insecure' });
  });
});

test('no key and no password shows in what is printed', async () => {
  const { share, connect } = await meet();
  const { client, share: files } = await share();
  const file = await must(files.open('a'));
  const error = await mustFail(connect({ versions: ['2.1'] }));
  const shown = inspect([client, files, file, error], { showHidden: true, depth: 12 });
  expect(shown).not.toMatch(/Secret-123|07 07 07 07|S\0e\0c/);
  expect(JSON.stringify({ error, info: { ...client.info, serverTime: null } })).not.toContain('Secret-123');
});

function unsigned(message: Buffer): Buffer {
  message.writeUInt32LE((message.readUInt32LE(16) & ~HeaderFlag.signed) >>> 0, 16);
  return message;
}

function unsignedWelcome(request: PeerRequest, peer: Parameters<NonNullable<PeerOptions['script']>>[1]) {
  if (request.header.command !== Command.sessionSetup || request.header.sessionId === 0n) return undefined;
  peer.send(unsigned(peer.normalAnswer(request)));
  return null;
}

function forgedWelcome(request: PeerRequest, peer: Parameters<NonNullable<PeerOptions['script']>>[1]) {
  if (request.header.command !== Command.sessionSetup || request.header.sessionId === 0n) return undefined;
  const message = peer.normalAnswer(request);
  peer.sign(message);
  message[SIGNATURE_OFFSET + 3]! ^= 0x80;
  peer.send(message);
  return null;
}
