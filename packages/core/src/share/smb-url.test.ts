import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RelativePath } from '../path/relative-path.js';
import { formatSmbUrl, smbOrigin } from './format-smb-url.js';
import { isHost } from './host.js';
import { parseSmbUrl } from './parse-smb-url.js';
import { isSmbUrl, type SmbAddress } from './smb-address.js';

const nas: SmbAddress = {
  domain: '',
  user: 'me',
  host: 'nas.local',
  port: 445,
  share: 'secure',
  folder: 'claude-sessions' as RelativePath,
};

describe('parseSmbUrl', () => {
  test.each<[string, Partial<SmbAddress>]>([
    ['smb://me@nas.local/secure/claude-sessions', {}],
    ['SMB://me@NAS.Local:445/secure//claude-sessions/', {}],
    ['smb://corp;me@nas.local/secure/claude-sessions', { domain: 'corp' }],
    ['smb://me@corp.example@nas.local/secure/claude-sessions', { user: 'me@corp.example' }],
    ['smb://m%C3%A9%20x@nas.local/secure/claude-sessions', { user: 'mé x' }],
    ['smb://me@nas.local/secure', { folder: '' as RelativePath }],
    ['smb://me@nas.local/C$/claude-sessions', { share: 'C$' }],
    ['smb://me@nas.local:4450/secure/claude-sessions', { port: 4450 }],
    ['smb://me@NAS_1/secure/claude-sessions', { host: 'nas_1' }],
    ['smb://me@192.168.1.20/secure/claude-sessions', { host: '192.168.1.20' }],
    ['smb://me@[FE80::1%25en0]:4450/secure/claude-sessions', { host: 'fe80::1%en0', port: 4450 }],
    ['smb://me@nas.local/secure/a%20b/%23c', { folder: 'a b/#c' as RelativePath }],
    ['smb://me@nas.local/secure/a@b:c', { folder: 'a@b:c' as RelativePath }],
    ['smb://me@[::1]/secure/a@b', { host: '::1', folder: 'a@b' as RelativePath }],
  ])('%s', (url, changes) => {
    expect(parseSmbUrl(url)._unsafeUnwrap()).toEqual({ ...nas, ...changes });
  });

  test.each([
    ['nas/secure', 'the URL does not begin with smb://'],
    ['cifs://me@nas/secure', 'the URL does not begin with smb://'],
    ['smb:me@nas/secure', 'the URL does not begin with smb://'],
    ['smb://me:geheim@nas/secure', 'the URL has a password in it'],
    ['smb://corp;me:geheim@nas/secure', 'the URL has a password in it'],
    ['smb://me@corp:geheim@nas/secure', 'the URL has a password in it'],
    ['smb://me:@nas/secure', 'the URL has a password in it'],
    ['smb://me:geh/eim@nas/secure', 'the URL has a password in it'],
    ['smb://me:geh@eim@nas/secure', 'the URL has a password in it'],
    ['smb://me%3Ageheim@nas/secure', 'the URL has a user that cannot be one'],
    ['smb://corp%5Cme@nas/secure', 'the URL has a user that cannot be one'],
    ['smb://a;b;c@nas/secure', 'the URL names several domains'],
    ['smb://;me@nas/secure', 'the URL has an empty user or domain'],
    ['smb://nas/secure', 'the URL names no user'],
    ['smb://[::1]/secure/a@b', 'the URL names no user'],
    ['smb://corp;@nas/secure', 'the URL has an empty user or domain'],
    ['smb://', 'the URL names no host'],
    ['smb:///secure', 'the URL names no host'],
    ['smb://me@/secure', 'the URL names no host'],
    ['smb://me@na s/secure', 'the URL has a host that is none'],
    ['smb://me@-nas/secure', 'the URL has a host that is none'],
    ['smb://me@1.2.3.456/secure', 'the URL has a host that is none'],
    ['smb://me@[nas]/secure', 'the URL has a host that is none'],
    ['smb://me@fe80::1/secure', 'the URL has no host and port that can be read'],
    ['smb://me@nas:/secure', 'the URL has no host and port that can be read'],
    ['smb://me@nas:smb/secure', 'the URL has no host and port that can be read'],
    ['smb://me@nas:0/secure', 'the URL has no port from 1 to 65535'],
    ['smb://me@nas:65536/secure', 'the URL has no port from 1 to 65535'],
    ['smb://me@nas', 'the URL names no share'],
    ['smb://me@nas//', 'the URL names no share'],
    ['smb://me@nas/secure/../other', 'the URL has the name ".."'],
    ['smb://me@nas/secure/a%2Fb', 'the URL has a slash in a name'],
    ['smb://me@nas/secure\\a', 'the URL has a backslash in a name'],
    ['smb://me@nas/secure/%00', 'the URL has a NUL in a name'],
    ['smb://me@nas/secure/a?b', 'the URL has a "?" or "#" in it'],
    ['smb://me@nas/secure/a%zz', 'the URL has a "%" that encodes nothing'],
  ])('%s: %s', (url, message) => {
    const error = parseSmbUrl(url)._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'usage', message });
    expect(error.hint).toBeTruthy();
    expect(JSON.stringify(error)).not.toMatch(/geh|eim/);
  });

  test('anything gives an answer, and what it accepts it reads back the same', () => {
    const part = fc.constantFrom(
      'smb://',
      'me',
      '@',
      ':',
      ';',
      '/',
      '%',
      '%25',
      '[::1]',
      'nas',
      '..',
      '#',
      ' ',
    );
    const mix = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(mix, (text) => {
        const parsed = parseSmbUrl(`smb://${text}`);
        if (parsed.isErr()) return;
        expect(parseSmbUrl(formatSmbUrl(parsed.value))._unsafeUnwrap()).toEqual(parsed.value);
      }),
      { numRuns: 2000 },
    );
  });
});

