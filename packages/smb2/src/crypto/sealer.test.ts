import fc from 'fast-check';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { hostile } from '../../test/hostile.js';
import { Secret } from '../secret/secret.js';
import { Dialect } from '../wire/dialect.js';
import { Cipher } from '../wire/negotiate-context.js';
import { Sealer } from './sealer.js';
import { deriveSessionKeys } from './session-keys.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

/** Server and client of one session: what one seals, the other opens. */
function pair(cipher: Cipher): { readonly client: Sealer; readonly server: Sealer } {
  const size = cipher === Cipher.aes256Ccm || cipher === Cipher.aes256Gcm ? 32 : 16;
  const [one, other] = [new Secret(Buffer.alloc(size, 1)), new Secret(Buffer.alloc(size, 2))];
  const client = new Sealer({ cipher, sessionId: 0x1122334455667788n, encryption: one, decryption: other });
  const server = new Sealer({ cipher, sessionId: 0x1122334455667788n, encryption: other, decryption: one });
  return { client, server };
}

/** The examples that Microsoft's Open Specifications team gave for SMB 3.0 and 3.1.1: replies to a WRITE. */
describe('opens what Windows sealed', () => {
  test('with AES-128-CCM in 3.0', () => {
    const keys = deriveSessionKeys({
      dialect: Dialect.smb300,
      sessionKey: new Secret(hex('B4546771B515F766A86735532DD6C4F0')),
      preauthHash: Buffer.alloc(64),
      cipher: Cipher.aes128Ccm,
    });
    const { encryption, decryption } = keys;
    const sessionId = 0x8e40014000011n;
    const options = { cipher: Cipher.aes128Ccm, sessionId };
    const reply = hex(`FD534D42A6015530A18F6D9AFFE22AFAE8E66484860000000000000011000014
      00E4080050000000000001001100001400E40800DBF46435C5F14169293CE079
      E344479BF670227E49873F458672C3098DAC467DD5809F369D67409166515787
      1483E01F7BECD02064EAC3E235F913668BBC2F097980D4B378F1993EFF6E60D1
      77309E5B`);
    const client = new Sealer({ ...options, encryption: encryption!, decryption: decryption! });
    expect(client.open(reply)._unsafeUnwrap()).toEqual(
      hex(`FE534D4240000100000000000900210009000000000000000400000000000000
      FFFE0000010000001100001400E4080000000000000000000000000000000000
      11000000170000000000000000000000`),
    );
    const request = hex(`FD534D4281A286535415445DAE393921E44FA42E66E69A111892584FB5ED524A
      744DA3EE87000000000001001100001400E4080025C8FEE16605A437832D1CD5
      2DA9F4645333482A175FE5384563F45FCDAFAEF38BC62BA4D5C62897996625A4
      4C29BE5658DE2E6117585779E7B59FFD971278D08580D7FA899E410E910EABF5
      AA1DB43050B33B49182637759AC15D84BFCDF5B6B238993C0F4CF4D6012023F6
      C627297075D84B7803912D0A9639634453595EF3E33FFE4E7AC2AB`);
    const server = new Sealer({ ...options, encryption: decryption!, decryption: encryption! });
    expect(server.open(request)._unsafeUnwrap().subarray(-23).toString()).toBe('Smb3 encryption testing');
  });

  test('with AES-128-GCM in 3.1.1', () => {
    const keys = deriveSessionKeys({
      dialect: Dialect.smb311,
      sessionKey: new Secret(hex('419FDDF34C1E001909D362AE7FB6AF79')),
      preauthHash: hex(`B23F3CBFD69487D9832B79B1594A367CDD950909B774C3A4C412B4FCEA9EDDDB
        A7DB256BA2EA30E977F11F9B113247578E0E915C6D2A513B8F2FCA5707DC8770`),
      cipher: Cipher.aes128Gcm,
    });
    const reply = hex(`FD534D42ACBE1CB7ED343ADF1725EF144D90D4B0E06831DD2E8EB7B4000000000000000050000000
      00000100250000000010000026BBBF949983A6C1C796559D0F2C510CB651D1F7B6AC8DED32A2A0B8
      F2D793A815C6F6B848D69767A215841A42D400AE6DDB5F0B44173A014973321FDD7950DA6179159B
      82E03C9E18A050FF0EA1C967`);
    const client = new Sealer({
      cipher: Cipher.aes128Gcm,
      sessionId: 0x100000000025n,
      encryption: keys.encryption!,
      decryption: keys.decryption!,
    });
    expect(client.open(reply)._unsafeUnwrap()).toEqual(
      hex(`FE534D4240000100000000000900010001000000000000000500000000000000FFFE000001000000
      25000000001000000000000000000000000000000000000011000000170000000000000000000000`),
    );
  });
});

