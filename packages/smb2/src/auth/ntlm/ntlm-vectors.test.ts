import { describe, expect, test } from 'vitest';
import { Rc4 } from '../../crypto/rc4.js';
import { Secret } from '../../secret/secret.js';
import { AvId, decodeAvPairs, encodeAvPairs } from './av-pairs.js';
import { decodeNtlmChallenge } from './ntlm-messages.js';
import { hmacMd5, md5, respondNtlmV2, responseKey } from './ntlm-v2.js';
import { signFirst } from './ntlm-signature.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

/** MS-NLMP 4.2.1 and 4.2.4: user "User" of "Domain" with "Password". */
describe('MS-NLMP 4.2.4', () => {
  const key = responseKey('User', 'Domain', Secret.ofPassword('Password'));
  const serverChallenge = hex('0123456789abcdef');
  const clientChallenge = Buffer.alloc(8, 0xaa);
  const randomSessionKey = new Secret(Buffer.alloc(16, 0x55));
  const targetInfo = encodeAvPairs([
    { id: AvId.domainName, value: Buffer.from('Domain', 'utf16le') },
    { id: AvId.computerName, value: Buffer.from('Server', 'utf16le') },
  ]);
  const response = respondNtlmV2({ key, serverChallenge, clientChallenge, time: 0n, targetInfo });

  test('4.2.4.1.1 NTOWFv2', () => {
    expect(key.reveal().toString('hex')).toBe('0c868a403bfd7a93a3001ef22ef02e3f');
  });

  test('4.2.4.1.2 session base key', () => {
    expect(response.sessionBaseKey.reveal().toString('hex')).toBe('8de40ccadbc14a82f15cb0ad0de95ca3');
  });

  test('4.2.4.2.1 LMv2 response, by which the key is checked once more', () => {
    const proof = hmacMd5(key.reveal(), serverChallenge, clientChallenge);
    expect(proof.toString('hex')).toBe('86c35097ac9cec102554764a57cccc19');
  });

  test('4.2.4.2.2 NTLMv2 response', () => {
    expect(response.ntResponse.subarray(0, 16).toString('hex')).toBe('68cd0ab851e51c96aabc927bebef6a1c');
    expect(response.ntResponse.subarray(16).toString('hex')).toBe(
      hex(`01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000
        02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000 00000000`).toString('hex'),
    );
  });

  test('4.2.4.2.3 encrypted session key', () => {
    const sealed = new Rc4(response.sessionBaseKey.reveal()).update(randomSessionKey.reveal());
    expect(sealed.toString('hex')).toBe('c5dad2544fc9799094ce1ce90bc9d03e');
  });

  test('4.2.4.3 challenge message', () => {
    const message = hex(`4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef
      0000000000000000 2400240044000000 0600701700 00000f 530065007200760065007200
      02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000`);
    const challenge = decodeNtlmChallenge(message)._unsafeUnwrap();
    expect(challenge).toEqual({ flags: 0xe28a8233, serverChallenge, targetInfo });
    expect(encodeAvPairs(decodeAvPairs(challenge.targetInfo)._unsafeUnwrap())).toEqual(targetInfo);
  });

  test('4.2.4.4 sealing and signing', () => {
    const magic = (purpose: string): Buffer =>
      md5(
        randomSessionKey.reveal(),
        Buffer.from(`session key to client-to-server ${purpose} key magic constant\0`),
      );
    expect(magic('sealing').toString('hex')).toBe('59f600973cc4960a25480a7c196e4c58');
    expect(magic('signing').toString('hex')).toBe('4788dc861b4782f35d43fd98fe1a2d39');
    const plaintext = Buffer.from('Plaintext', 'utf16le');
    const stream = new Rc4(magic('sealing'));
    expect(stream.update(plaintext).toString('hex')).toBe('54e50165bf1936dc996020c1811b0f06fb5f');
    const checksum = hmacMd5(magic('signing'), Buffer.alloc(4), plaintext).subarray(0, 8);
    expect(stream.update(checksum).toString('hex')).toBe('7fb38ec5c55d4976');
    // A signature alone takes the sealing stream from its start.
    const signature = signFirst(randomSessionKey, 0xe2088233, 'client-to-server', plaintext);
    const alone = new Rc4(magic('sealing')).update(checksum);
    expect(signature).toEqual(Buffer.concat([hex('01000000'), alone, hex('00000000')]));
    const unsealed = signFirst(randomSessionKey, 0xa2088233, 'client-to-server', plaintext);
    expect(unsealed.subarray(4, 12)).toEqual(checksum);
  });
});

test('a user is upper-cased character by character, a domain not at all', () => {
  const key = (user: string, domain: string): string =>
    responseKey(user, domain, Secret.ofPassword('x')).reveal().toString('hex');
  expect(key('müller', 'Home')).toBe(key('MÜLLER', 'Home'));
  expect(key('müller', 'Home')).not.toBe(key('müller', 'HOME'));
  expect(key('weiß', '')).not.toBe(key('WEISS', ''));
  expect(key('weiß', '')).toBe(key('WEIß', ''));
  expect(key('𐐨', '')).toBe(key('𐐀', ''));
});