const name = fc
  .string({ unit: 'binary', minLength: 1 })
  .filter((text) => text.isWellFormed() && !/^\.{1,2}$|[/\\\0]/.test(text));
const user = name.filter((text) => !/[\p{Cc}:;]/u.test(text));
const addresses: fc.Arbitrary<SmbAddress> = fc.record({
  domain: fc.oneof(fc.constant(''), user),
  user,
  host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6().filter(isHost)).map((host) => host.toLowerCase()),
  port: fc.integer({ min: 1, max: 65535 }),
  share: name,
  folder: fc.array(name).map((names) => names.join('/') as RelativePath),
});

test('every address comes back from its URL, and its URL has nothing that a shell would take for itself', () => {
  fc.assert(
    fc.property(addresses, (address) => {
      const url = formatSmbUrl(address);
      expect(parseSmbUrl(url)._unsafeUnwrap()).toEqual(address);
      expect(isSmbUrl(url)).toBe(true);
      expect(url.replace(/^smb:\/\/(?:[^@/]*@)?(?:\[[^\]]*\])?/, '')).not.toMatch(/[\s'"$&()<>|`;*?!#\\]/);
    }),
  );
});

test('an origin is the same for every user, and however host and share are written', () => {
  const origin = (url: string): string => smbOrigin(parseSmbUrl(url)._unsafeUnwrap());
  expect(origin('smb://corp;me@NAS.local/Secure/Claude')).toBe('smb:nas.local/secure/Claude');
  expect(origin('smb://you@nas.local:445/SECURE/Claude/')).toBe('smb:nas.local/secure/Claude');
  expect(origin('smb://you@nas.local:4450/secure')).toBe('smb:nas.local:4450/secure');
});

test.each([
  ['nas', true],
  ['a.b-c.d_e', true],
  ['nas.local.', true],
  ['ünïcode.example', true],
  ['a..b', false],
  ['a-', false],
  ['', false],
  ['x'.repeat(64), false],
  ['1.2.3.4', true],
  ['1.2.3', false],
  ['1.2.3.4.', false],
  ['01.2.3.4', true],
  ['::', true],
  ['::1', true],
  ['1:2:3:4:5:6:7:8', true],
  ['1:2:3:4:5:6:7::', true],
  ['1:2:3:4:5:6:7', false],
  ['1:2:3:4:5:6:7:8:9', false],
  ['1::2::3', false],
  ['::ffff:1.2.3.4', true],
  ['1:2:3:4:5:6:7:1.2.3.4', false],
  ['12345::', false],
  ['fe80::1%en0', true],
  ['fe80::1%', false],
  ['fe80::1%e/n', false],
  [':', false],
  [':::', false],
])('host %s: %s', (text, expected) => {
  expect(isHost(text)).toBe(expected);
});