describe.each(Object.entries(Cipher))('%s', (_, cipher) => {
  const pieces = [Buffer.alloc(64, 'h'), Buffer.alloc(0), Buffer.alloc(1001, 'data'), Buffer.alloc(7)];
  const message = Buffer.concat(pieces);

  test('the other side opens what one side sealed, and nobody else', () => {
    const { client, server } = pair(cipher);
    const frame = Buffer.concat(client.seal(pieces));
    expect(frame.includes('datadata')).toBe(false);
    expect(server.open(frame)._unsafeUnwrap()).toEqual(message);
    expect(client.open(frame)._unsafeUnwrapErr()).toEqual({ kind: 'forged' });
  });

  test('a frame of another session does not open, though the keys be the same', () => {
    const key = new Secret(
      Buffer.alloc(cipher === Cipher.aes256Ccm || cipher === Cipher.aes256Gcm ? 32 : 16),
    );
    const of = (sessionId: bigint): Sealer =>
      new Sealer({ cipher, sessionId, encryption: key, decryption: key });
    const frame = Buffer.concat(of(1n).seal(pieces));
    expect([of(1n).open(frame).isOk(), of(2n).open(frame).isOk()]).toEqual([true, false]);
  });

  test('a frame with any byte changed does not open', () => {
    const { client, server } = pair(cipher);
    const frame = Buffer.concat(client.seal(pieces));
    for (let at = 0; at < frame.length; at += at < 60 ? 1 : 97) {
      // The nonce's field is longer than the nonce, and two bytes are reserved: all of it is authenticated.
      const changed = Buffer.from(frame);
      changed.writeUInt8(changed.readUInt8(at) ^ 0x10, at);
      expect([at, server.open(changed).isErr()]).toEqual([at, true]);
    }
  });

  test('no nonce is used twice', () => {
    const { client } = pair(cipher);
    const nonces = Array.from({ length: 300 }, () =>
      client.seal(pieces)[0]!.subarray(20, 36).toString('hex'),
    );
    expect(new Set(nonces).size).toBe(300);
  });

  test('hostile frames end in a Result', () => {
    const { client, server } = pair(cipher);
    const seed = Buffer.concat(client.seal(pieces));
    fc.assert(
      fc.property(hostile([seed]), (frame) => {
        expect(server.open(frame).isErr()).toBe(!frame.equals(seed));
      }),
    );
  });
});

test('neither keys nor what holds them shows in what is printed', () => {
  const key = new Secret(Buffer.from('0123456789abcdef'));
  const options = { cipher: Cipher.aes128Gcm, sessionId: 1n, encryption: key, decryption: key };
  const holders = [key, options, new Sealer(options), Secret.ofPassword('hunter2')];
  const printed = holders.map((holder) => inspect(holder, { showHidden: true, depth: 9 })).join('\n');
  expect(printed).toContain('[secret]');
  for (const leak of ['30 31 32', '68 00 75', 'hunter2', '48,', 'ArrayBuffer'])
    expect(printed).not.toContain(leak);
  expect(`${String(key)} ${JSON.stringify({ key })}`).toBe('[secret] {"key":"[secret]"}');
});
