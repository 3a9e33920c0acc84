import { expect, test } from 'vitest';
import { malformed, unencodable } from '../error/attempt-error.js';
import { meaningOf, ntStatus, statusError } from './status-error.js';
import { STATUS_TABLE } from './status-table.js';
import { Status } from './status.js';

const attempt = { operation: 'open', path: 'a\u001b[2J.txt' };

test('says what was tried, on what, and what the server said', () => {
  expect(statusError(attempt, Status.objectNameNotFound)).toEqual({
    kind: 'not-found',
    operation: 'open',
    path: 'a\u001b[2J.txt',
    message: String.raw`could not open "a\u{1b}[2J.txt": the server says that there is no such file or folder (STATUS_OBJECT_NAME_NOT_FOUND)`,
    retry: false,
    status: { code: 0xc0000034, name: 'STATUS_OBJECT_NAME_NOT_FOUND' },
  });
  expect(statusError({ operation: 'sign in' }, 0xc000006d)).toMatchObject({
    kind: 'sign-in',
    message: 'could not sign in: the server says that user name or password is wrong (STATUS_LOGON_FAILURE)',
    hint: 'check user name, domain and password',
  });
});

test('a missing share is no missing file', () => {
  expect(meaningOf(0xc00000cc).kind).toBe('no-share');
});

test('what may pass is told from what lasts', () => {
  // What the server cancels by itself is nothing that its caller has aborted.
  expect(meaningOf(0xc0000120)).toMatchObject({ kind: 'io', retry: true });
  const passing = [0xc0000043, 0xc00000c9, 0xc0000203, 0xc000009a, 0xc00000b5];
  expect(passing.map((code) => meaningOf(code).retry)).toEqual(passing.map(() => true));
  const lasting = [0xc0000022, 0xc000006d, 0xc000007f, 0xc00000a2, 0xc00000cc];
  expect(lasting.map((code) => meaningOf(code).retry)).toEqual(lasting.map(() => false));
});

test('a code that is not in the table has its number for a name', () => {
  expect(ntStatus(0x0c0ffee0)).toEqual({ code: 0x0c0ffee0, name: 'NTSTATUS 0x0c0ffee0' });
  expect(statusError(attempt, 0xc0ffee00)).toMatchObject({ kind: 'io', retry: false });
});

test('the codes that the client acts on are in the table', () => {
  for (const code of Object.values(Status)) expect(STATUS_TABLE.has(code)).toBe(true);
  const names = [...STATUS_TABLE.values()].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('says what to do about every failure that does not say so itself', () => {
  const plain = ['not-found', 'no-share', 'exists', 'not-empty', 'wrong-type', 'aborted', 'protocol'];
  for (const [code, { kind }] of STATUS_TABLE) {
    if (plain.includes(kind)) continue;
    expect([code, statusError(attempt, code).hint]).toEqual([code, expect.stringMatching(/^[a-z].*[^.]$/)]);
  }
  expect(statusError(attempt, 0xc0000043).hint).toContain('close it where it is open');
  expect(statusError(attempt, 0xc0000234).hint).toContain('unlocked');
});

test('bytes that are no message, and values that are none, are errors of their own kinds', () => {
  const fault = {
    structure: 'CREATE response (MS-SMB2 2.2.14)',
    problem: '4 bytes wanted, 2 are left',
    at: 70,
  };
  expect(malformed(attempt, fault)).toMatchObject({
    kind: 'protocol',
    message: String.raw`could not open "a\u{1b}[2J.txt": the server's CREATE response (MS-SMB2 2.2.14) is malformed at byte 70: 4 bytes wanted, 2 are left`,
  });
  expect(unencodable({ operation: 'set times' }, { field: 'time', problem: 'too late' })).toEqual({
    kind: 'invalid',
    operation: 'set times',
    message: 'could not set times: this time cannot be sent: too late',
    retry: false,
  });
});
