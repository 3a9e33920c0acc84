import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../secret/secret.js';
import { Dialect } from '../wire/dialect.js';
import { Cipher, SigningAlgorithm } from '../wire/negotiate-context.js';
import { AesCmac } from './aes-cmac.js';
import { deriveKey } from './derive-key.js';
import { md4 } from './md4.js';
import { extendPreauthHash, PREAUTH_START } from './preauth-hash.js';
import { Rc4 } from './rc4.js';
import { deriveSessionKeys } from './session-keys.js';
import { createSigner } from './signer.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const shown = (secret: Secret | null): string => secret?.reveal().toString('hex') ?? 'none';

test.each([
  ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
  ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
  ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
  ['message digest', 'd9130a8164549fe818874806e1c7014b'],
  ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
  [
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    'e33b4ddc9c38f2199c3e7b164fcc0536',
  ],
])('MD4 of %j (RFC 1320 A.5)', (text, digest) => {
  expect(md4(Buffer.from(text)).toString('hex')).toBe(digest);
});

test.each([
  ['Key', 'Plaintext', 'bbf316e8d940af0ad3'],
  ['Wiki', 'pedia', '1021bf0420'],
  ['Secret', 'Attack at dawn', '45a01f645fc35b383552544b9bf5'],
])('RC4 by %j', (key, text, sealed) => {
  expect(new Rc4(Buffer.from(key)).update(Buffer.from(text)).toString('hex')).toBe(sealed);
  const pieces = new Rc4(Buffer.from(key));
  const [head, tail] = [Buffer.from(text).subarray(0, 2), Buffer.from(text).subarray(2)];
  expect(Buffer.concat([pieces.update(head), pieces.update(tail)]).toString('hex')).toBe(sealed);
});

describe('AES-CMAC (RFC 4493 4)', () => {
  const cmac = new AesCmac(new Secret(hex('2b7e151628aed2a6abf7158809cf4f3c')));
  const message = hex(`6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
    30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710`);

  test.each([
    [0, 'bb1d6929e95937287fa37d129b756746'],
    [16, '070a16b46b4d4144f79bdd9dd04a287c'],
    [40, 'dfa66747de9ae63030ca32611497c827'],
    [64, '51f0bebf7e3b9d92fc49741779363cfe'],
  ])('of %i bytes', (length, mac) => {
    expect(cmac.mac([message.subarray(0, length)]).toString('hex')).toBe(mac);
    for (let cut = 0; cut <= length; cut++) {
      expect(cmac.mac([message.subarray(0, cut), message.subarray(cut, length)]).toString('hex')).toBe(mac);
    }
  });

  test('does not depend on how the message is cut', () => {
    const whole = Buffer.alloc(100_001, 'sessions');
    const mac = cmac.mac([whole]);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: whole.length }), { maxLength: 6 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const pieces = edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
        expect(cmac.mac(pieces)).toEqual(mac);
      }),
    );
  });
});

test('a GMAC is that of the whole, in the nonce of the message', () => {
  const key = hex('00112233445566778899aabbccddeeff');
  const signer = createSigner(SigningAlgorithm.aesGmac, new Secret(key));
  const gmac = (nonce: string, message: Buffer): Buffer => {
    const cipher = createCipheriv('aes-128-gcm', key, hex(nonce));
    cipher.setAAD(message);
    cipher.final();
    return cipher.getAuthTag();
  };
  const [one, two] = [Buffer.alloc(77, 1), Buffer.alloc(33, 2)];
  const whole = Buffer.concat([one, two]);
  const sign = (flags: number, command: number): Buffer =>
    signer.sign([one, two], { messageId: 0x0102n, command, flags });
  expect(sign(0, 5)).toEqual(gmac('020100000000000000000000', whole));
  expect(sign(1, 5)).toEqual(gmac('020100000000000001000000', whole));
  expect(sign(0, 12)).toEqual(gmac('020100000000000002000000', whole));
});

