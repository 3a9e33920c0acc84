import type { SmbError } from '@sessionkeep/smb2';
import { expect, test } from 'vitest';
import { hintOf, hintOfName } from './smb-error-table.js';

const cause = Object.assign(new Error('connect EHOSTUNREACH 192.168.1.20:445'), { code: 'EHOSTUNREACH' });
const error: SmbError = {
  kind: 'unreachable',
  operation: 'connect',
  message: 'could not connect: no connection (EHOSTUNREACH)',
  hint: 'check the network',
  retry: true,
  cause,
};

test('on macOS a host that cannot be reached may be one that this program may not reach', () => {
  expect(hintOf(error, 'darwin')).toContain('Privacy & Security, Local Network');
  expect(hintOf(error, 'darwin')).toContain('LaunchAgent');
  expect(hintOf(error, 'linux')).toBe('check the network');
  expect(hintOf({ ...error, cause: undefined }, 'darwin')).toBe('check the network');
});

test('and so may a name of the local network that nobody knows', () => {
  expect(hintOfName('nas.local', 'darwin')).toContain('Local Network');
  expect(hintOfName('nas.example.org', 'darwin')).toBeUndefined();
  expect(hintOfName('nas.local', 'linux')).toBeUndefined();
});
