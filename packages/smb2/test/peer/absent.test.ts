import { describe, expect, test } from 'vitest';
import { der, DerTag, field } from '../../src/auth/spnego/der.js';
import { SPNEGO_OID } from '../../src/auth/spnego/oid.js';
import { SmbClient, type ConnectOptions } from '../../src/index.js';
import { Command } from '../../src/wire/command.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import type { PeerOptions } from './scripted-peer.js';
import { meet } from './with-peer.js';

noStrayRejections();

const KERBEROS = Buffer.from('2a864886f712010202', 'hex');
/** What a server offers that signs in by these mechanisms (MS-SPNG 2.2.1). */
const offerOf = (...mechanisms: readonly Buffer[]): Buffer => {
  const list = der(DerTag.sequence, ...mechanisms.map((mechanism) => der(DerTag.oid, mechanism)));
  const token = der(DerTag.sequence, der(field(0), list));
  return der(DerTag.application, der(DerTag.oid, SPNEGO_OID), der(field(0), token));
};
const byTheWay = (bytes: Buffer): NonNullable<PeerOptions['script']> => {
  return (request, peer) => {
    if (request.header.command !== Command.negotiate) return undefined;
    peer.sendRaw(bytes);
    return null;
  };
};
const framed = (message: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, message.length]), message]);

describe('Kerberos', () => {
  test('is what a server signs in by that has nothing else: it is told, and nothing of the user is sent', async () => {
    const { peer, connect } = await meet({ offer: offerOf(KERBEROS) });
    expect(await mustFail(connect())).toMatchObject({
      kind: 'unsupported',
      retry: false,
      message: 'could not sign in: the server signs in by Kerberos, not by NTLM',
      hint: 'allow NTLMv2 on the server: this client has no Kerberos',
    });
    expect(peer.commands).toEqual([Command.negotiate]);
  });

  test('may be blocked the other way round, by the status for it', async () => {
    const { connect } = await meet({
      script: (request, peer) =>
        request.header.command === Command.sessionSetup ? peer.error(request, 0xc0000418) : undefined,
    });
    expect(await mustFail(connect())).toMatchObject({
      kind: 'sign-in',
      retry: false,
      status: { name: 'STATUS_NTLM_BLOCKED' },
      hint: expect.stringContaining('no Kerberos') as unknown,
    });
  });
});

describe('SMB1', () => {
  test('is told where the server answers in it', async () => {
    const smb1 = Buffer.alloc(39);
    smb1.write('\xffSMBr', 'latin1');
    const { connect } = await meet({ script: byTheWay(framed(smb1)) });
    expect(await mustFail(connect())).toMatchObject({
      kind: 'unsupported',
      retry: false,
      message:
        'could not agree on a version of SMB: the server answers in SMB1, which this client does not speak',
      hint: expect.stringContaining('switch SMB 2 or 3 on') as unknown,
    });
  });

  test('is thought of where the server hangs up', async () => {
    const { connect } = await meet({
      script: (request, peer) => {
        if (request.header.command !== Command.negotiate) return undefined;
        peer.hangUp();
        return null;
      },
    });
    expect(await mustFail(connect())).toMatchObject({
      kind: 'unreachable',
      hint: expect.stringContaining('SMB1 only') as unknown,
    });
  });

  test('cannot be asked for', async () => {
    const versions = ['1.0'] as unknown as NonNullable<ConnectOptions['versions']>;
    expect(await mustFail(SmbClient.connect({ host: 'h', user: 'me', versions }))).toMatchObject({
      kind: 'unsupported',
      message: 'could not connect: SMB 1.0 is not a version that this client has',
    });
  });

  test('nor is something that is no SMB at all taken for it', async () => {
    const { connect } = await meet({ script: byTheWay(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')) });
    expect(await mustFail(connect())).toMatchObject({
      kind: 'protocol',
      hint: expect.stringContaining('is it an SMB server') as unknown,
    });
  });
});

describe('DFS', () => {
  test('paths on other servers are told, with what to do', async () => {
    const { share } = await meet({
      script: (request, peer) =>
        request.header.command === Command.create ? peer.error(request, 0xc0000257) : undefined,
    });
    const { share: files } = await share();
    expect(await mustFail(files.readFile('away/a.txt'))).toMatchObject({
      kind: 'unsupported',
      retry: false,
      message: expect.stringContaining('lies on another server (DFS)') as unknown,
      hint: 'name the server and share that hold the files themselves',
    });
  });
});

describe('multichannel', () => {
  test('is neither claimed nor used, however much the server offers it', async () => {
    const multiChannel = 0x08;
    const { peer, share } = await meet({ capabilities: 0x44 | multiChannel });
    const { share: files } = await share();
    await must(files.stat('a'));
    const claimed = peer.requests[0]!.message.readUInt32LE(64 + 8);
    expect(claimed & multiChannel).toBe(0);
    expect(peer.commands).not.toContain(Command.ioctl);
  });
});

test.each<[string, object, string, string]>([
  ['multichannel', { multichannel: true }, 'unsupported', 'no multichannel'],
  ['multichannel by another name', { channels: 4 }, 'unsupported', 'no multichannel'],
  ['Kerberos', { kerberos: true }, 'unsupported', 'no Kerberos'],
  ['Kerberos by its files', { keytab: '/etc/krb5.keytab' }, 'unsupported', 'no Kerberos'],
  ['DFS', { dfs: true }, 'unsupported', 'no DFS'],
  ['a misspelt option', { encrypt: true }, 'invalid', 'there is no option "encrypt"'],
  ['an option with an odd name', { 'a\u001b[2J': 1 }, 'invalid', String.raw`"a\u{1b}[2J"`],
  [
    'a value that there is not',
    { signing: 'yes' },
    'invalid',
    '"yes" is nothing that the option signing can be',
  ],
  ['another', { encryption: true }, 'invalid', 'option encryption'],
  ['no versions', { versions: [] }, 'invalid', 'no version'],
  ['a port that there is not', { port: 65_536 }, 'invalid', 'option port'],
  ['a request of no size', { requestSize: 0 }, 'invalid', 'option requestSize'],
  ['a timeout of no length', { timeouts: { silence: 0 } }, 'invalid', 'option timeouts.silence'],
  ['no host, which Node takes for this machine', { host: '' }, 'invalid', 'no host'],
])('%s asked for by an option is refused before anything is sent', async (_, options, kind, problem) => {
  const { peer, connect } = await meet();
  const error = await mustFail(connect(options));
  expect(error).toMatchObject({ kind, retry: false });
  expect(error.message).toContain(problem);
  expect(peer.requests).toEqual([]);
});