/** The examples that Microsoft's Open Specifications team gave for SMB 3.0 and 3.1.1. */
describe('session keys', () => {
  test('of 3.0, to sign with', () => {
    const { signing } = deriveSessionKeys({
      dialect: Dialect.smb300,
      sessionKey: new Secret(hex('7CD451825D0450D235424E44BA6E78CC')),
      preauthHash: PREAUTH_START,
      cipher: Cipher.aes128Ccm,
    });
    expect(shown(signing)).toBe('0b7e9c5cac36c0f6ea9ab275298cedce');
  });

  test('of 3.0, to encrypt with', () => {
    const keys = deriveSessionKeys({
      dialect: Dialect.smb300,
      sessionKey: new Secret(hex('B4546771B515F766A86735532DD6C4F0')),
      preauthHash: PREAUTH_START,
      cipher: Cipher.aes128Ccm,
    });
    expect(shown(keys.encryption)).toBe('261b72350558f2e9dcf613070383edbf');
    expect(shown(keys.decryption)).toBe('8fe2b57ec34d2db5b1a9727f526bbdb5');
  });

  test('of 3.1.1', () => {
    const keys = deriveSessionKeys({
      dialect: Dialect.smb311,
      sessionKey: new Secret(hex('419FDDF34C1E001909D362AE7FB6AF79')),
      preauthHash: hex(`B23F3CBFD69487D9832B79B1594A367CDD950909B774C3A4C412B4FCEA9EDDDB
        A7DB256BA2EA30E977F11F9B113247578E0E915C6D2A513B8F2FCA5707DC8770`),
      cipher: Cipher.aes128Gcm,
    });
    expect(shown(keys.encryption)).toBe('a2f5e80e5d59103034f32e52f698e5ec');
    expect(shown(keys.decryption)).toBe('748c50868c90f302962a5c35f5f9a8bf');
  });

  test('of 2.1 are the session key, and nothing to encrypt with', () => {
    const sessionKey = new Secret(Buffer.alloc(16, 7));
    const keys = deriveSessionKeys({
      dialect: Dialect.smb210,
      sessionKey,
      preauthHash: PREAUTH_START,
      cipher: null,
    });
    expect(keys).toEqual({ signing: sessionKey, encryption: null, decryption: null });
  });

  test('of 256 bits are longer, and other ones', () => {
    const key = new Secret(Buffer.alloc(16, 7));
    const [short, long] = ([128, 256] as const).map((bits) =>
      deriveKey(key, 'SMBC2SCipherKey', PREAUTH_START, bits),
    );
    expect([short!.reveal().length, long!.reveal().length]).toEqual([16, 32]);
    expect(long!.reveal().subarray(0, 16)).not.toEqual(short!.reveal());
  });
});

/** A sign-in of Windows 10 to Windows Server 2016, from the same source. */
describe('the pre-authentication hash', () => {
  const messages: readonly (readonly [string, string, string])[] = [
    [
      'NEGOTIATE request',
      `FE534D4240000100000000000000800000000000000000000100000000000000FFFE000000000000
      00000000000000000000000000000000000000000000000024000500000000003F000000ECD86F32
      6276024F9F7752B89BB33F3A70000000020000000202100200030203110300000100260000000000
      010020000100FA49E6578F1F3A9F4CD3E9CC14A67AA884B3D05844E0E5A118225C15887F32FF0000
      0200060000000000020002000100`,
      `DD94EFC5321BB618A2E208BA8920D2F422992526947A409B5037DE1E0FE8C7362B8C47122594CDE0
      CE26AA9DFC8BCDBDE0621957672623351A7540F1E54A0426`,
    ],
    [
      'NEGOTIATE response',
      `FE534D4240000100000000000000010001000000000000000100000000000000FFFE000000000000
      000000000000000000000000000000000000000000000000410001001103020039CBCAF329714942
      BDCE5D60F09AB3FB2F000000000080000000800000008000D8DAE5ADCBAED00109094AB095AED001
      80004001C00100006082013C06062B0601050502A08201303082012CA01A3018060A2B0601040182
      3702021E060A2B06010401823702020AA282010C048201084E45474F455854530100000000000000
      60000000700000007C7CC0FD06D6362D02DDE1CF343BFE292900F49750B4AA97934D9C4296B26E51
      FD370471B235E15A50DAE15BD5489C87000000000000000060000000010000000000000000000000
      5C33530DEAF90D4DB2EC4AE3786EC3084E45474F4558545303000000010000004000000098000000
      7C7CC0FD06D6362D02DDE1CF343BFE295C33530DEAF90D4DB2EC4AE3786EC3084000000058000000
      3056A05430523027802530233121301F06035504031318546F6B656E205369676E696E6720507562
      6C6963204B65793027802530233121301F06035504031318546F6B656E205369676E696E67205075
      626C6963204B6579010026000000000001002000010060A3C3B95C3C7CCD51EC536648D9B3AC74C4
      83CA5B65385A251117BEB30712E50000020004000000000001000200`,
      `324BFA92A4F3A190E466EBEA08D9C110DC88BFED758D9846ECC6F541CC1D02AE3C94A79F36011E99
      7E13F841B91B50957AD07B19C8E2539C0B23FDAE09D2C513`,
    ],
    [
      'SESSION_SETUP request',
      `FE534D4240000100000000000100800000000000000000000200000000000000FFFE000000000000
      00000000000000000000000000000000000000000000000019000001010000000000000058004A00
      0000000000000000604806062B0601050502A03E303CA00E300C060A2B06010401823702020AA22A
      04284E544C4D5353500001000000978208E200000000000000000000000000000000060380250000
      000F`,
      `AC0B0F2B9986257700365E416D142A6EDC96DF03594A19E52A15F6BD0D041CD5D432F8ED42C55E33
      197A50C9EC00F1462B50C592211B1471A04B56088FDFD5F9`,
    ],
    [
      'SESSION_SETUP response',
      `FE534D4240000100160000C00100010001000000000000000200000000000000FFFE000000000000
      190000000010000000000000000000000000000000000000090000004800B300A181B03081ADA003
      0A0101A10C060A2B06010401823702020AA281970481944E544C4D53535000020000000C000C0038
      00000015828AE20D1D8BA31179D008000000000000000050005000440000000A0092270000000F53
      005500540033003100310002000C0053005500540033003100310001000C00530055005400330031
      00310004000C0053005500540033003100310003000C0053005500540033003100310007000800A1
      A1F5ADCBAED00100000000`,
      `2729E3440DFDDD839E37193F6E8F20C20CEFB3469E453A70CD980EEC06B8835740A7376008563336
      4C8989895ECE81BF102DEEB14D4B7D48AFA76901A7A38387`,
    ],
    [
      'SESSION_SETUP request with the proof',
      `FE534D4240000100000000000100800000000000000000000300000000000000FFFE000000000000
      1900000000100000000000000000000000000000000000001900000101000000000000005800CF01
      0000000000000000A18201CB308201C7A0030A0101A28201AA048201A64E544C4D53535000030000
      001800180090000000EE00EE00A80000000C000C00580000001A001A0064000000120012007E0000
      001000100096010000158288E2060380250000000FECAC77A5F385A8BF9C38C706EEEDDCD3530055
      005400330031003100610064006D0069006E006900730074007200610074006F0072004400520049
      0056004500520033003100310000000000000000000000000000000000000000000000000063078E
      B639FE03E20A231C3AE3BF23080101000000000000A1A1F5ADCBAED001BC4AD05F223CC90F000000
      0002000C0053005500540033003100310001000C0053005500540033003100310004000C00530055
      00540033003100310003000C0053005500540033003100310007000800A1A1F5ADCBAED001060004
      00020000000800300030000000000000000000000000300000B61FEFCAA857EA57BF1EDCEBF8974B
      8E0EBA5A6DFD9D07A31D11B548F8C9D0CC0A00100000000000000000000000000000000000090016
      0063006900660073002F005300550054003300310031000000000000000000000000003B9BDFF38F
      5EE8F9663F11A0F4C03A78A31204100100000063775A9A5FD97F0600000000`,
      `0DD13628CC3ED218EF9DF9772D436D0887AB9814BFAE63A80AA845F36909DB7928622DDDAD522D97
      51640A459762C5A9D6BB084CBB3CE6BDADEF5D5BCE3C6C01`,
    ],
  ];

  test('chains the messages, however they are cut, and the signing key comes of it', () => {
    let hash = PREAUTH_START;
    for (const [name, message, expected] of messages) {
      const bytes = hex(message);
      const next = extendPreauthHash(hash, [bytes]);
      expect([name, next.toString('hex').toUpperCase()]).toEqual([name, expected.replaceAll(/\s/g, '')]);
      expect(extendPreauthHash(hash, [bytes.subarray(0, 64), bytes.subarray(64)])).toEqual(next);
      hash = next;
    }
    const sessionKey = new Secret(hex('270E1BA896585EEB7AF3472D3B4C75A7'));
    const keys = deriveSessionKeys({ dialect: Dialect.smb311, sessionKey, preauthHash: hash, cipher: null });
    expect(shown(keys.signing)).toBe('73fe7a9a77bef0bde49c650d8ccb5f76');
  });
});
